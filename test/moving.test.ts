import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import sharp from 'sharp'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { Channel } from '../contract/channels.ts'
import { ConversationSummary } from '../contract/conversations.ts'
import { Export, ImportState, importChunkBytes } from '../contract/exports.ts'
import { listOf } from '../contract/http.ts'
import { Member, NewInvitation } from '../contract/members.ts'
import { SessionView } from '../contract/session.ts'
import { until } from '../practice/test-network.ts'
import { enrol, goodPassword, type Person } from './http.ts'
import { startTestParley, type TestParley } from './parley.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let home: TestParley
let away: TestParley
let owner: Person
let colleague: Person
let archive: Buffer
/** The owner in the new place. */
let again: Person

beforeAll(async () => {
  ;[home, away] = await Promise.all([startTestParley(), startTestParley()])
  owner = await home.people.owner('Moving Bakery')
  colleague = await home.people.member(owner, 'responder')
  await fillDesk()
})
afterAll(async () => {
  await Promise.all([home.close(), away.close()])
})

const ask = (method: string, path: string, body?: unknown) =>
  home.request(owner, method, `/api/v1${path}`, body)

async function must(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await ask(method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function heard(text: string): Promise<ConversationSummary> {
  return until(async () => {
    const { body } = await ask('GET', `/conversations?text=${encodeURIComponent(text)}`)
    return listOf(ConversationSummary).parse(body).items[0]
  }, 120_000)
}

/** A little of everything that a team leaves behind. */
async function fillDesk(): Promise<void> {
  await must('POST', '/channels', {
    network: 'mastodon',
    fields: { server: home.network.url, token: home.network.token },
  })
  for (const text of ['Cold croissants again', 'When do you open', 'Thank you, all was well'])
    await home.network.send('POST', '/practice/posts', { as: 'mara', text: `@shop ${text}` })
  const cold = await heard('croissants')
  const open = await heard('open')
  const path = `/conversations/${cold.id}`
  await must('POST', `${path}/notes`, { text: 'Gave her a voucher' })
  await must('PUT', `${path}/draft`, { text: 'We are so', media: [] })
  await must('POST', `${path}/goodwill`, { kind: 'gift', cost: 500, note: 'A cake' })
  await must('POST', `/conversations/${open.id}/replies`, { text: 'At seven, every day.' })
  await must('POST', '/departments', { name: 'Kitchen', memberIds: [colleague.memberId] })
  await must('POST', '/snippets', { name: 'Thanks', shared: true, en: 'Thank you!' })
  await must('POST', '/webhooks', { url: 'https://hook.example/x', events: ['reply.sent'] })
  await must('POST', '/keys', { name: 'till', scopes: ['reply'] })
  await must('POST', '/invitations', { email: 'new@example.com', role: 'analyst' })
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const form = new FormData()
  form.set('file', new Blob([Uint8Array.from(bytes)]), 'cake.png')
  const upload = new Request('http://127.0.0.1/', { method: 'POST', body: form })
  const uploaded = await home.parley.server.app.inject({
    method: 'POST',
    url: '/api/v1/media',
    headers: {
      host: '127.0.0.1:4400',
      cookie: owner.cookie,
      origin: 'http://127.0.0.1:4400',
      'sec-fetch-site': 'same-origin',
      'content-type': upload.headers.get('content-type') ?? '',
    },
    payload: Buffer.from(await upload.arrayBuffer()),
  })
  expect(uploaded.statusCode).toBe(201)
  await until(async () => {
    const { items } = listOf(z.object({ state: z.string() })).parse(
      (await ask('GET', '/deliveries')).body,
    )
    return items.length === 1 && items[0]?.state === 'sent'
  }, 120_000)
}

async function made(): Promise<Export> {
  const { id } = Export.parse(await must('POST', '/exports'))
  return until(async () => {
    const now = Export.parse(await must('GET', `/exports/${id}`))
    return now.state === 'waiting' || now.state === 'writing' ? null : now
  }, 120_000)
}

async function download(path: string): Promise<{ status: number; type: string; bytes: Buffer }> {
  const answer = await home.parley.server.app.inject({
    method: 'GET',
    url: path,
    headers: { host: '127.0.0.1:4400', cookie: owner.cookie },
  })
  const type = String(answer.headers['content-type'])
  return { status: answer.statusCode, type, bytes: answer.rawPayload }
}

it('makes an export in the background, which the owner alone can fetch, and tells who did', async () => {
  const refused = await home.request(colleague, 'POST', '/api/v1/exports')
  expect(refused.status).toBe(403)
  const other = await home.people.key(owner, ['read-conversations', 'manage-workspace'])
  expect((await home.request(other, 'POST', '/api/v1/exports')).status).toBe(403)
  for (const scope of ['all', 'export-everything'] as const) {
    const key = await home.people.key(owner, [scope])
    expect((await home.request(key, 'GET', '/api/v1/exports')).status).toBe(200)
  }

  const ready = await made()
  expect(ready).toMatchObject({ state: 'ready', problem: null })
  expect(ready.rowsDone).toBe(ready.rowsTotal)
  const week = 7 * 86_400_000
  expect(Date.parse(ready.expiresAt ?? '') - Date.parse(ready.finishedAt ?? '')).toBe(week)
  const fetched = await download(ready.path ?? '')
  expect(fetched).toMatchObject({ status: 200, type: 'application/gzip' })
  expect(fetched.bytes.length).toBe(ready.bytes)
  archive = fetched.bytes
  const { body } = await ask('GET', '/audit?limit=10')
  const acts = listOf(z.object({ act: z.string() }))
    .extend({ next: z.unknown() })
    .parse(body)
    .items.map(({ act }) => act)
  expect(acts.slice(0, 3)).toEqual(['export.fetched', 'export.made', 'export.asked'])
})

it('refuses an admin who would give a key the right to export', async () => {
  const admin = await home.people.member(owner, 'admin')
  const body = { name: 'sly', scopes: ['export-everything'] }
  expect((await home.request(admin, 'POST', '/api/v1/keys', body)).status).toBe(403)
  const all = { name: 'sly', scopes: ['all'] }
  expect((await home.request(admin, 'POST', '/api/v1/keys', all)).status).toBe(403)
  expect((await ask('POST', '/keys', body)).status).toBe(201)
})

it('holds no secret of anybody', async () => {
  const text = gunzipSync(archive).toString('latin1')
  expect(text).toContain('Cold croissants')
  const rows = await home.sql(`select coalesce(password, '') as secret from auth.account
    union all select secret from auth."twoFactor" union all select token from auth.session
    union all select hash from api_keys union all select token_hash from invitations
    union all select encode(ciphertext, 'hex') from secrets union all select encode(wrapped_key, 'hex') from secrets`)
  const secrets = rows.map(({ secret }) => String(secret)).filter((secret) => secret.length > 10)
  expect(secrets.length).toBeGreaterThan(10)
  for (const secret of [...secrets, home.network.token, goodPassword, owner.totp.secret.base32])
    expect(text.includes(secret)).toBe(false)
})

async function bring(bytes: Buffer): Promise<ImportState> {
  const start = await away.request(null, 'POST', '/api/v1/setup/import', { bytes: bytes.length })
  expect(start.status).toBe(201)
  const { id } = ImportState.parse(start.body)
  const piece = Math.min(importChunkBytes, Math.ceil(bytes.length / 3))
  for (let at = 0; at < bytes.length; at += piece) {
    const sent = await away.parley.server.app.inject({
      method: 'PUT',
      url: `/api/v1/setup/import/${id}?at=${at}`,
      headers: { host: '127.0.0.1:4400', 'content-type': 'application/octet-stream' },
      payload: bytes.subarray(at, at + piece),
    })
    expect(sent.statusCode).toBe(200)
  }
  const path = `/api/v1/setup/import/${id}`
  expect((await away.request(null, 'POST', `${path}/start`)).status).toBe(202)
  return until(async () => {
    const now = ImportState.parse((await away.request(null, 'GET', path)).body)
    return now.stage === 'importing' ? null : now
  }, 120_000)
}

it('tells in a sentence what is wrong with a bad archive, and stays ready for a good one', async () => {
  const state = await bring(archive.subarray(0, archive.length - 100))
  expect(state).toMatchObject({ stage: 'failed', result: null })
  expect(state.problem).toBe('The archive is cut off; copy it again. Nothing was changed.')
  const session = SessionView.parse((await away.request(null, 'GET', '/api/v1/session')).body)
  expect(session.stage).toBe('set-up')
  expect(await readdir(join(away.home, 'imports'))).toEqual([])
})

it('brings everything into an empty Parley, with ids, figures and a log that holds', async () => {
  const state = await bring(archive)
  expect(state).toMatchObject({ stage: 'done', problem: null })
  expect(state.rowsDone).toBe(state.rowsTotal)
  expect(state.result).toMatchObject({
    business: 'Moving Bakery',
    media: 1,
    undecided: 0,
    auditOk: true,
    again: { webhooks: ['https://hook.example/x'], providers: [] },
  })
  expect(state.result?.again.keys).toContain('till')
  const [link] = state.result?.owners ?? []
  const token = link?.link.split('#')[1]
  const accept = { token, name: link?.name, password: goodPassword }
  const answer = await away.request(null, 'POST', '/api/v1/invitations/accept', accept)
  expect(answer.status).toBe(200)
  again = await enrol(away.request, {
    email: link?.email ?? '',
    password: goodPassword,
    cookie: answer.cookie,
  })
  expect([again.memberId, again.workspaceId, again.role]).toEqual([
    owner.memberId,
    owner.workspaceId,
    'owner',
  ])
})

it('refuses a second import, and tells what to do', async () => {
  const answer = await away.request(null, 'POST', '/api/v1/setup/import', { bytes: 10 })
  expect(answer.status).toBe(409)
  expect(answer.body).toMatchObject({ detail: expect.stringContaining('goes into an empty one') })
})

it('answers in its new place what it answered in the old one', async () => {
  const paths = [
    '/conversations?sort=newest',
    '/conversations?text=croissants',
    '/conversations/counts',
    '/people',
    '/departments',
    '/snippets',
    '/goodwill',
    '/goodwill/months',
    '/deliveries',
    '/reply-policy',
    '/figures',
  ]
  for (const path of paths) {
    const [before, after] = await Promise.all([
      ask('GET', path),
      away.request(again, 'GET', `/api/v1${path}`),
    ])
    expect({ path, status: after.status }).toEqual({ path, status: 200 })
    expect({ path, body: comparable(after.body) }).toEqual({ path, body: comparable(before.body) })
  }
  const found = listOf(ConversationSummary).parse(
    (await away.request(again, 'GET', '/api/v1/conversations?text=croissants')).body,
  )
  const id = found.items[0]?.id
  const there = await away.request(again, 'GET', `/api/v1/conversations/${id}`)
  expect(JSON.stringify(there.body)).toContain('Gave her a voucher')
  const audit = await away.request(again, 'GET', '/api/v1/audit/verify')
  expect(audit.body).toMatchObject({ ok: true })
})

// What hangs on the moment, on who asks, or on the account being connected.
// How long the unanswered have waited grows (`ms`).
const passing = new Set(['ms', 'can', 'now', 'asOf', 'at', 'until', 'from', 'generatedAt'])
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, part: unknown) => (passing.has(name) ? undefined : part)),
  )
}

