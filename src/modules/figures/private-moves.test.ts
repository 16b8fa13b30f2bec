import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { DeliveryView } from '../../../contract/deliveries.ts'
import { Figures, MoveRows } from '../../../contract/figures.ts'
import { listOf } from '../../../contract/http.ts'
import { PrivatePlace } from '../../../contract/private-moves.ts'
import { type Desk, openDesk } from '../../../test/desk.ts'
import { teamOf } from '../../../test/team.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const counted = async (query = '') =>
  Figures.parse((await desk.api('GET', `/api/v1/figures?${query}`)).body).privateMoves
const rows = async (query = '') =>
  MoveRows.parse((await desk.api('GET', `/api/v1/figures/private-moves?${query}`)).body)
const table = async (query: string) => {
  const { body } = await desk.api('GET', `/api/v1/figures.csv?${query}`)
  return String(body).trimEnd().split('\r\n')
}

/** Asks a customer, who wrote in public, to go on in private. */
async function move(as: string, reason: string, more: object = {}, ask = desk.api) {
  const { conversation } = await desk.customerAsks(`What of my ${reason}? (${as})`, { as })
  const path = `/api/v1/conversations/${conversation}`
  const [place] = listOf(PrivatePlace).parse(
    (await desk.api('GET', `${path}/private-places`)).body,
  ).items
  const text = `Please write to us in a private message about your ${reason}, ${as}.`
  const body = { reason, placeChannelId: place?.channelId, text, ...more }
  const answer = await ask('POST', `${path}/move-to-private`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  return { conversation, delivery: DeliveryView.parse(answer.body).id }
}

it('are counted by reason once they stand on the network, with those who went on', async () => {
  expect(await counted()).toEqual({ moves: 0, wentOn: 0, reasons: [] })
  const first = await move('ines', 'order')
  const second = await move('omar', 'order')
  const third = await move('vera', 'other', { words: '=a quarrel' })
  // Of a member, who can undo it for a while.
  const dan = await teamOf(desk).member('responder')
  const taken = await move('yves', 'health', {}, (method, path, body) =>
    desk.request(dan, method, path, body),
  )
  expect((await desk.api('POST', `/api/v1/deliveries/${taken.delivery}/cancel`)).status).toBe(200)
  for (const { delivery } of [first, second, third])
    await desk.until(delivery, ['sent'], { hasten: true })
  await desk.control('POST', '/practice/posts', {
    as: 'omar',
    text: '@shop Here I am',
    visibility: 'direct',
  })
  await vi.waitFor(async () => expect((await counted()).wentOn).toBe(1), {
    timeout: 60_000,
    interval: 200,
  })
  expect(await counted()).toEqual({
    moves: 3,
    wentOn: 1,
    reasons: [
      { reason: 'order', moves: 2, wentOn: 1 },
      { reason: 'other', moves: 1, wentOn: 0 },
    ],
  })

  const conversations = async (query: string) =>
    (await rows(query)).items.map(({ conversationId }) => conversationId)
  expect(await conversations('')).toEqual([third, second, first].map((one) => one.conversation))
  expect(await conversations('reason=order&went=true')).toEqual([second.conversation])
  expect((await rows('reason=other')).items).toMatchObject([
    { deliveryId: third.delivery, words: '=a quarrel', privateId: null },
  ])
  expect(await counted('from=2020-01-01&to=2020-01-31')).toMatchObject({ moves: 0 })

  const page = await rows('limit=2')
  expect(page.items).toHaveLength(2)
  expect(await conversations(`limit=2&cursor=${page.next}`)).toEqual([first.conversation])

  expect(await table('of=reasons')).toEqual([
    'reason,moved_to_private,went_on_in_private',
    'all,3,1',
    'order,2,1',
    'other,1,0',
  ])
  const [, oldest, , newest] = await table('of=moves')
  expect(oldest).toContain(first.conversation)
  expect(newest).toContain(`,other,'=a quarrel,`)
  expect(await table('of=moves&reason=other')).toHaveLength(2)
})

it('refuse a cursor that the list did not give, and a reason that is none', async () => {
  for (const [query, field] of [
    ['cursor=abc', 'cursor'],
    ['reason=whim', 'reason'],
  ])
    expect(await desk.api('GET', `/api/v1/figures/private-moves?${query}`)).toMatchObject({
      status: 400,
      body: { errors: [{ field }] },
    })
})
