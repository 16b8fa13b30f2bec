import { resolve } from 'node:path'
import { z } from 'zod'
import { defineCommand } from './command.ts'

export const restore = defineCommand({
  words: ['restore'],
  summary: 'Put a backup into a new, empty Parley',
  details:
    'All of it or nothing. Replies that were waiting to be sent are shown as "unknown" for a person to\ndecide, since they may have been sent after the backup was made.',
  positionals: { file: 'A file written by parley backup' },
  options: {
    resume: { help: 'Send the replies that were waiting: nothing ran since the backup was made' },
  },
  input: z.object({ file: z.string().min(1), resume: z.boolean().default(false) }),
  async run({ file, resume }, surroundings) {
    const { restoreInto } = await import('./restore-into.ts')
    return restoreInto(surroundings, { file: resolve(file), resume })
  },
})
