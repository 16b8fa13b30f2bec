import { resolve } from 'node:path'
import { z } from 'zod'
import { CommandError, defineCommand, exitCodes } from './command.ts'
import { progressNotes } from './progress-notes.ts'

export const exportCommand = defineCommand({
  words: ['export'],
  summary: 'Write everything of the workspace into one archive that others can read',
  details:
    'A tar of lines of JSON and pictures (docs/export-format.md), as of one moment, while Parley runs.\nPasswords, keys and sign-ins of accounts stay out: for a copy of the whole instance, see backup.',
  positionals: { file: 'Where to write, for example everything.tar.gz' },
  input: z.object({ file: z.string().min(1) }),
  async run(input, surroundings) {
    const file = resolve(input.file)
    const { operatorOf, withInstance } = await import('./open.ts')
    const { fileTrouble, recordExport, writeArchive } = await import('../modules/exports/index.ts')
    return withInstance(surroundings, async (instance) => {
      const actor = await operatorOf(instance)
      await recordExport(instance.database.db, actor)
      const written = await writeArchive({
        pool: instance.database.pool,
        workspaceId: actor.workspaceId,
        file,
        onProgress: progressNotes(surroundings.note, 'Written'),
      }).catch((error: unknown) => {
        const trouble = fileTrouble(error)
        if (trouble === null) throw error
        throw new CommandError(exitCodes.failed, trouble, { cause: error })
      })
      const size = `${(written.bytes / 1_000_000).toFixed(1)} MB`
      return {
        json: written,
        text: `Wrote ${file}: ${written.rows} rows and ${written.media} pictures, ${size}. It holds what customers wrote: keep it safe.`,
      }
    })
  },
})
