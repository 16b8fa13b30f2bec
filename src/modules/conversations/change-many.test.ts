import { afterAll, beforeAll, expect, it } from 'vitest'
import { BulkOutcome, type ConversationState } from '../../../contract/conversations.ts'
import { ConversationId, MemberId } from '../../../contract/ids.ts'
import { type Desk, openDesk } from '../../../test/desk.ts'
import type { Person } from '../../../test/http.ts'
import { teamOf } from '../../../test/team.ts'

let desk: Desk
let ana: Person

beforeAll(async () => {
  desk = await openDesk()
  ana = await teamOf(desk).member('responder')
})
afterAll(() => desk.close())

it('changes many at once, says what became of each, and puts back exactly what nobody changed since', async () => {
  const ids = await Promise.all(
    ['one', 'two', 'three'].map(
      async (n) => (await desk.customerAsks(`Number ${n}?`)).conversation,
    ),
  )
  const [first, second, third] = ids
  if (!first || !second || !third) throw new Error('three asked')
  await change(second, { state: 'waiting-customer', assigneeId: ana.memberId })
  await change(third, { state: 'done' })
  const before = await Promise.all(ids.map(held))
  const nowhere = ConversationId.parse(crypto.randomUUID())
  const done = await bulk('', { ids: [...ids, nowhere, first], change: { state: 'done' } })
  expect(done.items.map(({ outcome }) => outcome)).toEqual([
    'changed',
    'changed',
    'unchanged',
    'refused',
  ])
  expect(done.items[3]?.why).toContain('no such conversation')
  expect((await Promise.all(ids.map(held))).map(({ state }) => state)).toEqual([
    'done',
    'done',
    'done',
  ])
  await change(first, { assigneeId: ana.memberId })
  const items = done.items.filter(({ outcome }) => outcome === 'changed')
  const undone = await bulk('/undo', { items })
  expect(undone.items.map(({ outcome }) => outcome)).toEqual(['refused', 'changed'])
  expect(await held(first)).toMatchObject({ state: 'done', assigneeId: ana.memberId })
  expect(await held(second)).toEqual(before[1])
})

it('refuses a holder who is not of the team for each, and changes none', async () => {
  const { conversation } = await desk.customerAsks('Who takes this?')
  const stranger = MemberId.parse(crypto.randomUUID())
  const answer = await bulk('', { ids: [conversation], change: { assigneeId: stranger } })
  expect(answer.items).toMatchObject([{ outcome: 'refused' }])
  expect((await held(conversation)).assigneeId).toBeNull()
})

async function bulk(path: string, body: object): Promise<BulkOutcome> {
  const answer = await desk.api('POST', `/api/v1/conversations/changes${path}`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return BulkOutcome.parse(answer.body)
}

async function change(
  id: ConversationId,
  body: { state?: ConversationState; assigneeId?: MemberId },
): Promise<void> {
  expect((await desk.api('PATCH', `/api/v1/conversations/${id}`, body)).status).toBe(200)
}

async function held(id: ConversationId) {
  const { items } = await bulk('', { ids: [id], change: {} })
  return items[0]?.before ?? { state: null, assigneeId: null }
}
