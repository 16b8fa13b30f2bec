import { z } from 'zod'
import { EventId } from '../../contract/ids.ts'
import { defineCommand } from './command.ts'

const pageSize = 100

export const asideList = defineCommand({
  words: ['aside', 'list'],
  summary: 'List what came from networks and could not be read',
  details: `Oldest first, at most ${pageSize} at a time. With --json the raw events are in the answer.`,
  options: { after: { hint: 'ID', help: 'Go on after this one' } },
  input: z.object({ after: EventId.optional() }),
  async run({ after }, surroundings) {
    const { operatorOf, withInstance } = await import('./open.ts')
    const { connectors } = await import('../connectors/registry.ts')
    const { listAside } = await import('../modules/ingest/index.ts')
    const found = await withInstance(surroundings, async (instance) =>
      listAside({ database: instance.database, connectors }, await operatorOf(instance), {
        ...(after && { after }),
        limit: pageSize + 1,
      }),
    )
    const items = found.slice(0, pageSize)
    const next = found.length > pageSize ? (items.at(-1)?.id ?? null) : null
    const lines = items.map(({ id, receivedAt, problem }) => `${id}  ${receivedAt}  ${problem}`)
    if (next) lines.push(`There are more: --after ${next}`)
    return { json: { items, next }, text: lines.join('\n') || 'Nothing is kept aside.' }
  },
})
