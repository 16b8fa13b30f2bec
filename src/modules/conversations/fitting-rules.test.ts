import { afterAll, beforeAll, expect, it } from 'vitest'
import { ReplyPolicyView } from '../../../contract/clock.ts'
import { Conversation } from '../../../contract/conversations.ts'
import { type Desk, openDesk } from '../../../test/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await desk.api(method, `/api/v1${path}`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body
}

it('says which rules are about somebody, who they are, and which of the rules decides', async () => {
  const { conversation } = await desk.customerAsks('Do you deliver on Sundays?')
  const { person, channel } = Conversation.parse(await ask('GET', `/conversations/${conversation}`))
  const target = { unit: 'calendar-minutes', minutes: 5 }
  const before = ReplyPolicyView.parse(await ask('GET', '/reply-policy'))
  expect(before.people).toEqual([])
  const rules = [
    { when: { channelId: channel.id }, target: { unit: 'calendar-minutes', minutes: 60 } },
    { when: { personId: person.id }, target },
  ]
  const { policy, people } = ReplyPolicyView.parse(
    await ask('PUT', '/reply-policy', { policy: { ...before.policy, rules } }),
  )
  expect(people).toEqual([{ id: person.id, name: person.name, is: 'known' }])
  const tried = {
    at: '2026-11-27T14:45:00Z',
    subject: { channelId: channel.id, personId: person.id },
  }
  expect(await ask('POST', '/reply-policy/preview', tried)).toMatchObject({
    target,
    rule: 1,
    fitting: [
      { rule: 1, decides: ['target'] },
      { rule: 0, decides: [] },
    ],
  })
  const precedence = ['channel', 'language', 'severity', 'person']
  const turned = { ...tried, policy: { ...policy, precedence } }
  expect(await ask('POST', '/reply-policy/preview', turned)).toMatchObject({
    rule: 0,
    fitting: [
      { rule: 0, decides: ['target'] },
      { rule: 1, decides: [] },
    ],
  })
})