it('has its account disconnected in plain sight, and goes on with it when it is connected again', async () => {
  const channels = async () =>
    listOf(Channel).parse((await away.request(again, 'GET', '/api/v1/channels')).body).items
  const [channel] = await channels()
  expect(channel?.state).toBe('disconnected')
  const connected = await away.request(again, 'POST', `/api/v1/channels/${channel?.id}/reconnect`, {
    fields: { server: home.network.url, token: home.network.token },
  })
  // The new Parley has never been told that this private address is fine.
  expect([200, 422]).toContain(connected.status)
})

it('lets the others back in by an invitation, as the members they were', async () => {
  const members = async () =>
    listOf(Member).parse((await away.request(again, 'GET', '/api/v1/members')).body).items
  const before = (await members()).find(({ id }) => id === colleague.memberId)
  expect(before?.hasSignIn).toBe(false)
  const invited = await away.request(again, 'POST', '/api/v1/invitations', {
    email: colleague.email,
    role: 'responder',
  })
  const token = NewInvitation.parse(invited.body).link.split('#')[1]
  const accept = { token, name: 'Back again', password: goodPassword }
  const answer = await away.request(null, 'POST', '/api/v1/invitations/accept', accept)
  expect(answer.status).toBe(200)
  const back = await enrol(away.request, {
    email: colleague.email,
    password: goodPassword,
    cookie: answer.cookie,
  })
  expect(back.memberId).toBe(colleague.memberId)
  const twice = await away.request(again, 'POST', '/api/v1/invitations', {
    email: colleague.email,
    role: 'responder',
  })
  expect(twice.status).toBe(409)
})

