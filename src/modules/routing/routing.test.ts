import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { ConversationSummary } from '../../../contract/conversations.ts'
import { Department } from '../../../contract/departments.ts'
import { listOf, Problem } from '../../../contract/http.ts'
import { MemberId } from '../../../contract/ids.ts'
import { Routing, type Rule, Trial } from '../../../contract/routing.ts'
import type { MemberRole } from '../../../contract/session.ts'
import { createTestServer, type TestServer } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { makeChannel, said, session, town, translate } from '../../../test/town.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { registerConversations } from '../conversations/index.ts'
import { registerDepartments } from '../departments/index.ts'
import { type IngestChannel, ingestPage } from '../ingest/index.ts'
import { actorOf, createKey } from '../members/index.ts'
import { ruleOf, vocabulary, when } from './arbitraries.ts'
import { registerRouting } from './index.ts'

let server: TestServer
let home: string
let owner: { memberId: MemberId }
let key: string
let channel: IngestChannel
let returns: Department
let colleague: { memberId: MemberId }

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-routing-'))
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
    const deps = { ...parts, clock: () => new Date(), practiceUrl: '', actorOf }
    registerConversations(app, deps)
    registerDepartments(app, { db: database.db, actorOf })
    registerRouting(app, { db: database.db, actorOf })
  })
})
beforeEach(async () => {
  await moveIn()
  returns = await newDepartment('Returns', [owner, colleague])
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})

/** A workspace of its own with a channel and two people: signing them in by HTTP would take seconds. */
async function moveIn(): Promise<void> {
  const { db } = server.database
  channel = await makeChannel(server.database)
  owner = await newMember('owner', 'Olga')
  colleague = await newMember('responder', 'Radu')
  const actor = { kind: 'operator', workspaceId: channel.workspaceId, name: 'test' } as const
  const deps = { db, clock: () => new Date() }
  key = (await createKey(deps, actor, { name: 'test', scopes: ['all'] })).key
}

async function newMember(role: MemberRole, name: string): Promise<{ memberId: MemberId }> {
  const [memberId, { workspaceId }] = [newId(MemberId), channel]
  await inWorkspace(server.database.db, workspaceId, (tx) =>
    tx
      .insertInto('members')
      .values({
        ...{ workspace_id: workspaceId, id: memberId, user_id: memberId, role, name },
        email: `${name}@example.com`,
      })
      .execute(),
  )
  return { memberId }
}

const request = (method: string, path: string, body?: unknown) =>
  server.request({ key }, method, path, body)

async function newDepartment(name: string, people: { memberId: MemberId }[]): Promise<Department> {
  const memberIds = people.map(({ memberId }) => memberId)
  const answer = await request('POST', '/api/v1/departments', { name, memberIds })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return Department.parse(answer.body)
}

const take = (...events: ReturnType<typeof said>[]) =>
  ingestPage(server.database.db, { translate }, channel, { events, cursor: null, more: false })

const call = (method: string, path: string, body?: unknown) =>
  request(method, `/api/v1/routing${path}`, body)

async function read(): Promise<Routing> {
  return Routing.parse((await call('GET', '')).body)
}

async function tryOut(rules: Rule[], last = 1000): Promise<Trial> {
  const answer = await call('POST', '/trial', { rules, last })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return Trial.parse(answer.body)
}

async function goLive(...rules: Rule[]): Promise<Routing> {
  await tryOut(rules)
  const basedOn = (await read()).live?.version ?? null
  const answer = await call('POST', '/live', { rules, basedOn })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return Routing.parse(answer.body)
}

async function all(query = ''): Promise<ConversationSummary[]> {
  const path = `/api/v1/conversations?limit=100&snoozed=any&sort=newest${query}`
  return listOf(ConversationSummary).parse((await request('GET', path)).body).items
}

async function by(preview: string): Promise<ConversationSummary> {
  const found = (await all('&state=new,open,waiting-customer,waiting-colleague,done')).find(
    (one) => one.preview === preview,
  )
  if (!found) throw new Error(`nobody said ${preview}`)
  return found
}

