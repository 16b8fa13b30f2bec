import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { Channel } from '../contract/channels.ts'
import { Conversation, ConversationSummary } from '../contract/conversations.ts'
import { DeliveryView } from '../contract/deliveries.ts'
import { listOf } from '../contract/http.ts'
import { createParley, type Parley } from '../src/app.ts'
import { type Emulator, startEmulator } from '../src/connectors/telegram/emulator.fixture.ts'
import { ana, bot, chatWith, dan, talk } from '../src/connectors/telegram/emulator.state.ts'
import { readConfig } from '../src/platform/config.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { allowOrigin, asServerOwner, makeKey, quickPace } from './desk.ts'
import { type Answer, createCaller } from './http.ts'
import { createTestLog } from './log.ts'

let home: string
let database: TestDatabase
let parley: Parley
let emulator: Emulator
let api: (method: string, path: string, body?: unknown) => Promise<Answer>
const log = createTestLog()

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-telegram-'))
  emulator = await startEmulator()
  database = await createTestDatabase()
  await allowOrigin(database.url, emulator.url)
  parley = await createParley({
    config: readConfig({ PARLEY_HOME: home, PARLEY_PUBLIC_URL: 'https://parley.example' }),
    databaseUrl: database.url,
    log: log.log,
    limits: { perCaller: 100_000, perAddress: 100_000 },
    sender: { pollMs: 100, leaseMs: 2000 },
    stream: { leaseMs: 2000, pace: { ...quickPace, checkMs: 300 } },
  })
  await parley.server.app.ready()
  await parley.start()
  const { key } = await makeKey(database)
  const call = createCaller(parley.server.app)
  api = (method, path, body) => call({ key }, method, path, body)
  // What a proxy in front of Parley does: https://parley.example ends here.
  emulator.reach(async (url, secret, body) => {
    const headers = { host: 'parley.example', 'x-telegram-bot-api-secret-token': secret }
    return (await call(null, 'POST', new URL(url).pathname, body, headers)).status
  })
})
afterAll(async () => {
  await parley.stop()
  await emulator.close()
  await database.drop()
  await rm(home, { recursive: true, force: true })
})

const fields = (receive: string) => ({ token: emulator.token, server: emulator.url, receive })

