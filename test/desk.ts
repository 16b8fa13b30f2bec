import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { Channel } from '../contract/channels.ts'
import { ConversationSummary, UploadedMedia } from '../contract/conversations.ts'
import { type DeliveryState, DeliveryView } from '../contract/deliveries.ts'
import { listOf } from '../contract/http.ts'
import { ConversationId, type DeliveryId } from '../contract/ids.ts'
import { type PracticeNetwork, startPracticeNetwork } from '../practice/server.ts'
import { createParley, type Parley } from '../src/app.ts'
import type { Actor } from '../src/modules/access/index.ts'
import { createKey, createOwner } from '../src/modules/members/index.ts'
import { readConfig } from '../src/platform/config.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type Answer, type Caller, createCaller } from './http.ts'
import { createTestLog, type TestLog } from './log.ts'

/** A post as the practice network truly has it. */
export const Standing = z.object({
  id: z.string(),
  text: z.string(),
  in_reply_to_id: z.string().nullable(),
  idempotency_key: z.string().nullable(),
  deleted: z.boolean(),
  media: z.array(z.object({ id: z.string(), description: z.string().nullable() })),
})
export type Standing = z.infer<typeof Standing>

export type PracticeControl = (method: string, path: string, body?: unknown) => Promise<unknown>

/** A whole Parley in this process, connected to a practice network of its own, and what one does at it. */
export type Desk = {
  database: TestDatabase
  practice: PracticeNetwork
  control: PracticeControl
  log: TestLog
  /** Of its secret keys. */
  keyFile: string
  /** As anybody. */
  request: Caller
  /** With a key that may do everything. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
  /** A picture for a reply. */
  upload(bytes: Uint8Array): Promise<UploadedMedia>
  channel(): Promise<Channel>
  /** A customer mentions the shop; resolves when it is a conversation. */
  customerAsks(text: string, more?: Record<string, unknown>): Promise<Asked>
  reply(
    conversation: ConversationId,
    body: Record<string, unknown>,
    key?: string,
  ): Promise<DeliveryView>
  delivery(id: DeliveryId): Promise<DeliveryView>
  /** Waits for one of these states. `hasten`: the waits between tries are over at once. */
  until(
    id: DeliveryId,
    states: DeliveryState[],
    options?: { hasten?: boolean },
  ): Promise<DeliveryView>
  /** The shop's own posts that say this, as the network truly has them. */
  standing(text?: string): Promise<Standing[]>
  fault(fault: Record<string, unknown>): Promise<void>
  heal(): Promise<void>
  close(): Promise<void>
}
export type Asked = { conversation: ConversationId; post: string }

export async function openDesk(): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), 'parley-desk-'))
  const practice = await startPracticeNetwork({ port: 0, dataDir: home, welcome: false })
  const database = await createTestDatabase()
  await allowOrigin(database.url, practice.url)
  const log = createTestLog()
  const config = readConfig({ PARLEY_HOME: home })
  const parley = await createParley({
    config,
    databaseUrl: database.url,
    log: log.log,
    limits: { perCaller: 100_000, perAddress: 100_000 },
    signInsPerMinute: 100_000,
    sender: { pollMs: 100, leaseMs: 2000 },
    stream: { leaseMs: 2000, pace: quickPace },
  })
  await parley.server.app.ready()
  await parley.start()
  const { key } = await makeKey(database)
  const desk = createDesk({ database, practice, parley, log, key })
  const fields = { server: practice.url, token: practice.token }
  const connected = await desk.api('POST', '/api/v1/channels', { network: 'mastodon', fields })
  if (connected.status !== 201) throw new Error(`not connected: ${JSON.stringify(connected.body)}`)
  return {
    ...desk,
    keyFile: config.secretKeyFile,
    async close() {
      await parley.stop()
      await practice.close()
      await database.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Everything that waits for the clock, in the time of a test. */
export const quickPace = {
  pollMs: 300,
  pollLiveMs: 2000,
  checkMs: 3_600_000,
  recheckMs: 3_600_000,
  patienceMs: 1000,
}

/** As the operator does by naming the server at the command line. */
export async function allowOrigin(databaseUrl: string, origin: string): Promise<void> {
  const text = `insert into allowed_origins (origin, why) values ($1, 'test') on conflict do nothing`
  await asServerOwner(databaseUrl, text, [origin])
}

/** A query with the rights of whoever owns the database. */
export async function asServerOwner(
  databaseUrl: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text, [...values])).rows
  } finally {
    await client.end()
  }
}