const toReturns = (more: Partial<Rule['give']> = {}) => ({
  give: { departmentId: returns.id, ...more },
})
const broken = { words: { of: 'any' as const, list: ['broken', 'spart*'] } }

it('gives new conversations their department, holder, severity and state by the live rules', async () => {
  await goLive(
    ruleOf(broken, {
      name: 'Breakage',
      ...toReturns({
        assign: { to: 'member', memberId: colleague.memberId },
        severity: 'high',
        state: 'open',
      }),
    }),
    ruleOf({}, { name: 'The rest', give: { severity: 'low' } }),
  )
  await take(said('a', { text: 'My cup is BROKEN' }), said('b', { by: 'ion', text: 'Open today?' }))
  expect(await by('My cup is BROKEN')).toMatchObject({
    department: { id: returns.id, name: 'Returns' },
    assignee: { id: colleague.memberId },
    severity: 'high',
    state: 'open',
  })
  expect(await by('Open today?')).toMatchObject({
    department: null,
    assignee: null,
    severity: 'low',
    state: 'new',
  })
  const { id } = await by('My cup is BROKEN')
  const { body } = await request('GET', `/api/v1/conversations/${id}`)
  expect(body).toMatchObject({ routed: { version: 1, rule: 'Breakage' } })
})

it('routes once: a further message changes nothing, and reopening only where a rule says so', async () => {
  const rest = ruleOf({}, { give: { severity: 'low' } })
  await goLive(ruleOf(broken, { ...toReturns(), onReopen: true }), rest)
  await take(said('a', { text: 'hello' }), said('c', { by: 'ion', text: 'hi' }))
  await take(said('b', { parent: 'a', root: 'unknown', text: 'it is broken', at: 1 }))
  expect(await by('it is broken')).toMatchObject({ department: null, severity: 'low' })
  for (const words of ['it is broken', 'hi']) {
    const { id } = await by(words)
    const body = { state: 'done', severity: null }
    await request('PATCH', `/api/v1/conversations/${id}`, body)
  }
  await take(said('d', { parent: 'a', root: 'unknown', text: 'spartă iar', at: 2 }))
  await take(said('e', { by: 'ion', parent: 'c', root: 'unknown', text: 'me again', at: 2 }))
  expect(await by('spartă iar')).toMatchObject({ state: 'open', department: { id: returns.id } })
  expect(await by('me again')).toMatchObject({ state: 'open', department: null, severity: null })
  const { id } = await by('spartă iar')
  const done = { state: 'done', departmentId: null }
  await request('PATCH', `/api/v1/conversations/${id}`, done)
  await take(said('late', { parent: 'a', root: 'unknown', text: 'broken for long', at: 1 }))
  expect(await by('spartă iar')).toMatchObject({ state: 'open', department: { id: returns.id } })
})

it('gives in turn, evenly over pages, and never to somebody who only reads', async () => {
  const analyst = await newMember('analyst', 'Ada')
  const team = await newDepartment('Team', [owner, colleague, analyst])
  await goLive(ruleOf({}, { give: { departmentId: team.id, assign: { to: 'in-turn' } } }))
  for (let page = 0; page < 4; page++)
    await take(...[0, 1, 2].map((at) => said(`m${page}-${at}`, { by: `p${page}-${at}`, at: page })))
  const held = Map.groupBy(await all(), ({ assignee }) => assignee?.id)
  expect(held.get(owner.memberId)).toHaveLength(6)
  expect(held.get(colleague.memberId)).toHaveLength(6)
})

it('gives to whoever holds the fewest', async () => {
  await take(...[0, 1, 2].map((at) => said(`old${at}`, { by: `o${at}` })))
  for (const { id } of await all())
    await request('PATCH', `/api/v1/conversations/${id}`, {
      assigneeId: owner.memberId,
    })
  await goLive(ruleOf({}, toReturns({ assign: { to: 'least-loaded' } })))
  await take(...[0, 1, 2, 3, 4].map((at) => said(`new${at}`, { by: `n${at}`, at: 5 })))
  const held = Map.groupBy(await all(), ({ assignee }) => assignee?.id)
  expect(held.get(owner.memberId)).toHaveLength(4)
  expect(held.get(colleague.memberId)).toHaveLength(4)
})

