import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  Conversation,
  ConversationCounts,
  ConversationSummary,
  Note,
} from '../../../contract/conversations.ts'
import { listOf, Problem } from '../../../contract/http.ts'
import { createTestServer, type Person, type TestServer } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { makeChannel, minute, said, session, town, translate } from '../../../test/town.ts'
import type { RawEvent } from '../../connectors/contract.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { type IngestChannel, ingestPage } from '../ingest/index.ts'
import { actorOf } from '../members/index.ts'
import { registerConversations } from './index.ts'

let server: TestServer
let home: string
let owner: Person
let colleague: Person
let channel: IngestChannel
let second: IngestChannel
const threads = 23

// What came in the first half hour is due (after four hours) before this, the rest later.
const clock = () => minute(240 + 30)

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-conversations-'))
  const keyring = await loadKeyring(join(home, 'secret.key'))
  const connectors = new Map([[town.network, town]])
  server = await createTestServer((app, database) => {
    const deps = {
      database,
      http: session.http,
      dial: session.dial,
      oauth: session.oauth,
      keyring,
      connectors,
      clock,
      log: createTestLog().log,
    }
    registerConversations(app, { ...deps, practiceUrl: '', actorOf })
  })
  owner = await server.people.owner()
  colleague = await server.people.member(owner, 'responder')
  channel = await makeChannel(server.database, owner)
  second = await makeChannel(server.database, owner)
  await take(channel, ...Array.from({ length: threads - 3 }, (_, at) => thread(at)))
  await take(second, ...Array.from({ length: 3 }, (_, at) => thread(at + threads - 3)))
  // Two are answered, so that nothing is due there.
  await take(channel, answer(0), answer(1))
  const stranger = await server.people.owner()
  await take(await makeChannel(server.database, stranger), said('m0', { text: 'elsewhere' }))
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})

const take = (to: IngestChannel, ...events: RawEvent[]) =>
  ingestPage(server.database.db, { translate }, to, { events, cursor: null, more: false })

/** Many at the same minute, so that order hangs on the id as well. */
const thread = (at: number) => said(`m${at}`, { by: `person${at % 7}`, at: (at % 4) * 20 })
const answer = (to: number) => said(`a${to}`, { by: 'shop', parent: `m${to}`, at: 90 })

const List = listOf(ConversationSummary)
type Query = Record<string, string | number>

async function list(query: Query = {}, as: Person = owner) {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) search.set(name, String(value))
  const answer = await server.request(as, 'GET', `/api/v1/conversations?${search}`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return List.parse(answer.body)
}

