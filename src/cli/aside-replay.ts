import { z } from 'zod'
import { EventId } from '../../contract/ids.ts'
import { defineCommand, exitCodes } from './command.ts'

export const asideReplay = defineCommand({
  words: ['aside', 'replay'],
  summary: 'Read one event again that was kept aside, for example after an upgrade',
  positionals: { id: 'Its id, from parley aside list' },
  input: z.object({ id: EventId }),
  async run({ id }, surroundings) {
    const { operatorOf, withInstance } = await import('./open.ts')
    const { connectors } = await import('../connectors/registry.ts')
    const { replayEvent } = await import('../modules/ingest/index.ts')
    const replayed = await withInstance(surroundings, async (instance) =>
      replayEvent({ database: instance.database, connectors }, await operatorOf(instance), id),
    )
    const { understood, problem } = replayed
    return {
      json: replayed,
      text: understood ? 'It was understood this time.' : `It still cannot be read: ${problem}`,
      exitCode: understood ? exitCodes.done : exitCodes.failed,
    }
  },
})
