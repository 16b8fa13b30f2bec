import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { ImportResult } from '../../contract/exports.ts'
import { systemClock } from '../platform/clock.ts'
import { type Answer, CommandError, defineCommand, exitCodes } from './command.ts'
import { progressNotes } from './progress-notes.ts'

export const importCommand = defineCommand({
  words: ['import'],
  summary: 'Bring an export of another Parley into this empty one',
  details:
    'All of it or nothing. Accounts have to be connected again, and every owner gets a link to set a new\npassword with; owners invite the others again. See also: restore, for a backup.',
  positionals: { file: 'An archive written by parley export or the web app' },
  input: z.object({ file: z.string().min(1) }),
  async run(input, surroundings) {
    const file = resolve(input.file)
    await access(file).catch((cause: unknown) => {
      throw new CommandError(exitCodes.usage, `There is no file ${file}.`, { cause })
    })
    const { withInstance } = await import('./open.ts')
    const { BadArchive, importWorkspace } = await import('../modules/exports/index.ts')
    return withInstance(surroundings, async ({ config, database }) => {
      const result = await importWorkspace({
        database,
        clock: systemClock,
        publicUrl: config.publicUrl,
        file,
        by: 'Command line',
        onProgress: progressNotes(surroundings.note, 'Brought in'),
      }).catch((error: unknown) => {
        if (!(error instanceof BadArchive)) throw error
        throw new CommandError(exitCodes.refused, error.message, { cause: error })
      })
      return answerOf(result)
    })
  },
})

function answerOf(result: ImportResult): Answer {
  const { business, rows, media, owners, again, undecided, auditOk } = result
  const lines = [
    `Brought in ${business}: ${rows} rows and ${media} pictures.`,
    auditOk ? 'The audit log holds.' : 'THE AUDIT LOG DOES NOT HOLD. See: parley audit verify',
    ...owners.map(({ name, link }) => `${name} sets a new password here, within 7 days: ${link}`),
  ]
  const names = [again.accounts, again.webhooks, again.keys, again.providers].flat()
  if (names.length > 0) lines.push(`To be connected or made again: ${names.join(', ')}.`)
  if (undecided > 0)
    lines.push(`${undecided} replies may or may not have been sent: look at them in the inbox.`)
  return {
    json: result,
    text: lines.join('\n'),
    exitCode: auditOk ? exitCodes.done : exitCodes.failed,
  }
}