async function listAll(query: Query, limit: number) {
  const all: ConversationSummary[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({
      ...query,
      limit,
      ...(cursor && { cursor }),
    })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return all
}

async function complaint(method: string, path: string, body?: unknown) {
  const answer = await server.request(owner, method, path, body)
  return { status: answer.status, problem: Problem.parse(answer.body) }
}

async function conversationOf(text: string) {
  const found = (await list({ text })).items[0]
  if (!found) throw new Error(`nobody said ${text}`)
  return found
}

async function read(id: string, as: Person = owner) {
  const answer = await server.request(as, 'GET', `/api/v1/conversations/${id}`)
  expect(answer.status, JSON.stringify(answer.body) + server.log.errors().join('')).toBe(200)
  return Conversation.parse(answer.body)
}

it('gives each conversation once, in one order, through pages of any size', async () => {
  const filters = fc.record(
    {
      state: fc.constantFrom('new', 'waiting-customer', 'new,waiting-customer,done'),
      overdue: fc.constantFrom('true', 'false'),
      channel: fc.constantFrom('first', 'second'),
      assignee: fc.constantFrom('none', 'me'),
    },
    { requiredKeys: [] },
  )
  const sort = fc.constantFrom('due', 'newest')
  await fc.assert(
    fc.asyncProperty(filters, sort, fc.integer({ min: 1, max: 9 }), async (filter, sort, limit) => {
      const named = { first: channel.channelId, second: second.channelId }
      const query = { ...filter, ...(filter.channel && { channel: named[filter.channel] }), sort }
      const whole = await list({ ...query, limit: 100 })
      expect(whole.next).toBeNull()
      const paged = await listAll(query, limit)
      expect(paged).toEqual(whole.items)
      expect(new Set(paged.map(({ id }) => id)).size).toBe(paged.length)
    }),
    { numRuns: 30 },
  )
})

it('shows first what is due first, and last what is not due at all', async () => {
  const all = await listAll({ sort: 'due' }, 100)
  expect(all).toHaveLength(threads)
  const due = all.map((one) => (one.due === null ? Number.POSITIVE_INFINITY : Date.parse(one.due)))
  expect(due).toEqual(due.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
  expect(all.slice(-2).map(({ state }) => state)).toEqual(['waiting-customer', 'waiting-customer'])
})

it('filters by channel, by state and by what is overdue', async () => {
  expect((await list({ channel: second.channelId })).items).toHaveLength(3)
  const answered = await list({ state: 'waiting-customer' })
  expect(answered.items).toHaveLength(2)
  const overdue = await list({ overdue: 'true', limit: 100 })
  const later = await list({ overdue: 'false', limit: 100 })
  expect(overdue.items.length + later.items.length).toBe(threads)
  expect(overdue.items.every((one) => one.overdue)).toBe(true)
  expect(later.items.some((one) => one.overdue)).toBe(false)
})

it('counts what the lists hold', async () => {
  const answer = await server.request(owner, 'GET', '/api/v1/conversations/counts')
  const counts = ConversationCounts.parse(answer.body)
  const overdue = (await list({ overdue: 'true', limit: 100 })).items.length
  expect(counts).toMatchObject({ all: threads, overdue })
  expect(counts.mine).toBe((await list({ assignee: 'me', limit: 100 })).items.length)
  expect(counts.unassigned).toBe((await list({ assignee: 'none', limit: 100 })).items.length)
  expect(counts.done).toBe((await list({ state: 'done', limit: 100 })).items.length)
})

it.each([
  ['multumesc', 'Mulțumesc frumos pentru ceai'],
  ['MULȚUMESC frum', 'Mulțumesc frumos pentru ceai'],
  ['ceai pentru', 'Mulțumesc frumos pentru ceai'],
  ['searcher@town.exa', 'Mulțumesc frumos pentru ceai'],
])('finds by %j', async (text, found) => {
  await take(channel, said('s', { by: 'searcher', text: found, at: 1 }))
  expect((await list({ text })).items.map(({ preview }) => preview)).toEqual([found])
})

it.each(['nobodysaidthis', 'ceai nobodysaidthis', 'elsewhere', '!!', "'; drop table", 'a:* | b'])(
  'finds nothing by %j',
  async (text) => {
    expect((await list({ text })).items).toEqual([])
  },
)

it.each([
  ['state=asleep', 'state'],
  ['cursor=bm90aGluZw', 'cursor'],
  ['limit=0', 'limit'],
  ['assignee=somebody', 'assignee'],
])('names the field at fault in ?%s', async (query, field) => {
  const { status, problem } = await complaint('GET', `/api/v1/conversations?${query}`)
  expect(status).toBe(400)
  expect(problem.errors?.[0]?.field).toContain(field)
})

it('refuses a cursor of the other order', async () => {
  const { next } = await list({ sort: 'newest', limit: 1 })
  expect(next).not.toBeNull()
  const { status } = await complaint('GET', `/api/v1/conversations?sort=due&cursor=${next}`)
  expect(status).toBe(400)
})

it('changes holder and state, and refuses a change made on an old reading', async () => {
  const before = await conversationOf('words of m5')
  const path = `/api/v1/conversations/${before.id}`
  const change = { state: 'open', assigneeId: colleague.memberId, version: before.version }
  const changed = ConversationSummary.parse(
    (await server.request(owner, 'PATCH', path, change)).body,
  )
  expect(changed).toMatchObject({ state: 'open', assignee: { id: colleague.memberId } })
  expect((await list({ assignee: 'me' }, colleague)).items.map(({ id }) => id)).toEqual([before.id])
  expect((await complaint('PATCH', path, { state: 'done', version: before.version })).status).toBe(
    409,
  )
  const nobody = { assigneeId: '01890000-0000-7000-8000-000000000000' }
  const { status, problem } = await complaint('PATCH', path, nobody)
  expect([status, problem.errors?.[0]?.field]).toEqual([400, 'assigneeId'])
  const done = await server.request(colleague, 'PATCH', path, { state: 'done', assigneeId: null })
  expect(ConversationSummary.parse(done.body)).toMatchObject({ state: 'done', assignee: null })
  expect((await list({ state: 'done' })).items.map(({ id }) => id)).toContain(before.id)
})

it('keeps notes for the business, with who wrote them', async () => {
  const { id } = await conversationOf('words of m6')
  const path = `/api/v1/conversations/${id}/notes`
  const note = await server.request(colleague, 'POST', path, { text: ' ask the baker ' })
  expect(note.status).toBe(201)
  expect(Note.parse(note.body).text).toBe('ask the baker')
  expect((await read(id)).notes).toMatchObject([
    { text: 'ask the baker', authorName: colleague.actor.name },
  ])
  expect((await complaint('POST', path, { text: '  ' })).status).toBe(400)
})

it('keeps one’s own draft, tells others that there is one, and forgets an empty one', async () => {
  const { id } = await conversationOf('words of m7')
  const path = `/api/v1/conversations/${id}/draft`
  const draft = { text: 'Dear An', media: [] }
  expect((await server.request(owner, 'PUT', path, draft)).status).toBe(204)
  expect((await server.request(owner, 'PUT', path, { ...draft, text: 'Dear Ana' })).status).toBe(
    204,
  )
  expect((await read(id)).draft).toMatchObject({ text: 'Dear Ana' })
  const theirs = await read(id, colleague)
  expect(theirs).toMatchObject({ draft: null, otherDrafts: [{ authorName: owner.actor.name }] })
  expect(JSON.stringify(theirs)).not.toContain('Dear Ana')
  await server.request(owner, 'PUT', path, { text: '', media: [] })
  expect(await read(id)).toMatchObject({ draft: null, otherDrafts: [] })
})

it('shows a conversation with its messages in order and the person’s others', async () => {
  const answered = await conversationOf('words of m0')
  const shown = await read(answered.id)
  expect(shown.messages.map(({ remoteId, author }) => [remoteId, author])).toEqual([
    ['m0', 'customer'],
    ['a0', 'member'],
  ])
  expect(shown.history.map(({ preview }) => preview).toSorted()).toEqual([
    ...['words of m14', 'words of m21', 'words of m7'],
  ])
})
