import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import type { Json, NetworkMessage, Session } from '../src/connectors/contract.ts'
import type { DiscordCredential } from '../src/connectors/discord/credential.ts'
import { discord } from '../src/connectors/discord/discord.ts'
import { failureOf, openHttp, openSession, replyTo } from '../src/connectors/suite.ts'
import { type DiscordEmulator, startDiscordEmulator } from './discord-emulator/emulator.ts'

let network: DiscordEmulator
let http: ReturnType<typeof openHttp>
let session: Session<DiscordCredential>
let cursor: string | null
let hints: Json[]

beforeEach(async () => {
  network = await startDiscordEmulator()
  http = openHttp()
  session = await sessionOf([])
  cursor = null
  hints = []
})
afterEach(async () => {
  await http.close()
  await network.close()
})

async function sessionOf(channels: string[]): Promise<Session<DiscordCredential>> {
  const credential = { botToken: network.token, publicKey: null, channels }
  return (await openSession(discord, { service: network.url, credential }, http)).session
}

/** Listens as the core does, and gives how it ended. */
function listen(): { ending: AbortController; ended: Promise<unknown> } {
  const ending = new AbortController()
  const onNews = (hint?: Json) => {
    if (hint !== undefined) hints.push(hint)
  }
  const ended = discord.listen(session, onNews, ending.signal, cursor).then(
    () => null,
    (error: unknown) => error,
  )
  onTestFinished(() => ending.abort())
  return { ending, ended }
}

/** One round of the core: everything that is told now, and the cursor that is kept with it. */
async function receive(): Promise<NetworkMessage[]> {
  const messages: NetworkMessage[] = []
  let more = true
  while (more) {
    const given = hints
    const page = await discord.receive(session, cursor, given)
    hints = hints.slice(given.length)
    cursor = page.cursor
    more = page.more
    for (const { raw } of page.events) {
      const event = discord.translate(raw, session.account)
      if (event.kind === 'message') messages.push(event)
    }
  }
  return messages
}

async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(holds()).toBe(true), { timeout: 60_000, interval: 20 })
}

const ready = () => until(() => network.gateway.seen.identifies > 0 && hints.length > 0)

it('receives private messages that only the live connection tells of, and those after them', async () => {
  listen()
  await ready()
  await receive()
  const first = network.sayPrivately('My parcel is wet')
  await until(() => JSON.stringify(hints).includes(first.channel_id))
  const [message] = await receive()
  expect(message).toMatchObject({
    remoteId: first.id,
    text: 'My parcel is wet',
    visibility: 'private',
    url: null,
    rootId: first.channel_id,
  })
  if (!message) throw new Error('nothing came')
  const reply = replyTo(discord, message, { text: 'A new one leaves today' })
  const sent = await discord.deliver(session, reply)
  expect(sent.url).toBeNull()
  const found = await discord.find(session, reply)
  expect(found.matches.map(({ remoteId }) => remoteId)).toEqual([sent.remoteId])
  const own = await vi.waitFor(async () => {
    const [one] = await receive()
    expect(one).toBeDefined()
    return one
  }, 120_000)
  expect(own).toMatchObject({ remoteId: sent.remoteId, mine: true, rootId: first.channel_id })
})

it('misses no private message of a stranger when it is killed, because it resumes the session', async () => {
  const { ending, ended } = listen()
  await ready()
  await receive()
  network.gateway.drop()
  await ended
  const dan = network.addPerson('dan', 'Dan')
  const written = network.sayPrivately('Written while you were dead', dan)
  listen()
  await until(() => network.gateway.seen.resumes === 1)
  await until(() => hints.length > 1)
  expect((await receive()).map(({ remoteId }) => remoteId)).toEqual([written.id])
  expect(network.gateway.seen.identifies).toBe(1)
  ending.abort()
})

it('hears again what was told between the last stored page and a kill', async () => {
  const { ended } = listen()
  await ready()
  await receive()
  const written = network.sayPrivately('Told, and not stored')
  await until(() => JSON.stringify(hints).includes(written.channel_id))
  network.gateway.drop()
  await ended
  hints = []
  listen()
  await until(() => JSON.stringify(hints).includes(written.channel_id))
  expect((await receive()).map(({ remoteId }) => remoteId)).toEqual([written.id])
})