async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what} did not come to pass`)
}

const arrived = (text: string) =>
  until(text, async () => {
    const { body } = await api('GET', '/api/v1/conversations?sort=newest&limit=100')
    return listOf(ConversationSummary)
      .parse(body)
      .items.find((one) => one.preview.includes(text))
  })

const delivered = (id: string, state: string) =>
  until(`${id} is ${state}`, async () => {
    const delivery = DeliveryView.parse((await api('GET', `/api/v1/deliveries/${id}`)).body)
    return delivery.state === state ? delivery : undefined
  })

async function reply(conversation: string, text: string): Promise<DeliveryView> {
  const path = `/api/v1/conversations/${conversation}/replies`
  return DeliveryView.parse((await api('POST', path, { text })).body)
}

it('refuses a token that no bot has, and a webhook word that is none, at their fields', async () => {
  for (const [change, field] of [
    [{ token: '1:short' }, 'fields.token'],
    [{ token: `${bot.id}:${'x'.repeat(35)}` }, 'fields.token'],
    [{ receive: 'pigeon' }, 'fields.receive'],
  ] as const) {
    const body = { network: 'telegram', fields: { ...fields('polling'), ...change } }
    const answer = await api('POST', '/api/v1/channels', body)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } })
  }
})

it('is brought messages by webhook, each once, and never asks for them', async () => {
  const body = { network: 'telegram', fields: fields('webhook') }
  const channel = Channel.parse((await api('POST', '/api/v1/channels', body)).body)
  expect(channel).toMatchObject({ handle: bot.username, hookAddress: null, state: 'connected' })
  const { url } = await until('the webhook', async () => emulator.webhook() ?? undefined)
  expect(url).toMatch(/^https:\/\/parley\.example\/hooks\/[\w-]{64}$/)
  emulator.fail('twice', 1)
  emulator.says(chatWith(ana), ana, { text: 'Is my parcel on its way?' })
  emulator.says(talk, dan, { text: 'When do you open?' })
  const one = await arrived('Is my parcel')
  await arrived('When do you open')
  expect(one).toMatchObject({ visibility: 'private', messageCount: 1, person: { name: 'Ana' } })
  expect(emulator.calls.some(({ method }) => method === 'getupdates')).toBe(false)
  const call = createCaller(parley.server.app)
  const headers = { host: 'parley.example', 'x-telegram-bot-api-secret-token': 'guessed' }
  const forged = await call(null, 'POST', new URL(url).pathname, '{"update_id":1}', headers)
  expect(forged.status).toBe(401)
})

it('sends an answer into the chat, and shows an edit', async () => {
  const { id } = await arrived('Is my parcel')
  const { id: delivery } = await reply(id, 'It arrives tomorrow')
  const sent = await delivered(delivery, 'sent')
  const last = emulator.messages.at(-1)
  expect(last).toMatchObject({ text: 'It arrives tomorrow', chat: { id: ana.id } })
  expect(sent.remote?.id).toBe(`${ana.id}:${last?.message_id}`)
  const asked = emulator.messages.find((one) => one.text === 'Is my parcel on its way?')
  if (asked) emulator.edits(asked, 'Is my second parcel on its way?')
  await arrived('Is my second parcel')
  const { body } = await api('GET', `/api/v1/conversations/${id}`)
  const { messages } = Conversation.parse(body)
  expect(messages.map((one) => one.text)).toEqual([
    'Is my second parcel on its way?',
    'It arrives tomorrow',
  ])
})

it('asks a person when an answer was lost, at once and without a second message', async () => {
  const { id } = await arrived('When do you open')
  emulator.fail('cut', 1)
  const { id: delivery } = await reply(id, 'At nine')
  const unknown = await delivered(delivery, 'unknown')
  expect(unknown.reason).toMatchObject({
    kind: 'unknown-outcome',
    detail: 'Telegram cannot be asked what was sent to it. Look there whether the reply stands.',
  })
  expect(emulator.messages.filter((one) => one.text === 'At nine')).toHaveLength(1)
})

it('tells that somebody blocked the bot', async () => {
  emulator.says(chatWith(dan), dan, { text: 'And on Sunday?' })
  const { id } = await arrived('And on Sunday')
  emulator.blocked.add(dan.id)
  const { id: delivery } = await reply(id, 'Closed')
  const failed = await delivered(delivery, 'failed')
  expect(failed.reason).toMatchObject({
    kind: 'rejected',
    detail: expect.stringContaining('blocked'),
  })
  emulator.blocked.clear()
})

it('goes on by asking when it is connected again so, and loses nothing in between', async () => {
  const body = { network: 'telegram', fields: fields('polling') }
  const channel = Channel.parse((await api('POST', '/api/v1/channels', body)).body)
  emulator.says(chatWith(ana), ana, { text: 'Written in between' })
  await arrived('Written in between')
  await until('the end of the webhook', async () => (emulator.webhook() ? undefined : true))
  emulator.says(chatWith(ana), ana, { text: 'Asked for' })
  await arrived('Asked for')
  expect(emulator.calls.some(({ method }) => method === 'getupdates')).toBe(true)
  const { body: list } = await api('GET', '/api/v1/channels')
  expect(listOf(Channel).parse(list).items).toMatchObject([{ id: channel.id, state: 'connected' }])
})

it('writes the token into no row and no log', async () => {
  const secret = emulator.token.split(':')[1] ?? ''
  const Names = z.array(z.object({ name: z.string() }))
  const tables = Names.parse(
    await asServerOwner(
      database.url,
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind = 'r'`,
    ),
  )
  for (const { name } of tables) {
    const text = `select 1 from public."${name}" t where t::text like $1`
    const found = await asServerOwner(database.url, text, [`%${secret}%`])
    expect({ name, found }).toEqual({ name, found: [] })
  }
  const text = `select 1 from public.events t where t::text like $1`
  expect(await asServerOwner(database.url, text, ['%parcel%'])).not.toEqual([])
  expect(log.text()).not.toContain(secret)
})