it('removes an export by a press, and by itself after a week', async () => {
  const folder = join(home.home, 'exports', owner.workspaceId)
  const pressed = await made()
  expect(await readdir(folder)).toContain(`${pressed.id}.tar.gz`)
  const removed = Export.parse(await must('DELETE', `/exports/${pressed.id}`))
  expect(removed).toMatchObject({ state: 'removed', path: null })
  expect(await readdir(folder)).not.toContain(`${pressed.id}.tar.gz`)
  expect((await download(`/api/v1/exports/${pressed.id}/file`)).status).toBe(404)

  const old = await made()
  await home.sql(`update exports set expires_at = now() - interval '1 minute' where id = $1`, [
    old.id,
  ])
  await home.sql(
    `update graphile_worker._private_jobs set run_at = now() where payload::text like $1`,
    [`%${old.id}%`],
  )
  await home.sql(`select pg_notify('jobs:insert', '{"count":1}')`)
  await until(async () => !(await readdir(folder)).includes(`${old.id}.tar.gz`), 60_000)
  expect(Export.parse(await must('GET', `/exports/${old.id}`)).state).toBe('removed')
})

it('takes up an export that a killed worker left half written, and leaves nothing half', async () => {
  const [row] = await home.sql(
    `insert into exports (workspace_id, id, state, asked_by, asked_by_name, created_at)
     values ($1, gen_random_uuid(), 'writing', 'operator', 'operator', now()) returning id`,
    [owner.workspaceId],
  )
  const id = z.string().parse(row?.id)
  const folder = join(home.home, 'exports', owner.workspaceId)
  const { writeFile } = await import('node:fs/promises')
  await writeFile(join(folder, `${id}.tar.gz.part`), 'half of it')
  await writeFile(join(folder, `${crypto.randomUUID()}.tar.gz`), 'whole, but nobody knows of it')
  await home.sql(
    `select graphile_worker.add_job('exports.write', json_build_object(
    'workspaceId', $1::text, 'exportId', $2::text))`,
    [owner.workspaceId, id],
  )
  await until(
    async () => Export.parse(await must('GET', `/exports/${id}`)).state === 'ready',
    30_000,
  )
  const ready = listOf(Export).parse(await must('GET', '/exports')).items
  const kept = ready.filter(({ state }) => state === 'ready').map((one) => `${one.id}.tar.gz`)
  expect((await readdir(folder)).sort()).toEqual(kept.sort())
})

