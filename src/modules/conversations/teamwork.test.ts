import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  Conversation,
  ConversationCounts,
  ConversationSummary,
} from '../../../contract/conversations.ts'
import { Department } from '../../../contract/departments.ts'
import { listOf, Problem } from '../../../contract/http.ts'
import { ConversationId } from '../../../contract/ids.ts'
import { SavedView } from '../../../contract/views.ts'
import { createTestServer, type Person, type TestServer } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { makeChannel, said, session, town, translate } from '../../../test/town.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { auditRoutes } from '../audit/index.ts'
import { registerDepartments } from '../departments/index.ts'
import { type IngestChannel, ingestPage } from '../ingest/index.ts'
import { actorOf } from '../members/index.ts'
import { registerViews } from '../views/index.ts'
import { registerConversations, wakeConversation } from './index.ts'

let server: TestServer
let home: string
let owner: Person
let colleague: Person
let analyst: Person
let stranger: Person
let channel: IngestChannel
let returns: Department
let now = Date.now()
let made = 0
const clock = () => new Date(now)
const hour = 3_600_000

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-team-'))
  const keyring = await loadKeyring(join(home, 'secret.key'))
  const connectors = new Map([[town.network, town]])
  server = await createTestServer((app, database) => {
    const parts = {
      database,
      http: session.http,
      dial: session.dial,
      oauth: session.oauth,
      keyring,
      connectors,
      log: createTestLog().log,
    }
    registerConversations(app, { ...parts, clock, practiceUrl: '', actorOf })
    registerDepartments(app, { db: database.db, actorOf })
    registerViews(app, { db: database.db, clock, actorOf })
    auditRoutes(app, { db: database.db, actorOf })
  })
  owner = await server.people.owner()
  colleague = await server.people.member(owner, 'responder')
  analyst = await server.people.member(owner, 'analyst')
  stranger = await server.people.owner()
  channel = await makeChannel(server.database, owner)
  const body = { name: 'Returns', memberIds: [colleague.memberId] }
  returns = Department.parse(
    (await server.request(owner, 'POST', '/api/v1/departments', body)).body,
  )
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})

const take = (...events: ReturnType<typeof said>[]) =>
  ingestPage(server.database.db, { translate }, channel, { events, cursor: null, more: false })

/** A conversation of somebody new. Its answer is due long ago. */
async function open(text = `words ${made}`): Promise<ConversationSummary & { post: string }> {
  made += 1
  const post = `t${made}`
  await take(said(post, { by: `p${made}`, text, at: made }))
  const found = (await list('sort=newest')).find(({ preview }) => preview === text)
  if (!found) throw new Error(`${text} did not come in`)
  return { ...found, post }
}

/** The reply to it is due then. */
function setDue(id: string, at: Date) {
  return inWorkspace(server.database.db, owner.workspaceId, (tx) =>
    tx.updateTable('conversations').set({ due_at: at }).where('id', '=', id).execute(),
  )
}