/** The owner of a workspace, and a key with every scope. */
export async function makeKey({
  db,
}: Pick<TestDatabase, 'db'>): Promise<{ key: string; actor: Actor }> {
  const deps = { db, clock: () => new Date() }
  const { workspaceId } = await createOwner(deps, {
    business: 'The Corner Shop',
    name: 'Olga',
    email: 'olga@example.com',
    password: 'marmalade tram window',
  })
  const actor: Actor = { kind: 'operator', workspaceId, name: 'operator' }
  const { key } = await createKey(deps, actor, { name: 'test', scopes: ['all'] })
  return { key, actor }
}

/** Speaks to the control API of a practice network. Throws on anything but success. */
export function createControl(url: string): PracticeControl {
  return async (method, path, body) => {
    const response = await fetch(new URL(path, url), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
}

export async function readStanding(control: PracticeControl): Promise<Standing[]> {
  const answer = await control('GET', '/practice/statuses?account=shop&limit=100000')
  const { items } = z.object({ items: z.array(Standing) }).parse(answer)
  return items.filter((item) => !item.deleted)
}

type Parts = {
  database: TestDatabase
  practice: PracticeNetwork
  parley: Parley
  log: TestLog
  key: string
}

function createDesk({
  database,
  practice,
  parley,
  log,
  key,
}: Parts): Omit<Desk, 'close' | 'keyFile'> {
  const control = createControl(practice.url)
  const call = createCaller(parley.server.app)
  const api: Desk['api'] = (method, path, body, headers) =>
    call({ key }, method, path, body, headers)
  // The desk works with a key: its replies are the owner's unless a test says otherwise.
  const delivery: Desk['delivery'] = async (id) =>
    DeliveryView.parse((await api('GET', `/api/v1/deliveries/${id}`)).body)
  return {
    database,
    practice,
    control,
    log,
    request: call,
    api,
    delivery,
    async upload(bytes) {
      const form = new FormData()
      form.set('file', new Blob([Uint8Array.from(bytes)]), 'picture')
      const request = new Request('http://127.0.0.1/', { method: 'POST', body: form })
      const answer = await parley.server.app.inject({
        method: 'POST',
        url: '/api/v1/media',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': request.headers.get('content-type') ?? '',
        },
        payload: Buffer.from(await request.arrayBuffer()),
      })
      if (answer.statusCode !== 201) throw new Error(`not uploaded: ${answer.body}`)
      return UploadedMedia.parse(answer.json())
    },
    async channel() {
      const { items } = listOf(Channel).parse((await api('GET', '/api/v1/channels')).body)
      const [channel] = items
      if (!channel) throw new Error('there is no channel')
      return channel
    },
    async customerAsks(text, more = {}) {
      const as = `customer${crypto.randomUUID().slice(0, 8)}`
      const posted = await control('POST', '/practice/posts', { as, text, ...more })
      const post = z.object({ id: z.string() }).parse(posted).id
      return { post, conversation: await untilArrived(api, text) }
    },
    async reply(conversation, body, idempotencyKey) {
      const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }
      const path = `/api/v1/conversations/${conversation}/replies`
      const answer = await api('POST', path, body, headers)
      if (answer.status !== 202) throw new Error(JSON.stringify(answer.body))
      return DeliveryView.parse(answer.body)
    },
    async until(id, states, { hasten = false } = {}) {
      for (const end = Date.now() + 60_000; ; await pause(50)) {
        const now = await delivery(id)
        if (states.includes(now.state)) return now
        if (Date.now() > end) throw new Error(`still ${now.state}: ${JSON.stringify(now)}`)
        if (hasten) await passTime(database, id)
      }
    },
    async standing(text) {
      const all = await readStanding(control)
      return text === undefined ? all : all.filter((post) => post.text.endsWith(text))
    },
    fault: async (fault) => void (await control('POST', '/practice/faults', fault)),
    heal: async () => void (await control('DELETE', '/practice/faults')),
  }
}

async function untilArrived(api: Desk['api'], text: string): Promise<ConversationId> {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(50)) {
    const answer = await api('GET', '/api/v1/conversations?sort=newest&limit=100')
    const { items } = listOf(ConversationSummary).parse(answer.body)
    const found = items.find((one) => one.preview.includes(text.slice(0, 60)))
    if (found) return ConversationId.parse(found.id)
  }
  throw new Error(`"${text}" did not arrive`)
}

/** What the clock does to a delivery that waits for its next try. */
async function passTime({ url }: TestDatabase, id: DeliveryId): Promise<void> {
  const text = `update deliveries set not_before = now() where id = $1 and not_before > now()`
  await asServerOwner(url, text, [id])
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
