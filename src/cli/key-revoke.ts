import { z } from 'zod'
import { KeyId } from '../../contract/ids.ts'
import { systemClock } from '../platform/clock.ts'
import { defineCommand } from './command.ts'

export const keyRevoke = defineCommand({
  words: ['key', 'revoke'],
  summary: 'End an API key at once and for good',
  positionals: { id: 'Its id, from parley key list' },
  input: z.object({ id: KeyId }),
  async run({ id }, surroundings) {
    const { operatorOf, withInstance } = await import('./open.ts')
    const { revokeKey } = await import('../modules/members/index.ts')
    await withInstance(surroundings, async (instance) =>
      revokeKey({ db: instance.database.db, clock: systemClock }, await operatorOf(instance), id),
    )
    return { json: { id, revoked: true }, text: 'The key no longer works.' }
  },
})
