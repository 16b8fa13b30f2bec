import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { ImportMapping, type ImportReport } from '../../contract/people.ts'
import { systemClock } from '../platform/clock.ts'
import { messageOf } from '../platform/errors.ts'
import { type Answer, CommandError, defineCommand, exitCodes } from './command.ts'

const Column = z
  .string()
  .transform((text) => {
    const at = text.lastIndexOf('=')
    return [text.slice(0, Math.max(at, 0)), text.slice(at + 1)] as const
  })
  .refine(([header]) => header !== '', 'is written COLUMN=FIELD')

export const peopleImport = defineCommand({
  words: ['people', 'import'],
  summary: 'Take in people from a CSV file',
  details:
    'Rows are known again by their external id, without one by the e-mail address: the same file twice\nchanges nothing. Rows at fault are passed over and reported; the exit status is then 1.\nFields: external-id, name, email, tags, consent, consent-at, handle:NETWORK, ignore.',
  positionals: { file: 'A CSV file with a line of headers, at most 5 MB and 20,000 rows' },
  options: {
    columns: {
      hint: 'C=F,…',
      help: 'What columns hold, for example "Mail=email,Nr=external-id"; default: guessed from their names',
    },
    'dry-run': { help: 'Change nothing, and say what would happen' },
    refused: { hint: 'FILE', help: 'Write the rows at fault, with the reason, into this CSV file' },
  },
  input: z.object({
    file: z.string().min(1),
    columns: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(Column))
      .transform((pairs) => Object.fromEntries(pairs))
      .pipe(ImportMapping)
      .optional(),
    'dry-run': z.boolean().default(false),
    refused: z.string().min(1).optional(),
  }),
  async run({ file, columns = null, 'dry-run': dryRun, refused }, surroundings) {
    const bytes = await readFile(resolve(file)).catch((cause: unknown) => {
      throw new CommandError(exitCodes.usage, `${file} cannot be read: ${messageOf(cause)}.`, {
        cause,
      })
    })
    const { operatorOf, withInstance } = await import('./open.ts')
    const { importPeople } = await import('../modules/people/index.ts')
    const report = await withInstance(surroundings, async (instance) => {
      const deps = { database: instance.database, clock: systemClock }
      return importPeople(deps, await operatorOf(instance), { bytes, mapping: columns, dryRun })
    })
    if (refused !== undefined && report.refusedCount > 0)
      await writeFile(resolve(refused), report.refusedCsv, { mode: 0o600 })
    return answerOf(report)
  },
})

function answerOf(report: ImportReport): Answer {
  const { dryRun, rows, created, updated, unchanged, refused, refusedCount } = report
  const counts = `${created} new, ${updated} changed, ${unchanged} as they were, ${refusedCount} refused`
  const lines = [`${dryRun ? 'It would be' : 'Took in'} ${rows} rows: ${counts}.`]
  for (const { line, field, reason } of refused) lines.push(`Line ${line}, ${field}: ${reason}`)
  if (refusedCount > refused.length)
    lines.push(`${refusedCount - refused.length} more: give --refused FILE to have all of them.`)
  return {
    json: report,
    text: lines.join('\n'),
    exitCode: refusedCount === 0 ? exitCodes.done : exitCodes.failed,
  }
}