it('knows who has another open conversation', async () => {
  await take(said('a', { text: 'first' }))
  await goLive(ruleOf({ hasOpenConversation: true }, toReturns()))
  await take(
    said('b', { text: 'second', at: 3 }),
    said('c', { by: 'ion', text: 'new here', at: 3 }),
  )
  expect(await by('second')).toMatchObject({ department: { id: returns.id } })
  expect(await by('new here')).toMatchObject({ department: null })
})

it('knows whether the business is open', async () => {
  await goLive(
    ruleOf({ openingHours: 'closed' }, { give: { severity: 'night' } }),
    ruleOf({ openingHours: 'open' }, { give: { severity: 'day' } }),
  )
  const always = [['00:00', '24:00']]
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
  const setHours = (spans: unknown) =>
    request('PATCH', '/api/v1/workspace', {
      hours: Object.fromEntries(days.map((day) => [day, spans])),
    })
  expect((await setHours([])).status).toBe(200)
  await take(said('a', { text: 'at night' }))
  expect((await setHours(always)).status).toBe(200)
  await take(said('b', { by: 'ion', text: 'by day' }))
  expect((await by('at night')).severity).toBe('night')
  expect((await by('by day')).severity).toBe('day')
})

it('shows by trial what each rule would have caught and changed, and changes nothing', async () => {
  await take(
    said('a', { text: 'broken cup' }),
    said('b', { by: 'ion', text: 'broken too' }),
    said('c', { by: 'eva', text: 'thanks' }),
  )
  const { id } = await by('broken too')
  await request('PATCH', `/api/v1/conversations/${id}`, { departmentId: returns.id })
  const before = await all()
  const rule = ruleOf(broken, { name: 'Breakage', ...toReturns() })
  const trial = await tryOut([rule, ruleOf(broken)])
  expect(trial).toMatchObject({
    tried: 3,
    uncaught: 1,
    rules: [{ name: 'Breakage', caught: 2, changes: 1 }, { caught: 0 }],
  })
  const moved = trial.rules[0]?.samples.filter(({ changes }) => changes)
  expect(moved).toMatchObject([
    { words: 'broken cup', now: { department: null }, would: { department: 'Returns' } },
  ])
  expect(await all()).toEqual(before)
  expect((await tryOut([rule], 1)).tried).toBe(1)
})