async function list(query: string, as: Person = owner): Promise<ConversationSummary[]> {
  const answer = await server.request(as, 'GET', `/api/v1/conversations?limit=100&${query}`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return listOf(ConversationSummary).parse(answer.body).items
}

async function ids(query = ''): Promise<string[]> {
  return (await list(query)).map(({ id }) => id)
}

async function act(method: string, path: string, body?: unknown, as: Person = owner) {
  return server.request(as, method, `/api/v1/conversations/${path}`, body)
}

async function read(id: string): Promise<Conversation> {
  return Conversation.parse((await act('GET', id)).body)
}

async function counts(): Promise<ConversationCounts> {
  return ConversationCounts.parse((await act('GET', 'counts')).body)
}

const inAnHour = () => ({ until: new Date(now + hour).toISOString() })

it('takes a hand-over back with the snooze and the pinned note that were there before', async () => {
  const { id, post } = await open()
  const first = { memberId: colleague.memberId, note: 'The first note.' }
  await act('POST', `${id}/hand-over`, first)
  const until = inAnHour()
  expect((await act('PUT', `${id}/snooze`, until)).status).toBe(200)
  const second = { departmentId: returns.id, note: 'The second note.' }
  const given = await act('POST', `${id}/hand-over`, second)
  expect(given.body).toMatchObject({ snoozedUntil: null })
  const back = await act('DELETE', `${id}/hand-over`)
  expect(back.body).toMatchObject({ snoozedUntil: until.until })
  expect(await read(id)).toMatchObject({ handOver: { note: 'The first note.' } })
  // Whoever wrote meanwhile is not put out of sight again.
  await act('POST', `${id}/hand-over`, second)
  await take(said(`${post}-more`, { by: `p${made}`, root: post, parent: post, at: made + 500 }))
  const shown = await act('DELETE', `${id}/hand-over`)
  expect(shown).toMatchObject({ status: 200, body: { snoozedUntil: null } })
})

it('hands over in one act: department, state, pinned note and audit entry', async () => {
  const { id } = await open()
  const body = { departmentId: returns.id, note: 'She asked twice.' }
  const answer = await act('POST', `${id}/hand-over`, body)
  expect(answer.body).toMatchObject({
    department: { name: 'Returns' },
    assignee: null,
    state: 'waiting-colleague',
  })
  const seen = await read(id)
  expect(seen.handOver).toMatchObject({ note: 'She asked twice.', toDepartment: 'Returns' })
  expect(seen.notes.map(({ text }) => text)).toEqual(['She asked twice.'])
  const { body: audit } = await server.request(owner, 'GET', '/api/v1/audit?limit=1')
  expect(audit).toMatchObject({
    items: [{ act: 'conversation.handed-over', subject: `conversation:${id}` }],
  })
})

it('keeps waiting for the customer when nothing is to be answered', async () => {
  const { id } = await open()
  await act('PATCH', id, { state: 'waiting-customer' })
  const body = { memberId: colleague.memberId, note: 'Yours from now on.' }
  const answer = await act('POST', `${id}/hand-over`, body)
  expect(answer.body).toMatchObject({
    state: 'waiting-customer',
    assignee: { id: colleague.memberId },
  })
})

it('takes a hand-over back to just what was before, and only while nobody has gone on', async () => {
  const { id } = await open()
  await act('PATCH', id, { state: 'open', assigneeId: owner.memberId })
  const give = { departmentId: returns.id, memberId: colleague.memberId, note: 'Over to you.' }
  await act('POST', `${id}/hand-over`, give)
  const undone = await act('DELETE', `${id}/hand-over`)
  expect(undone.body).toMatchObject({
    state: 'open',
    assignee: { id: owner.memberId },
    department: null,
  })
  const seen = await read(id)
  expect([seen.handOver, seen.notes]).toEqual([null, []])
  expect((await act('DELETE', `${id}/hand-over`)).status).toBe(409)
  await act('POST', `${id}/hand-over`, give)
  await act('PATCH', id, { state: 'open' }, colleague)
  expect((await read(id)).handOver?.can.undo).toBe(false)
  expect((await act('DELETE', `${id}/hand-over`)).status).toBe(409)
  expect((await read(id)).notes).toHaveLength(1)
})

it('unpins the note when it was read, when it is done, and when it is handed on', async () => {
  const { id } = await open()
  const give = (note: string) => act('POST', `${id}/hand-over`, { departmentId: returns.id, note })
  await give('one')
  await give('two')
  expect((await read(id)).handOver?.note).toBe('two')
  expect((await act('POST', `${id}/hand-over/read`, {}, colleague)).status).toBe(204)
  expect((await read(id)).handOver).toBeNull()
  await give('three')
  await act('PATCH', id, { state: 'done' })
  const seen = await read(id)
  expect(seen.handOver).toBeNull()
  expect(seen.notes.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
})

it.each([
  ['to nobody', { note: 'x' }, 'departmentId'],
  ['without a note', { departmentId: 'returns', note: ' ' }, 'note'],
  ['to a department that is not', { departmentId: 'none', note: 'x' }, 'departmentId'],
  ['to somebody who is not', { memberId: 'none', note: 'x' }, 'memberId'],
])('refuses a hand-over %s and changes nothing', async (_, body, field) => {
  const { id } = await open()
  const known = { returns: returns.id, none: crypto.randomUUID() }
  const real = Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      value === 'returns' || value === 'none' ? known[value] : value,
    ]),
  )
  const answer = await act('POST', `${id}/hand-over`, real)
  expect(answer.status).toBe(400)
  expect(Problem.parse(answer.body).errors?.map((one) => one.field)).toContain(field)
  expect(await read(id)).toMatchObject({ state: 'new', notes: [], department: null })
})