it('asks the private channels it knows after a session that could not be resumed', async () => {
  const { ended } = listen()
  await ready()
  await receive()
  const first = network.sayPrivately('Hello')
  await until(() => JSON.stringify(hints).includes(first.channel_id))
  await receive()
  network.gateway.invalidate(false)
  const missed = network.sayPrivately('Nobody tells you of this')
  await until(() => network.gateway.seen.identifies === 2)
  await until(() => JSON.stringify(hints).includes('"isGap":true'))
  expect((await receive()).map(({ remoteId }) => remoteId)).toEqual([missed.id])
  network.gateway.askReconnect()
  expect(await ended).toBeNull()
})

it('takes up the session after being asked to reconnect and after a resumable end', async () => {
  for (const [round, end] of [
    () => network.gateway.askReconnect(),
    () => network.gateway.invalidate(true),
    () => network.gateway.closeWith(4000),
  ].entries()) {
    const { ended } = listen()
    await until(() => hints.length > 0)
    await receive()
    end()
    expect(await ended).toBeNull()
    expect(network.gateway.seen).toMatchObject({ identifies: 1, resumes: round })
  }
})

it('leaves a session so that the next process can resume it', async () => {
  const { ending, ended } = listen()
  await ready()
  await receive()
  ending.abort()
  expect(await ended).toBeNull()
  listen()
  await until(() => network.gateway.seen.resumes === 1)
})

it('notices a connection that no longer answers', async () => {
  const { ended } = listen()
  await ready()
  network.gateway.mode.isDeaf = true
  expect(await ended).toBeNull()
  expect(network.gateway.seen.heartbeats).toBeGreaterThan(0)
})

it.each([
  [4004, 'auth-expired', /no longer accepts the bot token/],
  [4014, 'auth-expired', /Message Content Intent/],
  [4011, 'rejected', /more servers/],
])('says what a refusal with %i means', async (code, kind, words) => {
  network.gateway.mode.refuseWith = code
  const failure = await failureOf(
    discord.listen(session, () => undefined, AbortSignal.timeout(60_000)),
  )
  expect(failure.kind).toBe(kind)
  expect('reason' in failure ? failure.reason : failure.detail).toMatch(words)
})

it('does not use up the starts of a day', async () => {
  network.startsLeft.value = 3
  const failure = await failureOf(
    discord.listen(session, () => undefined, AbortSignal.timeout(60_000)),
  )
  expect(failure.kind).toBe('rate-limited')
  expect(network.gateway.seen.identifies).toBe(0)
})

it('is woken only by what concerns it, and stores once what is told twice', async () => {
  network.gateway.mode.isDouble = true
  listen()
  await ready()
  await receive()
  network.say('Nice weather', { names: false })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(JSON.stringify(hints)).not.toContain(network.channelId)
  const asked = network.say('Are you open?')
  await until(() => JSON.stringify(hints).includes(network.channelId))
  expect((await receive()).map(({ remoteId }) => remoteId)).toEqual([asked.id])
})

it('asks for the words of everything only where it may have them, and says so', async () => {
  network.town.flags = 0
  const { account } = await openSession(
    discord,
    { service: network.url, credential: session.credential },
    http,
  )
  expect(account.abilities['receive-unnamed']).toMatchObject({
    can: false,
    code: 'discord.message-content',
    why: expect.stringContaining('Message Content Intent'),
  })
  const named = network.say('Do you see me?')
  const ours = network.botWrites('Hello all')
  network.say('An answer without your name', { names: false, replyTo: ours.id })
  listen()
  await ready()
  expect(network.gateway.seen.intents & (1 << 15)).toBe(0)
  const texts = (await receive()).map(({ text }) => text)
  expect(texts).toContain(`@${session.account.handle} Do you see me?`)
  expect(texts).not.toContain('')
  expect(named.id).not.toBe('')
})

it('receives everything in chosen channels and in threads it takes part in, and nothing else', async () => {
  const chosen = network.addChannel('complaints')
  session = await sessionOf([chosen])
  const joined = network.openThread('Order 12', { joined: true })
  const other = network.openThread('Chatter')
  const say = (channelId: string) => network.say('It is late', { channelId, names: false }).id
  const wanted = [say(chosen), say(joined)]
  say(other)
  say(network.channelId)
  const messages = await receive()
  expect(messages.map(({ remoteId }) => remoteId)).toEqual(wanted)
  expect(messages.map(({ rootId }) => rootId)).toEqual([null, joined])
})

