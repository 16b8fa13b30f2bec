import { z } from 'zod'
import { defineCommand } from './command.ts'

export const vaultNewClientKey = defineCommand({
  words: ['vault', 'new-client-key'],
  summary: 'Make a new key by which Bluesky knows this installation',
  details:
    'Accounts connected from now on are bound to the new key. Those connected before stay bound to the old\none, which is kept; with --forget-older it is not, and they have to be connected again.',
  options: { 'forget-older': { help: 'Take the older keys out' } },
  input: z.object({ 'forget-older': z.boolean().default(false) }),
  async run(input, surroundings) {
    const { keyringOf, withInstance } = await import('./open.ts')
    const { rotateClientKey } = await import('../modules/vault/index.ts')
    const made = await withInstance(surroundings, async (instance) => {
      const deps = { database: instance.database, keyring: await keyringOf(instance) }
      return rotateClientKey(deps, { forgetOlder: input['forget-older'] })
    })
    const kept = made.older === 0 ? 'There is no older one.' : `${made.older} older are kept.`
    return { json: made, text: `Made ${made.kid}. ${kept} Processes use it within a minute.` }
  },
})