it('refuses a hand-over of what somebody changed meanwhile, and one by who only reads', async () => {
  const { id, version } = await open()
  await act('PATCH', id, { state: 'open' })
  const body = { departmentId: returns.id, note: 'x' }
  expect((await act('POST', `${id}/hand-over`, { ...body, version })).status).toBe(409)
  expect((await act('POST', `${id}/hand-over`, body, analyst)).status).toBe(403)
})

it('lists and counts by department', async () => {
  const { id } = await open()
  const before = (await counts()).departments.find((one) => one.id === returns.id)?.count ?? 0
  expect(await ids('department=none')).toContain(id)
  await act('PATCH', id, { departmentId: returns.id })
  expect(await ids(`department=${returns.id}`)).toContain(id)
  expect(await ids('department=none')).not.toContain(id)
  const after = await counts()
  expect(after.departments).toContainEqual({ id: returns.id, count: before + 1 })
  expect(await ids(`department=${returns.id}`)).toHaveLength(before + 1)
})

it('leaves the lists while snoozed and is back at its time, though no worker runs', async () => {
  const { id } = await open()
  const before = await counts()
  expect((await act('PUT', `${id}/snooze`, inAnHour())).body).toMatchObject({
    snoozedUntil: new Date(now + hour).toISOString(),
  })
  expect(await ids()).not.toContain(id)
  expect(await ids('snoozed=only')).toEqual([id])
  expect(await ids('snoozed=any')).toContain(id)
  expect(await counts()).toMatchObject({ all: before.all - 1, snoozed: before.snoozed + 1 })
  now += hour
  expect(await ids()).toContain(id)
  expect(await ids('snoozed=only')).toEqual([])
  expect((await counts()).snoozed).toBe(before.snoozed)
})

it('comes back when the answer is due before', async () => {
  const { id } = await open()
  await setDue(id, new Date(now + hour / 2))
  await act('PUT', `${id}/snooze`, inAnHour())
  now += hour / 2 - 1000
  expect(await ids()).not.toContain(id)
  now += 1000
  expect(await ids()).toContain(id)
})

it('comes back when the customer writes, and not when only we do', async () => {
  const { id, post } = await open()
  await act('PUT', `${id}/snooze`, inAnHour())
  await take(said(`own${post}`, { by: 'shop', parent: post, root: 'unknown', at: made + 1 }))
  expect(await ids()).not.toContain(id)
  await take(said(`more${post}`, { by: `p${made}`, parent: post, root: 'unknown', at: made + 2 }))
  expect(await ids()).toContain(id)
  expect((await read(id)).snoozedUntil).toBeNull()
})

it('is woken by its job on time, early not at all, and twice to no harm', async () => {
  const { id } = await open()
  await act('PUT', `${id}/snooze`, inAnHour())
  const payload = { workspaceId: owner.workspaceId, conversationId: ConversationId.parse(id) }
  const wake = () => wakeConversation.run({ database: server.database, clock }, payload)
  await wake()
  expect(await ids()).not.toContain(id)
  now += hour
  await wake()
  const { version, snoozedUntil } = await read(id)
  expect(snoozedUntil).toBeNull()
  await wake()
  expect((await read(id)).version).toBe(version)
})