it('tries rules to just what going live would have done', async () => {
  const messages = fc.array(
    fc.record({
      by: fc.constantFrom('ana', 'ion', 'eva'),
      words: fc.subarray([...vocabulary, 'and', 'refunds'], { maxLength: 3 }),
      visibility: fc.constantFrom('public' as const, 'private' as const),
      page: fc.nat(3),
    }),
    { minLength: 1, maxLength: 10 },
  )
  const rules = fc.array(when, { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(messages, rules, async (told, conditions) => {
      const pages = Map.groupBy(told, ({ page }) => page)
      const send = async () => {
        let at = 0
        for (const [, page] of [...pages].sort(([a], [b]) => a - b))
          await take(
            ...page.map(({ by: who, words, visibility }) => {
              at += 1
              return said(`m${at}`, { by: who, text: words.join(' '), visibility, at })
            }),
          )
      }
      const draft = conditions.map((one, index) =>
        ruleOf(one, { name: `r${index}`, give: { severity: `s${index}` } }),
      )
      // The same messages, once tried afterwards and once routed as they come.
      await moveIn()
      await send()
      const trial = await tryOut(draft)
      await moveIn()
      await goLive(...draft)
      await send()
      const routed = Map.groupBy(await all(), ({ severity }) => severity)
      expect(trial.tried).toBe((await all()).length)
      expect(trial.rules.map(({ caught }) => caught)).toEqual(
        draft.map((_, index) => routed.get(`s${index}`)?.length ?? 0),
      )
      expect(trial.uncaught).toBe(routed.get(null)?.length ?? 0)
    }),
    { numRuns: 15 },
  )
})

it('lets go live only what was tried last, just as it is', async () => {
  const rule = ruleOf(broken, toReturns())
  const untried = await call('POST', '/live', { rules: [rule], basedOn: null })
  expect(untried.status).toBe(422)
  await tryOut([rule])
  const changed = { ...rule, onReopen: true }
  expect((await call('POST', '/live', { rules: [changed], basedOn: null })).status).toBe(422)
  expect((await read()).live).toBeNull()
  expect((await call('POST', '/live', { rules: [rule], basedOn: null })).status).toBe(200)
  const late = await call('POST', '/live', { rules: [rule], basedOn: null })
  expect(late.status).toBe(409)
  expect((await read()).versions).toHaveLength(1)
})

it('keeps a draft apart from what is live, and goes back to an earlier version', async () => {
  const [first, second] = [ruleOf(broken, toReturns()), ruleOf({}, { give: { severity: 'x' } })]
  await goLive(first)
  const kept = Routing.parse((await call('PUT', '/draft', { rules: [second] })).body)
  expect(kept).toMatchObject({
    live: { rules: [{ id: first.id }] },
    draft: [{ id: second.id }],
    draftTried: false,
  })
  await tryOut([second])
  expect((await read()).draftTried).toBe(true)
  await goLive(second)
  const back = await call('POST', '/revert', { to: 1, basedOn: 2 })
  expect(back.body).toMatchObject({
    live: { version: 3, rules: [{ id: first.id }] },
    versions: [{ version: 3, revertedTo: 1 }, { version: 2 }, { version: 1 }],
  })
  expect((await call('POST', '/revert', { to: 9, basedOn: 3 })).status).toBe(404)
})

it.each([
  ['a department that is gone', 'rules.0.give.departmentId', () => ({ departmentId: missing })],
  [
    'a colleague who is gone',
    'rules.0.give.assign',
    () => ({ assign: { to: 'member' as const, memberId: missing } }),
  ],
])('refuses a rule that names %s', async (_, field, give) => {
  const rule = { ...ruleOf({}), give: give() }
  const answer = await call('POST', '/trial', { rules: [rule] })
  expect(answer.status).toBe(400)
  expect(Problem.parse(answer.body).errors?.[0]?.field).toBe(field)
})
const missing = '019c0000-0000-7000-8000-000000000000'

it.each([
  ['without an act', { give: {} }],
  ['that takes turns in no department', { give: { assign: { to: 'in-turn' } } }],
  ['that looks for no word', { when: { words: { of: 'any', list: ['!!'] } } }],
  ['with no name', { name: ' ' }],
])('refuses a rule %s and names the field', async (_, more) => {
  const answer = await call('PUT', '/draft', { rules: [{ ...ruleOf({}), ...more }] })
  expect(answer.status).toBe(400)
  expect(Problem.parse(answer.body).errors?.[0]?.field).toMatch(/^rules\.0\./)
  expect((await read()).draft).toEqual([])
})

it('keeps a department while a live rule gives to it', async () => {
  await goLive(ruleOf(broken, toReturns()))
  const path = `/api/v1/departments/${returns.id}`
  expect((await request('DELETE', path)).status).toBe(409)
  await goLive()
  expect((await request('DELETE', path)).status).toBe(204)
})

it('still takes in and routes when whoever a rule names has left', async () => {
  await goLive(ruleOf({}, toReturns({ assign: { to: 'member', memberId: colleague.memberId } })))
  const gone = await request('DELETE', `/api/v1/members/${colleague.memberId}`)
  expect(gone.status).toBe(204)
  await take(said('a', { text: 'anybody there' }))
  expect(await by('anybody there')).toMatchObject({
    department: { id: returns.id },
    assignee: null,
  })
})

it('knows the language that the network tells', async () => {
  await goLive(ruleOf({ languages: ['en'] }, toReturns()))
  await take(said('a', { text: 'in English' }))
  expect((await by('in English')).department?.id).toBe(returns.id)
})
