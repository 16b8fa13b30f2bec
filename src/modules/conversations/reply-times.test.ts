import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  CalendarView,
  ClockPreview,
  type Opening,
  ReplyPolicyView,
} from '../../../contract/clock.ts'
import { Conversation, ConversationSummary } from '../../../contract/conversations.ts'
import { listOf } from '../../../contract/http.ts'
import { asServerOwner } from '../../../test/desk.ts'
import { createTestServer, type Person, type TestServer } from '../../../test/http.ts'
import { createTestLog } from '../../../test/log.ts'
import { makeChannel, minute, said, session, town, translate } from '../../../test/town.ts'
import type { RawEvent } from '../../connectors/contract.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { inWorkspace } from '../../platform/db.ts'
import { bindJob, startJobWorker } from '../../platform/jobs.ts'
import { type IngestChannel, ingestPage } from '../ingest/index.ts'
import { actorOf } from '../members/index.ts'
import { holdClockVersion, registerReplyClock } from '../reply-clock/index.ts'
import { recountDue, registerConversations } from './index.ts'

// Times are of Bucharest in November 2026 (+02:00) unless they say otherwise. The 25th is a Wednesday.

let server: TestServer
let home: string
let owner: Person
let channel: IngestChannel
let now = new Date()

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-reply-times-'))
  const keyring = await loadKeyring(join(home, 'secret.key'))
  const connectors = new Map([[town.network, town]])
  server = await createTestServer((app, database) => {
    const { log } = createTestLog()
    const deps = {
      database,
      http: session.http,
      dial: session.dial,
      oauth: session.oauth,
      keyring,
      connectors,
      clock: () => now,
      log,
    }
    registerConversations(app, { ...deps, practiceUrl: '', actorOf })
    registerReplyClock(app, { db: database.db, actorOf })
  })
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})
beforeEach(async () => {
  owner = await server.people.owner()
  channel = await makeChannel(server.database, owner)
})

const office: Opening[] = [['09:00', '17:00']]
const hours = { mon: office, tue: office, wed: office, thu: office, fri: office }

/** Minutes of the made-up network's time. */
const at = (time: string) => (Date.parse(time) - minute(0).getTime()) / 60_000
const take = (...events: RawEvent[]) =>
  ingestPage(server.database.db, { translate }, channel, { events, cursor: null, more: false })