it('is brought back by hand, by handing it over and by finishing it', async () => {
  const { id } = await open()
  const snoozed = async () => (await read(id)).snoozedUntil !== null
  for (const back of [
    () => act('DELETE', `${id}/snooze`),
    () => act('POST', `${id}/hand-over`, { departmentId: returns.id, note: 'x' }),
    () => act('PATCH', id, { state: 'done' }),
  ]) {
    await act('PUT', `${id}/snooze`, inAnHour())
    expect(await snoozed()).toBe(true)
    expect((await back()).status).toBe(200)
    expect(await snoozed()).toBe(false)
  }
  expect((await act('PUT', `${id}/snooze`, inAnHour())).status).toBe(422)
})

it.each([
  ['the past', () => new Date(now - 1000).toISOString()],
  ['two years ahead', () => new Date(now + 2 * 366 * 24 * hour).toISOString()],
  ['no time', () => 'tomorrow'],
])('refuses to snooze until %s', async (_, until) => {
  const { id } = await open()
  const answer = await act('PUT', `${id}/snooze`, { until: until() })
  expect(answer.status).toBe(400)
  expect(Problem.parse(answer.body).errors?.[0]?.field).toBe('until')
  expect((await read(id)).snoozedUntil).toBeNull()
})

it('keeps one name for one department, and a department that holds something open', async () => {
  const again = await server.request(owner, 'POST', '/api/v1/departments', { name: 'RETURNS' })
  expect(Problem.parse(again.body).errors?.[0]?.field).toBe('name')
  await act('PATCH', (await open()).id, { departmentId: returns.id })
  const held = await server.request(owner, 'DELETE', `/api/v1/departments/${returns.id}`)
  expect(held.status).toBe(409)
  const foreign = { name: 'Press', memberIds: [stranger.memberId] }
  expect((await server.request(owner, 'POST', '/api/v1/departments', foreign)).status).toBe(400)
})

const views = async (as: Person) =>
  listOf(SavedView).parse((await server.request(as, 'GET', '/api/v1/views')).body).items
const save = (as: Person, body: unknown) => server.request(as, 'POST', '/api/v1/views', body)

it('keeps personal views to oneself and shared ones for everybody, each counting its own', async () => {
  const { id } = await open()
  await act('PATCH', id, { assigneeId: colleague.memberId })
  const mine = SavedView.parse(
    (await save(owner, { name: 'Mine only', filter: { view: 'mine' } })).body,
  )
  const shared = { name: 'All of us', filter: { view: 'mine' }, shared: true }
  expect((await save(analyst, shared)).status).toBe(403)
  await save(owner, shared)
  expect((await views(owner)).map(({ name }) => name)).toEqual(['All of us', 'Mine only'])
  const seen = await views(colleague)
  expect(seen).toMatchObject([{ name: 'All of us', can: { change: false } }])
  expect(seen[0]?.count).toBe((await list('assignee=me', colleague)).length)
  expect(await views(stranger)).toEqual([])
  const path = `/api/v1/views/${mine.id}`
  expect((await server.request(colleague, 'PATCH', path, { name: 'x' })).status).toBe(404)
})

it('brings a removed view back as it was', async () => {
  const body = {
    name: 'Late',
    filter: { overdue: 'true', sort: 'newest', channel: channel.channelId },
  }
  const made = SavedView.parse((await save(owner, body)).body)
  expect(made.filter).toEqual(body.filter)
  const path = `/api/v1/views/${made.id}`
  expect((await server.request(owner, 'DELETE', path)).status).toBe(204)
  expect((await views(owner)).map(({ name }) => name)).not.toContain('Late')
  const back = await server.request(owner, 'POST', `${path}/restore`, {})
  expect(back.body).toMatchObject({ id: made.id, filter: body.filter })
  const renamed = await server.request(owner, 'PATCH', path, { name: 'Too late', shared: true })
  expect(renamed.body).toMatchObject({ name: 'Too late', shared: true, filter: body.filter })
})
