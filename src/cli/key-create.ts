import { z } from 'zod'
import { KeyInput } from '../../contract/members.ts'
import { Abilities } from '../../contract/session.ts'
import { systemClock } from '../platform/clock.ts'
import { defineCommand } from './command.ts'

export const keyCreate = defineCommand({
  words: ['key', 'create'],
  summary: 'Create an API key and print it, once',
  details: `Scopes: all, or some of ${Abilities.options.join(', ')}.`,
  options: {
    name: { hint: 'NAME', help: 'What the key is for' },
    scopes: { hint: 'all|a,b', help: 'What it may do' },
  },
  input: z.object({
    name: KeyInput.shape.name,
    scopes: z
      .string()
      .transform((text) => text.split(',').map((scope) => scope.trim()))
      .pipe(z.array(z.enum(['all', ...Abilities.options], 'unknown scope')).min(1)),
  }),
  async run(input, surroundings) {
    const { operatorOf, withInstance } = await import('./open.ts')
    const { createKey } = await import('../modules/members/index.ts')
    const created = await withInstance(surroundings, async (instance) =>
      createKey(
        { db: instance.database.db, clock: systemClock },
        await operatorOf(instance),
        input,
      ),
    )
    surroundings.note('This key is shown now and never again.')
    return { json: { id: created.id, key: created.key }, text: created.key }
  },
})
