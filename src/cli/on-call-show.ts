import { z } from 'zod'
import type { PageView } from '../../contract/pages.ts'
import { defineCommand } from './command.ts'

export const onCallShow = defineCommand({
  words: ['on-call', 'show'],
  summary: 'Show who is on call now, and about whom somebody is being called',
  input: z.object({}),
  async run(_input, surroundings) {
    const { operatorOf, withInstance } = await import('./open.ts')
    const { connectors } = await import('../connectors/registry.ts')
    const { getOnCall, listPages } = await import('../modules/on-call/index.ts')
    return withInstance(surroundings, async (instance) => {
      const actor = await operatorOf(instance)
      const { db } = instance.database
      const deps = { db, connectors, clock: () => new Date() }
      const { now, mails } = await getOnCall(deps, actor)
      const { items: pages } = await listPages(deps, actor, { state: 'open', limit: 100 })
      const lines = [
        ...now.onCall.map(({ name }, index) => `${index + 1}. ${name}`),
        `${now.onCall.length + 1}. the owners: ${now.owners.map(({ name }) => name).join(', ')}`,
        ...(mails ? [] : ['No e-mail account is connected: calls cannot be mailed.']),
        ...(pages.length === 0 ? ['Nobody is being called.'] : pages.map(lineOf)),
      ]
      return { json: { ...now, mails, pages }, text: lines.join('\n') }
    })
  },
})

function lineOf({ id, person, severity, openedAt, nextAt, calls }: PageView): string {
  const called = calls[0] ? `${calls[0].member.name} was called last` : 'nobody was called yet'
  return `${id}  ${person} waits since ${openedAt} (${severity}); ${called}; next call ${nextAt}`
}
