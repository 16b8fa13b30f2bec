import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Channel } from '../contract/channels.ts'
import { createParley, type Parley } from '../src/app.ts'
import { readConfig } from '../src/platform/config.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { allowOrigin, makeKey } from '../test/desk.ts'
import { createCaller } from '../test/http.ts'
import { createTestLog } from '../test/log.ts'
import { type DiscordEmulator, startDiscordEmulator } from './discord-emulator/emulator.ts'
import { createMember, soon } from './member.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')

const cleanUps: (() => Promise<unknown>)[] = []
let home: string
let network: DiscordEmulator
let database: TestDatabase
let parley: Parley
let key: string
let channel: Channel

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-discord-'))
  cleanUps.push(() => rm(home, { recursive: true, force: true }))
  network = await startDiscordEmulator()
  cleanUps.push(() => network.close())
  database = await createTestDatabase()
  cleanUps.push(() => database.drop())
  await allowOrigin(database.url, network.url)
  cleanUps.push(() => parley.stop())
  parley = await startParley()
  key = (await makeKey(database)).key
  const hex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
  const fields = { botToken: network.token, publicKey: hex, server: network.url }
  const answer = await api('POST', 'channels', { network: 'discord', fields })
  expect(answer).toMatchObject({ status: 201 })
  channel = Channel.parse(answer.body)
})
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

async function startParley(): Promise<Parley> {
  const started = await createParley({
    config: readConfig({ PARLEY_HOME: home, PARLEY_PUBLIC_URL: 'https://parley.example' }),
    databaseUrl: database.url,
    log: createTestLog().log,
  })
  await started.server.app.ready()
  await started.start()
  return started
}

const api = (method: string, path: string, body?: unknown) =>
  createCaller(parley.server.app)({ key }, method, `/api/v1/${path}`, body)

const member = createMember(api)

const standing = (text: string) =>
  [...network.town.messages.values()].filter(
    (message) => message.author.id === network.town.bot.id && message.content === text,
  )

it('answers a customer once, though the answer of Discord is lost, and hears what they say next', async () => {
  const asked = network.say('do you have rye?')
  const { id } = await member.arrived('do you have rye?')
  network.faults.add('cut-after-taken', 1)
  const sent = await member.answer(id, 'We do, from seven')
  const [message, ...others] = standing('We do, from seven')
  expect(others).toEqual([])
  expect(sent.remote?.id).toBe(message?.id)
  expect(message?.message_reference?.message_id).toBe(asked.id)
  network.say('And on Sunday?', { replyTo: message?.id ?? '', names: false })
  await expect.poll(async () => (await member.conversation(id)).messages.length, soon).toBe(3)
  await member.answer(id, 'Closed on Sunday')
  expect((await member.conversation(id)).unansweredSince).toBeNull()
})

it('answers a private message privately, and takes what the bot writes elsewhere for the shop’s', async () => {
  network.sayPrivately('My order is 4471')
  const { id, messages } = await member.arrived('My order is 4471')
  expect(messages).toMatchObject([{ author: 'customer', visibility: 'private' }])
  await member.answer(id, 'It left today')
  expect(standing('It left today')).toHaveLength(1)
  await expect.poll(async () => (await member.conversation(id)).messages.length, soon).toBe(2)
})

it('has what a stranger wrote privately while Parley was down', async () => {
  await parley.stop()
  const dan = network.addPerson('dan', 'Dan')
  network.sayPrivately('Is anybody there?', dan)
  network.say('And in public?', { by: dan })
  parley = await startParley()
  await member.arrived('Is anybody there?')
  await member.arrived('And in public?')
  expect(network.gateway.seen.identifies).toBe(1)
})

it('follows an edit and a deletion', async () => {
  const wrong = network.say('I ordred a cup')
  const { id } = await member.arrived('I ordred a cup')
  network.edit(wrong.id, `<@${network.town.bot.id}> I ordered two cups`)
  await expect
    .poll(async () => (await member.conversation(id)).messages[0]?.text, soon)
    .toContain('I ordered two cups')
  network.remove(wrong.id)
  await expect
    .poll(async () => (await member.conversation(id)).messages[0]?.deletedAt ?? null, soon)
    .not.toBeNull()
  expect((await member.conversation(id)).messages).toHaveLength(1)
})

it('lets only Discord in by the address for webhook events', async () => {
  const path = channel.hookAddress?.replace('https://parley.example', '') ?? ''
  const body = '{"version":1,"application_id":"1","type":0}'
  const post = (signature: string, timestamp: string) =>
    parley.server.app.inject({
      method: 'POST',
      url: path,
      payload: body,
      headers: {
        'content-type': 'application/json',
        'x-signature-ed25519': signature,
        'x-signature-timestamp': timestamp,
      },
    })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = sign(null, Buffer.from(timestamp + body), privateKey).toString('hex')
  const ping = await post(signature, timestamp)
  expect({ status: ping.statusCode, body: ping.body }).toEqual({ status: 204, body: '' })
  expect((await post(signature, String(Number(timestamp) + 1))).statusCode).toBe(401)
  expect((await post('00'.repeat(64), timestamp)).statusCode).toBe(401)
})

it('tells what the account can and cannot do, and how news arrives', async () => {
  const shown = Channel.parse((await api('GET', `channels/${channel.id}`)).body)
  expect(shown).toMatchObject({ arrival: 'live', limits: { media: { max: 10, altText: 1024 } } })
  expect(shown.lastAnswerAt).not.toBeNull()
  expect(shown.abilities['write-first']).toMatchObject({ can: false, code: 'discord.write-first' })
  const missing = await api('GET', `channels/${crypto.randomUUID()}`)
  expect(missing.status).toBe(404)
})
