import { resolve } from 'node:path'
import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Everybody signs in again after a restore: open sessions and links in flight stay out. */
const leaveOut = ['auth.session', 'auth.verification']

export const backup = defineCommand({
  words: ['backup'],
  summary: 'Write everything into one file, while Parley runs',
  details:
    'The file is one moment of the database; only you may read it. Sessions stay out: after a restore all\nsign in again. The key file stays out too: keep a copy of it in another place.',
  positionals: {
    file: 'Where to write; an earlier file of this name is replaced when all is written',
  },
  input: z.object({ file: z.string().min(1) }),
  async run(input, surroundings) {
    const file = resolve(input.file)
    const keyFile = surroundings.config().secretKeyFile
    const { withInstance } = await import('./open.ts')
    const { writeBackup } = await import('../platform/backup.ts')
    const written = await withInstance(
      surroundings,
      ({ url }) => writeBackup({ url, file, leaveOut }),
      { migrate: false },
    )
    const size = `${(written.bytes / 1_000_000).toFixed(1)} MB`
    return {
      json: { ...written, keyFile },
      text: [
        `Wrote ${file}: ${written.rows} rows of ${written.tables} tables, ${size}.`,
        `The key file ${keyFile} is NOT in it. Keep a copy of it elsewhere: without it, after a`,
        'restore, accounts have to be connected and second factors set up again.',
      ].join('\n'),
    }
  },
})
