import { z } from 'zod'
import { defineCommand } from './command.ts'

export const keyList = defineCommand({
  words: ['key', 'list'],
  summary: 'List the API keys: name, scopes, the last four characters, and when each was used',
  input: z.object({}),
  async run(_input, surroundings) {
    const { operatorOf, withInstance } = await import('./open.ts')
    const { listKeys } = await import('../modules/members/index.ts')
    const items = await withInstance(surroundings, async (instance) =>
      listKeys(instance.database.db, await operatorOf(instance)),
    )
    const lines = items.map(
      ({ id, name, hint, scopes, lastUsedAt, revokedAt }) =>
        `${id}  …${hint}  ${name}  (${scopes.join(', ')})  ${stateOf({ lastUsedAt, revokedAt })}`,
    )
    return { json: { items, next: null }, text: lines.join('\n') || 'There is no API key.' }
  },
})

function stateOf(key: { lastUsedAt: string | null; revokedAt: string | null }): string {
  if (key.revokedAt) return `revoked ${key.revokedAt}`
  return key.lastUsedAt ? `used ${key.lastUsedAt}` : 'never used'
}
