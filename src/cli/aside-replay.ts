import { z } from 'zod'
import { EventId } from '../../contract/ids.ts'
import { type Answer, defineCommand, exitCodes } from './command.ts'
import type { Instance } from './open.ts'

const pageSize = 100

export const asideReplay = defineCommand({
  words: ['aside', 'replay'],
  summary: 'Read again what was kept aside, for example after an upgrade: one event, or --all',
  positionals: { id: 'Its id, from parley aside list' },
  options: { all: { help: 'Everything that is kept aside, oldest first' } },
  input: z
    .object({ id: EventId.optional(), all: z.literal(true).optional() })
    .refine(({ id, all }) => (id === undefined) === (all === true), {
      path: ['id'],
      error: 'give either one id or --all',
    }),
  async run({ id }, surroundings) {
    const { withInstance } = await import('./open.ts')
    return withInstance(surroundings, (instance) =>
      id === undefined ? replayAll(instance) : replayOne(instance, id),
    )
  },
})

async function replayOne(instance: Instance, id: EventId): Promise<Answer> {
  const { replay } = await openAside(instance)
  const replayed = await replay(id)
  const { understood, problem } = replayed
  return {
    json: replayed,
    text: understood ? 'It was understood this time.' : `It still cannot be read: ${problem}`,
    exitCode: understood ? exitCodes.done : exitCodes.failed,
  }
}

async function replayAll(instance: Instance): Promise<Answer> {
  const { list, replay } = await openAside(instance)
  const count = { understood: 0, left: 0 }
  let after: EventId | undefined
  for (;;) {
    const page = await list(after)
    for (const { id } of page) {
      const { understood } = await replay(id)
      count[understood ? 'understood' : 'left'] += 1
    }
    after = page.at(-1)?.id
    if (page.length < pageSize) break
  }
  return {
    json: count,
    text: `${count.understood} were understood this time, ${count.left} still cannot be read.`,
    exitCode: count.left === 0 ? exitCodes.done : exitCodes.failed,
  }
}

async function openAside(instance: Instance) {
  const { operatorOf } = await import('./open.ts')
  const { connectors } = await import('../connectors/registry.ts')
  const { listAside, replayEvent } = await import('../modules/ingest/index.ts')
  const deps = { database: instance.database, connectors }
  const actor = await operatorOf(instance)
  return {
    list: (after: EventId | undefined) =>
      listAside(deps, actor, { ...(after && { after }), limit: pageSize }),
    replay: (id: EventId) => replayEvent(deps, actor, id),
  }
}
