import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { NetworkMessage, OutgoingReply } from '../contract.ts'
import { failureOf, openSession, receiveAll, replyTo } from '../suite.ts'
import type { TelegramSession } from './api.ts'
import { ana, chatWith, dan, type EmulatedMessage, family, talk } from './emulator.state.ts'
import { startEmulatedWorld } from './emulator.world.ts'
import { secretOf } from './hook.ts'
import { telegram } from './telegram.ts'

let world: Awaited<ReturnType<typeof startEmulatedWorld>>
let session: TelegramSession

beforeAll(async () => {
  world = await startEmulatedWorld()
  const opened = await openSession(telegram, await world.connection(), world.http)
  session = opened.session
})
beforeEach(() => world.emulator.heal())
afterAll(() => world.stop())

function told(message: EmulatedMessage): NetworkMessage {
  const raw = JSON.parse(JSON.stringify({ update_id: 1, message }))
  const event = telegram.translate(raw, session.account)
  if (event.kind !== 'message') throw new Error('not a message')
  return event
}
const replyOn = (message: EmulatedMessage, parts: Partial<OutgoingReply> & { text: string }) =>
  replyTo(telegram, told(message), parts)
const deliver = (message: EmulatedMessage, text: string) =>
  telegram.deliver(session, replyOn(message, { text }))
const picture = {
  bytes: new Uint8Array([1, 2, 3]),
  mime: 'image/png',
  alt: '',
  width: 1,
  height: 1,
}

it('has Telegram forget only what a stored cursor confirms', async () => {
  const start = await receiveAll(telegram, session, null)
  world.emulator.says(talk, ana, { text: 'one' })
  const page = await telegram.receive(session, start.cursor)
  expect(page.events).toHaveLength(1)
  // A process that died before it stored the page asks from the old place, and loses nothing.
  expect((await telegram.receive(session, start.cursor)).events).toEqual(page.events)
  await telegram.receive(session, page.cursor)
  expect((await telegram.receive(session, start.cursor)).events).toEqual([])
})

it('loses nothing when Telegram begins to number from somewhere else after a quiet week', async () => {
  const { cursor } = await receiveAll(telegram, session, null)
  world.emulator.renumber(500)
  world.emulator.says(talk, ana, { text: 'After a week' })
  const [next] = cursor?.split('@') ?? []
  const stale = `${next}@${Date.now() - 8 * 24 * 3600_000}`
  const page = await telegram.receive(session, stale)
  expect(page.events).toHaveLength(1)
  expect(page.cursor).toMatch(/^501@/)
  world.emulator.renumber(200_000)
  await telegram.receive(session, page.cursor)
})

it('says in plain words why somebody cannot be answered', async () => {
  const message = world.emulator.says(chatWith(dan), dan, { text: 'Hello' })
  world.emulator.blocked.add(dan.id)
  expect(await failureOf(deliver(message, 'Hi'))).toEqual({
    kind: 'rejected',
    reason: 'This person has blocked the bot, so nothing can be sent to them.',
  })
  world.emulator.blocked.delete(dan.id)
  const gone = world.emulator.says(talk, dan, { text: 'Never mind' })
  world.emulator.deletes(gone)
  expect(await failureOf(deliver(gone, 'Hi'))).toMatchObject({
    kind: 'rejected',
    reason: 'The message you are answering was deleted in Telegram.',
  })
  const mine = world.emulator.says(chatWith(dan), dan, { text: 'Never mind' })
  world.emulator.deletes(mine)
  await expect(deliver(mine, 'Still here for you')).resolves.toMatchObject({ url: null })
})

it('follows a group that became a supergroup', async () => {
  const message = world.emulator.says(family, ana, { text: 'Are you open?' })
  world.emulator.migrated.set(family.id, talk.id)
  const sent = await deliver(message, 'Until nine')
  expect(sent.remoteId).toMatch(new RegExp(`^${talk.id}:`))
  world.emulator.migrated.clear()
})

