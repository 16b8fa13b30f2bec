import { z } from 'zod'
import { defineCommand } from './command.ts'

export const channelList = defineCommand({
  words: ['channel', 'list'],
  summary: 'List the connected accounts and how they are',
  input: z.object({}),
  async run(_input, surroundings) {
    const { operatorOf, withInstance } = await import('./open.ts')
    const { listChannels } = await import('../modules/channels/index.ts')
    const channels = await withInstance(surroundings, async (instance) =>
      listChannels({ database: instance.database }, await operatorOf(instance)),
    )
    const items = channels.map(
      ({ id, network, service, account, state, problem, lastEventAt }) => ({
        id,
        network,
        service,
        handle: account.handle,
        state,
        problem,
        lastEventAt: lastEventAt?.toISOString() ?? null,
      }),
    )
    const lines = items.map(
      ({ id, network, handle, state, problem }) =>
        `${id}  ${network}  ${handle}  ${state}${problem ? `: ${problem.detail}` : ''}`,
    )
    return { json: { items, next: null }, text: lines.join('\n') || 'No account is connected.' }
  },
})
