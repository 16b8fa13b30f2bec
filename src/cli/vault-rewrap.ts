import { z } from 'zod'
import { defineCommand, exitCodes } from './command.ts'

export const vaultRewrap = defineCommand({
  words: ['vault', 'rewrap'],
  summary: 'Put all stored sign-ins under the newest key of the key file',
  details:
    'To change the key: put a new one in front in the key file, restart Parley, run this, and take the old\none out. See docs/operations.md.',
  input: z.object({}),
  async run(_input, surroundings) {
    const { keyringOf, withInstance } = await import('./open.ts')
    const { rewrapAll } = await import('../modules/vault/index.ts')
    const done = await withInstance(surroundings, async (instance) =>
      rewrapAll(instance.database, await keyringOf(instance)),
    )
    const broken = done.broken.length + done.brokenKeys.length
    return {
      json: done,
      text: `Rewrapped ${done.rewrapped}.${broken > 0 ? ` ${broken} do not open with this key file and were left as they are: keep the old keys.` : ''}`,
      exitCode: broken > 0 ? exitCodes.keyFile : exitCodes.done,
    }
  },
})
