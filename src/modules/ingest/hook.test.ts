import { createHmac, timingSafeEqual } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { Channel } from '../../../contract/channels.ts'
import { type ChannelId, WorkspaceId } from '../../../contract/ids.ts'
import { createTestServer, type Person, type TestServer } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { said, session, town, us } from '../../../test/town.ts'
import type { Account, Connector, HookRequest, HookResult } from '../../connectors/contract.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { hookAddress, keepConnection, readHookPath, registerChannels } from '../channels/index.ts'
import { actorOf } from '../members/index.ts'
import type { IngestDeps } from './deps.ts'
import { registerHooks } from './index.ts'

const Secret = z.object({ secret: z.string() })
const Brought = z.object({ events: z.array(z.object({ id: z.string(), raw: z.json() })) })
const sign = (secret: string, body: Uint8Array | string) =>
  createHmac('sha256', secret).update(body).digest('hex')

/** The made-up network, which signs what it brings. */
function take({ headers, body }: HookRequest, channel: { credential: unknown }): HookResult {
  const { secret } = Secret.parse(channel.credential)
  const right = Buffer.from(sign(secret, body))
  const given = Buffer.from(headers['x-town-signature'] ?? '')
  if (given.byteLength !== right.byteLength || !timingSafeEqual(given, right))
    return { kind: 'refused', why: 'This was not signed by the town.' }
  if (body.byteLength === 0) return { kind: 'taken', events: [], answer: { status: 204 } }
  const brought = Brought.safeParse(JSON.parse(Buffer.from(body).toString()))
  if (!brought.success) return { kind: 'unreadable', why: 'This is not what the town says.' }
  const { events } = brought.data
  return { kind: 'taken', events, answer: { status: 200, json: { taken: events.length } } }
}
const hooked: Connector = {
  ...town,
  credential: z.unknown(),
  hook: { use: (credential) => (Secret.safeParse(credential).success ? 'instead' : 'none'), take },
}
const account: Account = {
  ...us,
  displayName: 'Shop',
  avatarUrl: null,
  profileUrl: 'https://town.example/shop',
  limits: session.limits,
  abilities: Object.fromEntries([]) as Account['abilities'],
}

let server: TestServer
let deps: IngestDeps
let home: string
let owner: Person
let channel: ChannelId
let path: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-hook-'))
  const keyring = await loadKeyring(join(home, 'secret.key'))
  server = await createTestServer((app, database) => {
    deps = {
      database: { ...database, dispatch: database.db, close: async () => undefined },
      http: session.http,
      dial: session.dial,
      oauth: session.oauth,
      keyring,
      connectors: new Map([['town', hooked]]),
      clock: () => new Date(),
      log: createTestLog().log,
      publicUrl: 'https://parley.example',
    }
    registerHooks(app, deps, 60)
    registerChannels(app, {
      ...deps,
      actorOf,
      practiceUrl: '',
      redirectUri: '',
      enterPractice: () => Promise.reject(new Error('none here')),
    })
  })
  owner = await server.people.owner()
  channel = await connect('s3cret')
  path = pathOf(channel)
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})

async function connect(secret: string | null, remoteId = us.remoteId): Promise<ChannelId> {
  const connection = { service: 'https://town.example', credential: secret ? { secret } : {} }
  const kept = await keepConnection(deps, owner.actor, 'town', connection, { ...account, remoteId })
  return kept.id
}

function pathOf(channelId: ChannelId): string {
  const address = hookAddress(deps, { workspaceId: owner.workspaceId, channelId })
  if (address === null) throw new Error('there is no address')
  expect(address).toMatch(/^https:\/\/parley\.example\/hooks\/[\w-]{64}$/)
  return new URL(address).pathname
}

const bring = (to: string, body: string, headers: Record<string, string> = {}) =>
  server.request(null, 'POST', to, body, { 'x-town-signature': sign('s3cret', body), ...headers })

const stored = () =>
  inWorkspace(server.database.db, owner.workspaceId, async (tx) => {
    const events = await tx.selectFrom('events').select('subject_id').orderBy('id').execute()
    const messages = await tx.selectFrom('messages').select('remote_id').orderBy('id').execute()
    return { events: events.length, messages: messages.map((row) => row.remote_id) }
  })