it('sends an album with the words at its first picture, and no words too long for a picture', async () => {
  const message = world.emulator.says(talk, ana, { text: 'Which colours?' })
  const album = replyOn(message, { text: 'These', media: [picture, picture] })
  const sent = await telegram.deliver(session, album)
  const [first, second] = world.emulator.messages.slice(-2)
  expect(sent.remoteId).toBe(`${talk.id}:${first?.message_id}`)
  expect(first).toMatchObject({
    caption: 'These',
    reply_to_message: { message_id: message.message_id },
  })
  expect(second).toMatchObject({ caption: '' })
  const long = replyOn(message, { text: 'x'.repeat(1025), media: [picture] })
  expect(await failureOf(telegram.deliver(session, long))).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('1024'),
  })
})

it('waits as long as Telegram asks', async () => {
  const message = world.emulator.says(talk, ana, { text: 'Busy?' })
  world.emulator.fail('rate-limited', 1)
  const asked = Date.now()
  const failure = await failureOf(deliver(message, 'No'))
  if (failure.kind !== 'rate-limited') throw new Error(failure.kind)
  expect(failure.retryAt.getTime()).toBeGreaterThanOrEqual(asked + 3000)
  expect(failure.retryAt.getTime()).toBeLessThanOrEqual(Date.now() + 3000)
})

it('fetches a picture by the session, and never says the token', async () => {
  const photo = new Uint8Array([7, 8, 9])
  const message = told(world.emulator.says(talk, ana, { text: 'Look', photo }))
  const [media] = message.media
  expect(await telegram.media(session, message, media?.ref ?? null)).toEqual(photo)
  expect(JSON.stringify(message)).not.toContain(session.credential.token)
  const gone = await telegram
    .media(session, message, { file: 'no' })
    .catch((error: unknown) => error)
  expect(gone).toMatchObject({ failure: { kind: 'rejected' } })
  const nowhere = { ...session, service: 'http://127.0.0.1:9' }
  for (const call of [
    () => telegram.verify(nowhere),
    () =>
      telegram.deliver(
        nowhere,
        replyOn(world.emulator.says(talk, ana, { text: '?' }), { text: '!' }),
      ),
  ]) {
    const error = await call().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ failure: { kind: 'unavailable' } })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('AAHdqTcv')
  }
})

it('cannot ask for what is brought, says so, and can once the webhook is ended', async () => {
  const { hook } = telegram
  await hook.open?.(session, 'https://parley.example/hooks/x')
  expect(await failureOf(telegram.receive(session, null))).toMatchObject({ kind: 'unavailable' })
  expect(world.emulator.webhook()).toMatchObject({ secret: secretOf(session.credential) })
  await hook.close?.(session)
  await hook.close?.(session)
  await telegram.receive(session, null)
  const refused = hook.open?.(session, 'https://parley.example:9999/hooks/x')
  expect(await failureOf(refused ?? Promise.resolve())).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('ports'),
  })
})

it('takes what carries the secret, and nothing else', () => {
  const update = { update_id: 9, message: { message_id: 1, chat: { id: 5 } } }
  const body = new TextEncoder().encode(JSON.stringify(update))
  const at = new Date()
  const { account, credential } = session
  const take = (secret: string | undefined, bytes = body) => {
    const headers = { 'x-telegram-bot-api-secret-token': secret }
    return telegram.hook.take({ headers, body: bytes, at }, { account, credential })
  }
  const right = secretOf(credential)
  expect(right).toMatch(/^[\w-]{20,256}$/)
  expect(take(right)).toEqual({
    kind: 'taken',
    events: [{ id: 'message:5:1', raw: update }],
    answer: { status: 200 },
  })
  for (const wrong of [undefined, '', `${right}x`, right.slice(1)])
    expect(take(wrong).kind).toBe('refused')
  for (const bad of ['', '[]', '{}', '{"update_id":"1"}', '{"update_id":1'])
    expect(take(right, new TextEncoder().encode(bad)).kind).toBe('unreadable')
  expect(take(right, new Uint8Array([0xff, 0xfe])).kind).toBe('unreadable')
})

it('tells how to see more in groups, and what Telegram cannot do', async () => {
  const { abilities, limits } = await telegram.verify(session)
  expect(limits.public.text).toEqual([{ max: 4096, unit: 'utf16-units' }])
  for (const name of ['alt-text', 'content-warning', 'follow-deletions', 'stream'] as const)
    expect(abilities[name]).toMatchObject({
      can: false,
      why: expect.stringMatching(/Telegram/),
      code: expect.stringMatching(/^telegram\.no-/),
    })
})