async function ask(method: string, path: string, body?: unknown) {
  const answer = await server.request(owner, method, `/api/v1${path}`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

async function defaultCalendar(): Promise<CalendarView> {
  const { items } = listOf(CalendarView).parse(await ask('GET', '/calendars'))
  const found = items.find(({ isDefault }) => isDefault)
  if (!found) throw new Error('there is no default calendar')
  return found
}

/** Office hours in Bucharest, and a target for all. */
async function promise(target: object, rules: object[] = []): Promise<ReplyPolicyView> {
  const { id } = await defaultCalendar()
  await ask('PUT', `/calendars/${id}`, { name: 'Shop', timeZone: 'Europe/Bucharest', hours })
  const policy = { rules, fallback: { target, calendarId: id } }
  return ReplyPolicyView.parse(await ask('PUT', '/reply-policy', { policy }))
}

async function summaries(): Promise<ConversationSummary[]> {
  return listOf(ConversationSummary).parse(
    await ask('GET', '/conversations?state=new,open,waiting-customer&limit=100'),
  ).items
}

/** The one conversation there is, as it looks at a time. */
async function look(time: string): Promise<Conversation> {
  now = new Date(time)
  const [one] = await summaries()
  return Conversation.parse(await ask('GET', `/conversations/${one?.id}`))
}

const iso = (time: string) => new Date(time).toISOString()
const hour = 3_600_000

it('counts half an hour of opening hours over the weekend', async () => {
  await promise({ unit: 'business-minutes', minutes: 30 })
  await take(said('m', { at: at('2026-11-27T16:45+02:00') }))
  const { clock, ...row } = await look('2026-11-28T12:00+02:00')
  expect(clock).toMatchObject({
    due: iso('2026-11-30T09:15+02:00'),
    breached: false,
    paused: true,
    resumesAt: iso('2026-11-30T09:00+02:00'),
    isOpen: false,
    elapsed: { calendar: 19.25 * hour, business: 0.25 * hour },
    calendar: { name: 'Shop', timeZone: 'Europe/Bucharest' },
  })
  expect(row).toMatchObject({
    due: clock.due,
    overdue: false,
    paused: true,
    resumesAt: clock.resumesAt,
  })
  expect((await look('2026-11-30T09:16+02:00')).clock).toMatchObject({
    breached: true,
    paused: false,
  })
})

it('counts one business day to the same time of the next', async () => {
  await promise({ unit: 'business-days', days: 1 })
  await take(said('m', { at: at('2026-11-25T10:00+02:00') }))
  expect(await look('2026-11-25T11:00+02:00')).toMatchObject({
    due: iso('2026-11-26T10:00+02:00'),
    clock: { due: iso('2026-11-26T10:00+02:00'), target: { unit: 'business-days', days: 1 } },
  })
})

it('shows both clocks of an answer on a closed day: two hours, and none of opening hours', async () => {
  await promise({ unit: 'business-minutes', minutes: 30 })
  await take(said('m', { at: at('2026-11-28T10:00+02:00') }))
  await take(said('a', { by: 'shop', parent: 'm', at: at('2026-11-28T12:00+02:00') }))
  const { clock, due } = await look('2026-11-28T13:00+02:00')
  expect(due).toBeNull()
  expect(clock).toMatchObject({ waitingSince: null, noDue: 'nothing-waits', paused: false })
  expect(clock.answered).toMatchObject([
    { breached: false, elapsed: { calendar: 2 * hour, business: 0 } },
  ])
})

it('counts from the first of two messages: 32 hours, not 24 or 8', async () => {
  await promise({ unit: 'calendar-minutes', minutes: 240 })
  await take(said('m1', { at: at('2026-11-25T10:00+02:00') }))
  await take(said('m2', { parent: 'm1', root: 'm1', at: at('2026-11-25T18:00+02:00') }))
  expect((await look('2026-11-25T19:00+02:00')).due).toBe(iso('2026-11-25T14:00+02:00'))
  await take(said('a', { by: 'shop', parent: 'm2', root: 'm1', at: at('2026-11-26T18:00+02:00') }))
  const { clock } = await look('2026-11-26T19:00+02:00')
  expect(clock.answered.map(({ elapsed }) => elapsed.calendar)).toEqual([32 * hour])
})

it('promises four elapsed hours on the night of the clock change', async () => {
  await promise({ unit: 'calendar-minutes', minutes: 240 })
  // 25 October 2026, 04:00 becomes 03:00 in Bucharest.
  await take(said('m', { at: at('2026-10-25T02:30+03:00') }))
  const { clock } = await look('2026-10-25T05:30+02:00')
  expect(clock).toMatchObject({
    due: iso('2026-10-25T05:30+02:00'),
    elapsed: { calendar: 4 * hour, business: 0 },
    breached: false,
  })
})

it('holds to the rule for the channel, the language, the severity and the person', async () => {
  const minutes = (count: number) => ({ unit: 'calendar-minutes', minutes: count })
  const { channelId } = channel
  await promise(minutes(1000), [
    { when: { channelId, language: 'en' }, target: minutes(30) },
    { when: { severity: 'urgent' }, target: minutes(10) },
  ])
  await take(said('m', { at: 0 }))
  const found = await look(minute(1).toISOString())
  expect(found).toMatchObject({ language: 'en', severity: null, due: minute(30).toISOString() })
  expect(found.clock.rule).toEqual({ channelId, language: 'en' })
  const change = { severity: 'urgent' }
  expect(await ask('PATCH', `/conversations/${found.id}`, change)).toMatchObject({
    severity: 'urgent',
    due: minute(10).toISOString(),
  })
  // It stays when the customer writes again.
  await take(said('m2', { root: 'm', parent: 'm', at: 5 }))
  expect((await look(minute(6).toISOString())).due).toBe(minute(10).toISOString())
  const personal = [{ when: { personId: found.person.id }, target: minutes(3) }]
  await promise(minutes(1000), personal)
  await recount()
  expect((await look(minute(6).toISOString())).due).toBe(minute(3).toISOString())
})

it('says that nothing is ever due by a calendar without hours, and counts what waits all the same', async () => {
  const { id } = await defaultCalendar()
  await ask('PUT', `/calendars/${id}`, { name: 'Never', timeZone: 'UTC', hours: {} })
  const fallback = { target: { unit: 'business-minutes', minutes: 30 }, calendarId: id }
  await ask('PUT', '/reply-policy', { policy: { fallback } })
  await take(said('m', { at: 0 }))
  expect(await look(minute(90).toISOString())).toMatchObject({
    due: null,
    overdue: false,
    unansweredSince: minute(0).toISOString(),
    paused: true,
    resumesAt: null,
    clock: { noDue: 'never-open', elapsed: { calendar: 1.5 * hour, business: 0 } },
  })
})

async function recount(): Promise<void> {
  const worker = await startJobWorker({
    url: server.database.url,
    jobs: [bindJob(recountDue, { database: server.database })],
    log: createTestLog().log,
  })
  await expect.poll(jobsLeft, { timeout: 60_000 }).toBe(0)
  await worker.stop()
}

async function jobsLeft(): Promise<number> {
  const text = 'select id from graphile_worker._private_jobs'
  return (await asServerOwner(server.database.url, text)).length
}

async function dues(): Promise<Map<string, number>> {
  const { rows } = await inWorkspace(server.database.db, owner.workspaceId, async (tx) => ({
    rows: await tx.selectFrom('conversations').select(['due_at']).execute(),
  }))
  const counts = new Map<string, number>()
  for (const { due_at } of rows) {
    const text = due_at instanceof Date ? due_at.toISOString() : 'never'
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}

it('works out everything that waits again when the policy changes, also when it is killed in the middle', async () => {
  const threads = Array.from({ length: 1200 }, (_, n) => said(`t${n}`, { by: `p${n % 9}`, at: 0 }))
  await take(...threads)
  expect(await dues()).toEqual(new Map([[minute(240).toISOString(), 1200]]))
  const { version } = await promise({ unit: 'calendar-minutes', minutes: 60 })
  const { workspaceId } = owner
  const batch = () =>
    recountDue.run({ database: server.database }, { workspaceId, version, after: null })
  // A batch that waits for rows is cut off: nothing of it stands.
  await inWorkspace(server.database.db, workspaceId, async (tx) => {
    await tx.selectFrom('conversations').select('id').forUpdate().execute()
    const cut = batch().then(
      () => 'done',
      () => 'cut off',
    )
    await expect
      .poll(() =>
        asServerOwner(
          server.database.url,
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        ),
      )
      .toHaveLength(1)
    expect(await cut).toBe('cut off')
  })
  expect(await dues()).toEqual(new Map([[minute(240).toISOString(), 1200]]))
  // One batch, and then the worker is gone: the next one is asked for already.
  await batch()
  expect(await dues()).toEqual(
    new Map([
      [minute(240).toISOString(), 700],
      [minute(60).toISOString(), 500],
    ]),
  )
  await recount()
  expect(await dues()).toEqual(new Map([[minute(60).toISOString(), 1200]]))
})

it('never lets the job of older rules overwrite the newer ones', async () => {
  await take(said('m', { at: 0 }))
  const older = await promise({ unit: 'calendar-minutes', minutes: 60 })
  const newer = await promise({ unit: 'calendar-minutes', minutes: 90 })
  const { workspaceId } = owner
  const run = (version: number) =>
    recountDue.run({ database: server.database }, { workspaceId, version, after: null })
  await run(newer.version)
  await run(older.version)
  expect(await dues()).toEqual(new Map([[minute(90).toISOString(), 1]]))
})

it('changes the rules only when all that count by the old ones are done', async () => {
  const before = await promise({ unit: 'calendar-minutes', minutes: 60 })
  const order: string[] = []
  let changed: Promise<unknown> | undefined
  await inWorkspace(server.database.db, owner.workspaceId, async (tx) => {
    expect(await holdClockVersion(tx)).toBe(before.version)
    changed = ask('PUT', '/reply-policy', { policy: before.policy }).then(() =>
      order.push('changed'),
    )
    await new Promise((resolve) => setTimeout(resolve, 400))
    order.push('counted')
  })
  await changed
  expect(order).toEqual(['counted', 'changed'])
})

it('refuses a change by somebody who looked at older rules, and one that names what is not there', async () => {
  const { version, policy } = await promise({ unit: 'calendar-minutes', minutes: 60 })
  const put = (body: object) => server.request(owner, 'PUT', '/api/v1/reply-policy', body)
  expect(await put({ policy, version: version - 1 })).toMatchObject({ status: 409 })
  const nobody = crypto.randomUUID()
  const target = { unit: 'calendar-minutes', minutes: 5 }
  for (const [field, wrong] of [
    ['policy.rules.0.when.channelId', { when: { channelId: nobody }, target }],
    ['policy.rules.0.when.personId', { when: { personId: nobody }, target }],
    ['policy.rules.0.calendarId', { when: { severity: 'urgent' }, calendarId: nobody }],
  ] as const)
    expect(await put({ policy: { ...policy, rules: [wrong] } })).toMatchObject({
      status: 400,
      body: { errors: [{ field }] },
    })
  expect(await ask('GET', '/reply-policy')).toEqual({ version, policy, people: [] })
})

it('keeps a calendar that something counts by, and removes one that nothing does', async () => {
  const { policy } = await promise({ unit: 'calendar-minutes', minutes: 60 })
  const night = CalendarView.parse(
    await ask('POST', '/calendars', { name: 'Night', timeZone: 'Asia/Tokyo', hours }),
  )
  const rules = [{ when: { severity: 'low' }, calendarId: night.id }]
  await ask('PUT', '/reply-policy', { policy: { ...policy, rules } })
  const remove = (id: string) => server.request(owner, 'DELETE', `/api/v1/calendars/${id}`)
  expect((await remove(night.id)).status).toBe(422)
  expect((await remove(policy.fallback.calendarId)).status).toBe(422)
  await ask('PUT', '/reply-policy', { policy })
  expect((await remove(night.id)).status).toBe(204)
  expect((await remove(night.id)).status).toBe(404)
})

it('says before saving when a message would be due and how many would become late', async () => {
  const { policy } = await promise({ unit: 'calendar-minutes', minutes: 240 })
  await take(
    said('m1', { at: 0 }),
    said('m2', { at: 60, by: 'bo' }),
    said('m3', { at: 80, by: 'cy' }),
  )
  now = minute(100)
  const target = { unit: 'business-minutes', minutes: 30 }
  const preview = ClockPreview.parse(
    await ask('POST', '/reply-policy/preview', {
      policy: { ...policy, fallback: { ...policy.fallback, target } },
      at: iso('2026-11-27T16:45+02:00'),
    }),
  )
  // 8:00 UTC on a Monday in June is 11:00 in Bucharest: the shop is open.
  expect(preview).toEqual({
    target,
    calendarId: policy.fallback.calendarId,
    ignoresOfficeHours: false,
    rule: null,
    fitting: [],
    due: iso('2026-11-30T09:15+02:00'),
    noDue: null,
    open: { waiting: 3, lateNow: 0, lateThen: 2, becomingLate: 2, noLongerLate: 0 },
  })
  expect(await ask('GET', '/reply-policy')).toMatchObject({ policy })
})

it('makes the opening hours of the workspace the default calendar’s', async () => {
  const change = { timeZone: 'Europe/London', hours: { sat: [['10:00', '14:00']] } }
  await ask('PATCH', '/workspace', change)
  const calendar = await defaultCalendar()
  expect(calendar).toMatchObject({
    timeZone: 'Europe/London',
    hours: { sat: [['10:00', '14:00']] },
  })
  await ask('PUT', `/calendars/${calendar.id}`, { name: 'Shop', timeZone: 'Europe/London', hours })
  expect(await ask('GET', '/workspace')).toMatchObject({ hours: { sat: [], mon: office } })
})