it('finds what was written in a thread that closed while it was away', async () => {
  const thread = network.openThread('Order 7')
  const channel = network.town.channels.get(thread)
  const written = network.say('Anybody?', { channelId: thread })
  if (channel) channel.archived = true
  expect((await receive()).map(({ remoteId }) => remoteId)).toEqual([written.id])
})

it('keeps its cursor small, asks closed channels seldom, and reads them once they open', async () => {
  const staff = network.addChannel('staff')
  const channel = network.town.channels.get(staff)
  if (channel) channel.hidden = true
  const hidden = network.say('Only for the staff', { channelId: staff })
  const day = 86_400_000
  for (let i = 0; i < 120; i++) network.say(`Old news ${i}`, { at: Date.now() - day + i * 1000 })
  expect((await receive()).length).toBe(120)
  expect(cursor?.length).toBeLessThan(1000)
  const refused = () => network.log.filter(({ path }) => path === `/channels/${staff}/messages`)
  expect(refused()).toHaveLength(1)
  await receive()
  expect(refused()).toHaveLength(1)
  if (channel) channel.hidden = false
  const later = Date.now() + 20 * 60_000
  session = { ...session, now: () => new Date(later) }
  expect((await receive()).map(({ remoteId }) => remoteId)).toEqual([hidden.id])
})

it('pings only the person it answers, whatever the text says', async () => {
  const asked = network.say('Is it in stock?')
  const [message] = await receive()
  if (!message) throw new Error('nothing came')
  const text = `@everyone <@${network.town.bot.id}> yes`
  await discord.deliver(session, replyTo(discord, message, { text }))
  const sent = network.log.findLast(({ method }) => method === 'POST')
  expect(sent?.body).toMatchObject({
    enforce_nonce: true,
    nonce: expect.stringMatching(/^[0-9a-z]{25}$/),
    allowed_mentions: { parse: [], users: [network.ana.id], replied_user: true },
    message_reference: { message_id: asked.id, fail_if_not_exists: true },
  })
})

it('makes one message of a send that arrives after its sender gave up', async () => {
  network.say('Late?')
  const [message] = await receive()
  if (!message) throw new Error('nothing came')
  const reply = replyTo(discord, message, { text: 'Once, however late' })
  network.faults.add('late', 1)
  expect((await failureOf(discord.deliver(session, reply))).kind).toBe('unknown-outcome')
  expect(await discord.find(session, reply)).toMatchObject({ matches: [], repeatSafe: true })
  const sent = await discord.deliver(session, reply)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const found = await discord.find(session, reply)
  expect(found.matches.map(({ remoteId }) => remoteId)).toEqual([sent.remoteId])
  const later = new Date(Date.now() + 10 * 60_000)
  const afterwards = { ...session, now: () => later }
  expect(await discord.find(afterwards, reply)).toMatchObject({ repeatSafe: false })
})

it.each([
  [50001, /cannot see this channel/],
  [50013, /lacks a permission/],
  [50007, /does not accept private messages/],
])('says in plain words what refusal %i means', async (code, words) => {
  network.say('Hello?')
  const [message] = await receive()
  if (!message) throw new Error('nothing came')
  network.refusals.set(network.channelId, code)
  const failure = await failureOf(
    discord.deliver(session, replyTo(discord, message, { text: 'Yes' })),
  )
  expect(failure).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(words) })
})

it('does not answer a message that is gone as if nothing were', async () => {
  const asked = network.say('Forget it')
  const [message] = await receive()
  if (!message) throw new Error('nothing came')
  network.remove(asked.id)
  const reply = replyTo(discord, message, { text: 'Gladly' })
  expect((await failureOf(discord.deliver(session, reply))).kind).toBe('rejected')
})

it('moves an answer to private: to the person, in their own channel', async () => {
  network.say('My address is wrong')
  const [message] = await receive()
  if (!message) throw new Error('nothing came')
  const reply = replyTo(discord, message, { text: 'Tell me here', visibility: 'private' })
  const sent = await discord.deliver(session, reply)
  const stands = network.town.messages.get(sent.remoteId)
  expect(network.town.channels.get(stands?.channel_id ?? '')).toMatchObject({
    type: 1,
    with: network.ana.id,
  })
  const found = await discord.find(session, reply)
  expect(found.matches.map(({ remoteId }) => remoteId)).toEqual([sent.remoteId])
})