it('answers only what is stored and applied, and stores it once however often it comes', async () => {
  const body = JSON.stringify({ events: [said('m1'), said('m2', { by: 'dan' })] })
  expect(await bring(path, body)).toMatchObject({ status: 200, body: { taken: 2 } })
  expect(await stored()).toEqual({ events: 2, messages: ['m1', 'm2'] })
  expect(await Promise.all([bring(path, body), bring(path, body)])).toMatchObject([
    { status: 200 },
    { status: 200 },
  ])
  expect(await stored()).toEqual({ events: 2, messages: ['m1', 'm2'] })
})

it('checks the bytes as they came, whatever they are called', async () => {
  const spaced = '{ "events" :\n[ ] }'
  const headers = { 'content-type': 'text/html; charset=latin1' }
  expect(await bring(path, spaced, headers)).toMatchObject({ status: 200, body: { taken: 0 } })
  const signature = sign('s3cret', '{"events":[]}')
  const changed = await bring(path, spaced, { 'x-town-signature': signature })
  expect(changed).toMatchObject({ status: 401, body: { code: 'not-signed-in' } })
})

it('answers a ping without storing anything', async () => {
  const before = await stored()
  const answer = await server.app.inject({
    method: 'POST',
    url: path,
    headers: { host: '127.0.0.1:4400', 'x-town-signature': sign('s3cret', '') },
  })
  expect(answer.statusCode).toBe(204)
  expect(await stored()).toEqual(before)
})

it('stores nothing that the network did not sign, or that cannot be read', async () => {
  const before = await stored()
  const body = JSON.stringify({ events: [said('forged')] })
  for (const signature of ['', 'x', sign('other', body)])
    expect(await bring(path, body, { 'x-town-signature': signature })).toMatchObject({
      status: 401,
    })
  const wrong = await bring(path, '{"events":[{}]}')
  expect(wrong).toMatchObject({ status: 400, body: { detail: 'This is not what the town says.' } })
  expect(await stored()).toEqual(before)
})

it('answers an unknown address, a forged one, and one no longer in use with the same words', async () => {
  const body = '{"events":[]}'
  const last = path.at(-5) === 'A' ? 'B' : 'A'
  const forged = `${path.slice(0, -5)}${last}${path.slice(-4)}`
  const elsewhere = hookAddress(deps, {
    workspaceId: WorkspaceId.parse(crypto.randomUUID()),
    channelId: channel,
  })
  const polled = await connect(null, 'polled')
  const gone = await connect('s3cret', 'gone')
  await server.request(owner, 'DELETE', `/api/v1/channels/${gone}`)
  const paths = [
    '/hooks/x',
    forged,
    new URL(elsewhere ?? '').pathname,
    pathOf(polled),
    pathOf(gone),
  ]
  const answers = await Promise.all(paths.map((one) => bring(one, body)))
  const [first] = answers.map((answer) => answer.body)
  for (const answer of answers) expect(answer).toMatchObject({ status: 404, body: first as object })
})

it('refuses more than a megabyte, and too many in a minute', async () => {
  expect(await bring(path, ' '.repeat(1024 * 1024 + 1))).toMatchObject({ status: 413 })
  const other = pathOf(await connect('s3cret', 'busy'))
  const knock = () => bring(other, '', { 'x-town-signature': 'x' })
  const answers = await Promise.all(Array.from({ length: 60 }, knock))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  const refused = await knock()
  expect(refused).toMatchObject({ status: 429, body: { code: 'too-many' } })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(await bring(path, '{"events":[]}')).toMatchObject({ status: 200 })
})

it('shows the address to those who manage channels, for a network that cannot be told it', async () => {
  const responder = await server.people.member(owner, 'responder')
  const seen = async (as: Person) => {
    const { body } = await server.request(as, 'GET', '/api/v1/channels')
    const { items } = z.object({ items: z.array(Channel) }).parse(body)
    return items.find((one) => one.id === channel)?.hookAddress
  }
  expect(await seen(owner)).toBe(`https://parley.example${path}`)
  expect(await seen(responder)).toBeNull()
})

it('has no address without https, and knows only its own', () => {
  const place = { workspaceId: owner.workspaceId, channelId: channel }
  expect(hookAddress({ ...deps, publicUrl: 'http://parley.example' }, place)).toBeNull()
  const part = path.split('/').at(-1) ?? ''
  expect(readHookPath(deps, part)).toEqual(place)
  expect(readHookPath(deps, `${part}AAAA`)).toBeNull()
})
