import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { Conversation } from '../../../contract/conversations.ts'
import { DeliveryView } from '../../../contract/deliveries.ts'
import { listOf, Problem } from '../../../contract/http.ts'
import { PrivatePlace } from '../../../contract/private-moves.ts'
import { asServerOwner, type Desk, openDesk } from '../../../test/desk.ts'
import { teamOf } from '../../../test/team.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const read = async (id: string) =>
  Conversation.parse((await desk.api('GET', `/api/v1/conversations/${id}`)).body)
const move = (id: string, body: object, key?: string) =>
  desk.api(
    'POST',
    `/api/v1/conversations/${id}/move-to-private`,
    body,
    key === undefined ? {} : { 'idempotency-key': key },
  )
const places = async (id: string) => {
  const answer = await desk.api('GET', `/api/v1/conversations/${id}/private-places`)
  return listOf(PrivatePlace).parse(answer.body).items
}
const pointer = 'So that your order stays between us, please write to us in a private message.'

it('answers in public with the reason on record, and knows the private conversation when they come', async () => {
  const as = 'privately'
  const { conversation } = await desk.customerAsks('My order 4471 never came, my phone is 0722…', {
    as,
  })
  const [place] = await places(conversation)
  expect(place).toMatchObject({ here: true, network: 'mastodon' })
  const body = { reason: 'order', placeChannelId: place?.channelId, text: pointer }
  const answer = await move(conversation, body, 'once')
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  const sent = DeliveryView.parse(answer.body)
  expect(DeliveryView.parse((await move(conversation, body, 'once')).body).id).toBe(sent.id)
  await desk.until(sent.id, ['sent'], { hasten: true })
  expect(await desk.standing(pointer)).toHaveLength(1)
  const shown = await read(conversation)
  // A person pointed there, so nobody waits in public.
  expect(shown).toMatchObject({
    unansweredSince: null,
    privateMoves: [{ reason: 'order', words: '', privateId: null, publicId: conversation }],
  })
  await desk.control('POST', '/practice/posts', {
    as,
    text: '@shop Here I am: order 4471, to Strada Lungă 5',
    visibility: 'direct',
  })
  const gone = await vi.waitFor(
    async () => {
      const [one] = (await read(conversation)).privateMoves
      if (!one?.privateId) throw new Error('they have not come yet')
      return one
    },
    { timeout: 60_000, interval: 100 },
  )
  const private_ = await read(gone.privateId ?? '')
  expect(private_).toMatchObject({ visibility: 'private', person: { id: shown.person.id } })
  expect(private_.privateMoves).toEqual([gone])
  const acts = await asServerOwner(
    desk.database.url,
    'select act from audit_entries where subject = $1',
    [`conversation:${conversation}`],
  )
  expect(acts).toContainEqual({ act: 'conversation.moved-to-private' })
})

it('may be said in the same words to many, and leaves the draft alone', async () => {
  const { conversation } = await desk.customerAsks('And mine? I live at Strada Scurtă 2.')
  const [place] = await places(conversation)
  const draft = { text: 'Half a thought', media: [], contentWarning: null }
  await desk.api('PUT', `/api/v1/conversations/${conversation}/draft`, draft)
  const body = { reason: 'address', placeChannelId: place?.channelId, text: pointer }
  expect((await move(conversation, body)).status).toBe(202)
  expect((await read(conversation)).draft?.text).toBe('Half a thought')
})

it('is not on record when the reply was taken back', async () => {
  const { conversation } = await desk.customerAsks('I am ill, is that covered?')
  const [place] = await places(conversation)
  const body = { reason: 'health', placeChannelId: place?.channelId, text: `${pointer} Truly.` }
  const ana = await teamOf(desk).member('responder')
  const answer = await desk.request(
    ana,
    'POST',
    `/api/v1/conversations/${conversation}/move-to-private`,
    body,
  )
  const { id } = DeliveryView.parse(answer.body)
  expect((await read(conversation)).privateMoves).toHaveLength(1)
  expect((await desk.api('POST', `/api/v1/deliveries/${id}/cancel`)).status).toBe(200)
  expect((await read(conversation)).privateMoves).toEqual([])
})

it('refuses what is private already, no such account, and another reason without words, and sends nothing', async () => {
  const { conversation } = await desk.customerAsks('Once more, in public')
  const hidden = await desk.customerAsks('Quite in private', { visibility: 'direct' })
  const [place] = await places(conversation)
  const body = { reason: 'order', placeChannelId: place?.channelId, text: pointer }
  const refused = async (id: string, more: object) => {
    const { status, body: answer } = await move(id, { ...body, ...more })
    return [status, Problem.parse(answer).errors?.[0]?.field]
  }
  expect(await refused(hidden.conversation, {})).toEqual([422, undefined])
  expect(await refused(conversation, { placeChannelId: crypto.randomUUID() })).toEqual([
    400,
    'placeChannelId',
  ])
  expect(await refused(conversation, { reason: 'other' })).toEqual([400, 'words'])
  expect(await refused(conversation, { text: '  ' })).toEqual([400, 'text'])
  const none = z.array(z.unknown()).length(0)
  none.parse(
    await asServerOwner(
      desk.database.url,
      'select id from deliveries where conversation_id = any($1)',
      [[conversation, hidden.conversation]],
    ),
  )
})