it('exports from its new place what it exported from the old one, row for row', async () => {
  const file = join(away.home, 'second.tar.gz')
  const { writeArchive } = await import('../src/modules/exports/index.ts')
  await writeArchive({ pool: away.database.pool, workspaceId: owner.workspaceId, file })
  const [before, after] = [await linesOf(archive), await linesOf(await readFile(file))]
  // What the import changes by its nature, and what people did since; docs/export-format.md.
  const moved = new Set([
    'channels',
    'api_keys',
    'invitations',
    'webhook_endpoints',
    'webhook_calls',
  ])
  const grown = new Set(['audit_entries', 'audit_heads', 'members'])
  for (const [name, lines] of before) {
    if (moved.has(name) || name === 'audit_heads') continue
    const now = new Set(after.get(name))
    const missing = name === 'members' ? [] : lines.filter((line) => !now.has(line))
    expect({ name, missing }).toEqual({ name, missing: [] })
    if (!grown.has(name)) expect({ name, rows: now.size }).toEqual({ name, rows: lines.length })
  }
  expect(before.get('messages')?.length).toBeGreaterThan(3)
})

async function linesOf(bytes: Buffer): Promise<Map<string, string[]>> {
  const reader = extract()
  reader.end(gunzipSync(bytes))
  const found = new Map<string, string[]>()
  for await (const entry of reader) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(z.instanceof(Buffer).parse(chunk))
    const table = /^tables\/(.*)[.]jsonl$/.exec(entry.header.name)?.[1]
    if (table) found.set(table, Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1))
  }
  return found
}
