import { afterAll, beforeAll, expect, it } from 'vitest'
import { FigureRows, Figures } from '../../../contract/figures.ts'
import { type ChannelId, DepartmentId } from '../../../contract/ids.ts'
import { createTestServer, type Person, type TestServer } from '../../../test/http.ts'
import { inWorkspace } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { actorOf } from '../members/index.ts'
import { changeOpeningHours } from '../reply-clock/index.ts'
import { registerFigures } from './index.ts'
import { addChannel, type Told, tellConversation } from './week.fixture.ts'

// The week of 19 to 25 October 2026 in Bucharest, whose last night is an hour longer, seen on Tuesday the
// 27th at 14:00. Open Monday to Friday, 9 to 17. Worked out by hand, in minutes:
//   shop  Ioana   Mon 10:00, again 10:30, Ana at 12:00               120 of them open 120
//   shop  Radu    Fri 16:45, Ana on Mon 9:15 (winter time)          3930             30
//   shop  Lucia   Sat 10:00, an automatic reply; waits, Ana's       4620 so far     780
//   mail  Marek   Sat 11:00, closed without an answer               4560            780
//   mail  Priya   Sun 3:30 for the second time, Dan at 3:40            10              0
//   mail  Tomas   began on Fri 16th; asks again Tue 20th 10:00,
//                 a reply came back, Dan at 13:00                     180            180
const now = new Date('2026-10-27T12:00:00Z')
const week = 'from=2026-10-19&to=2026-10-25'
const minute = 60_000

let server: TestServer
let ana: Person
let dan: Person
let shop: ChannelId
let mail: ChannelId
const sales = newId(DepartmentId)

beforeAll(async () => {
  server = await createTestServer((app, { db }) =>
    registerFigures(app, { db, clock: () => now, actorOf }),
  )
  ana = await server.people.owner()
  dan = await server.people.member(ana, 'analyst')
  await fillWeek(ana, dan)
  const other = await server.people.owner('Smithy')
  await inWorkspace(server.database.db, other.workspaceId, async (tx) => {
    const channel = await addChannel(tx, other.workspaceId, 'smithy')
    const place = { workspaceId: other.workspaceId, channel, customer: 'Somebody else' }
    await tellConversation(tx, { ...place, said: [{ at: '2026-10-20T10:00+03:00' }] })
  })
})
afterAll(() => server.close())

async function fillWeek({ workspaceId, memberId }: Person, { memberId: other }: Person) {
  await inWorkspace(server.database.db, workspaceId, async (tx) => {
    const day: [string, string][] = [['09:00', '17:00']]
    const hours = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [], sun: [] }
    await changeOpeningHours(tx, workspaceId, { hours, timeZone: 'Europe/Bucharest' })
    shop = await addChannel(tx, workspaceId, '=shop')
    mail = await addChannel(tx, workspaceId, 'mail')
    await tx
      .insertInto('departments')
      .values({ workspace_id: workspaceId, id: sales, name: 'Sales' })
      .execute()
    const tell = (told: Omit<Told, 'workspaceId'>) => tellConversation(tx, { workspaceId, ...told })
    await tell({
      channel: shop,
      customer: 'Ioana',
      visibility: 'private',
      severity: 'urgent',
      department: sales,
      language: 'ro',
      said: [
        { at: '2026-10-19T10:00+03:00', kind: 'question' },
        { at: '2026-10-19T10:30+03:00', kind: 'complaint' },
        { at: '2026-10-19T12:00+03:00', member: memberId },
      ],
    })
    await tell({
      channel: shop,
      customer: 'Radu',
      language: 'ro',
      said: [
        { at: '2026-10-23T16:45+03:00', kind: 'question' },
        { at: '2026-10-26T09:15+02:00', member: memberId },
      ],
    })
    await tell({
      channel: shop,
      customer: 'Lucia',
      language: 'en',
      holder: memberId,
      said: [
        { at: '2026-10-24T10:00+03:00', kind: 'praise' },
        { at: '2026-10-24T10:01+03:00', author: 'automation' },
      ],
    })
    await tell({
      channel: mail,
      customer: 'Marek',
      closed: true,
      said: [{ at: '2026-10-24T11:00+03:00', kind: 'complaint' }],
    })
    await tell({
      channel: mail,
      customer: 'Priya',
      said: [{ at: '2026-10-25T03:30+02:00' }, { at: '2026-10-25T03:40+02:00', member: other }],
    })
    await tell({
      channel: mail,
      customer: 'Tomas',
      said: [
        { at: '2026-10-16T10:00+03:00' },
        { at: '2026-10-19T11:00+03:00' },
        { at: '2026-10-19T12:00+03:00', member: other },
        { at: '2026-10-20T10:00+03:00' },
        { at: '2026-10-20T10:30+03:00', member: other, returned: true },
        { at: '2026-10-20T13:00+03:00', member: other },
        { at: '2026-10-26T10:00+02:00' },
      ],
    })
    await tell({
      channel: mail,
      customer: 'Nobody',
      said: [{ at: '2026-10-21T10:00+03:00', deleted: true }],
    })
  })
}

async function figures(query: string): Promise<Figures> {
  const answer = await server.request(ana, 'GET', `/api/v1/figures?${query}`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return Figures.parse(answer.body)
}

async function rows(query: string) {
  const answer = await server.request(ana, 'GET', `/api/v1/figures/rows?${query}`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return FigureRows.parse(answer.body)
}
const names = (page: { items: { customer: string }[] }) => page.items.map((one) => one.customer)

it('counts a week as it is counted by hand, in both clocks', async () => {
  const { total, groups, ...rest } = await figures(week)
  expect(rest).toMatchObject({
    from: '2026-10-19',
    to: '2026-10-25',
    timeZone: 'Europe/Bucharest',
    by: 'none',
  })
  expect(groups).toEqual([])
  expect(total).toMatchObject({ waits: 6, answered: 4, waiting: 1, closed: 1, small: true })
  expect(total.shareAnswered).toBeCloseTo(4 / 6)
  expect(total.calendar).toMatchObject({
    median: { ms: 180 * minute, moreThan: false },
    p90: { ms: 4620 * minute, moreThan: true },
  })
  expect(total.business).toMatchObject({
    median: { ms: 120 * minute, moreThan: false },
    p90: { ms: 780 * minute, moreThan: true },
  })
})

it('draws the curve of those who still wait, which never falls to nobody', async () => {
  const { calendar } = (await figures(week)).curve
  expect(calendar.map(({ at, waiting }) => [at / minute, Math.round(waiting * 6)])).toEqual([
    [10, 5],
    [120, 4],
    [180, 3],
    [3930, 2],
  ])
})

it.each([
  ['channel', () => ({ [shop]: [3, 2], [mail]: [3, 2] })],
  ['language', () => ({ ro: [2, 2], en: [1, 0], unknown: [3, 2] })],
  ['kind', () => ({ complaint: [2, 1], praise: [1, 0], question: [1, 1], other: [2, 2] })],
  ['visibility', () => ({ private: [1, 1], public: [5, 3] })],
  ['severity', () => ({ urgent: [1, 1], usual: [5, 3] })],
  ['department', () => ({ [sales]: [1, 1], nobody: [5, 3] })],
  ['member', () => ({ [ana.memberId]: [3, 2], [dan.memberId]: [2, 2], nobody: [1, 0] })],
  ['weekday', () => ({ mon: [1, 1], tue: [1, 1], fri: [1, 1], sat: [2, 0], sun: [1, 1] })],
  [
    'hour',
    () => ({
      'mon-10': [1, 1],
      'tue-10': [1, 1],
      'fri-16': [1, 1],
      'sat-10': [1, 0],
      'sat-11': [1, 0],
      'sun-03': [1, 1],
    }),
  ],
])('groups by %s, unanswered ones with whoever holds them', async (by, expected) => {
  const { groups } = await figures(`${week}&by=${by}`)
  const found = groups.map(({ key, sample }) => [key, [sample.waits, sample.answered]])
  expect(Object.fromEntries(found)).toEqual(expected())
})

it('names the hours in which nobody was there, though not those in which somebody answered', async () => {
  const { coverage } = await figures(week)
  expect(coverage.waits).toBe(2)
  expect(coverage.blocks).toEqual([
    { day: 'sat', fromHour: 10, toHour: 12, waits: 2, share: 1, shareOfPart: 1 },
  ])
  expect(names(await rows(`${week}&gap=true&day=sat&fromHour=10&toHour=12`))).toEqual([
    'Marek',
    'Lucia',
  ])
})

it('counts one account or one language alone', async () => {
  expect((await figures(`${week}&channel=${shop}`)).total.waits).toBe(3)
  expect((await figures(`${week}&language=ro`)).total).toMatchObject({ waits: 2, answered: 2 })
})

it('opens the waits behind a number, newest first', async () => {
  expect(names(await rows(week))).toEqual(['Priya', 'Marek', 'Lucia', 'Radu', 'Tomas', 'Ioana'])
  expect(names(await rows(`${week}&outcome=closed`))).toEqual(['Marek'])
  expect(names(await rows(`${week}&outcome=unanswered`))).toEqual(['Marek', 'Lucia'])
  expect(names(await rows(`${week}&by=channel&key=${shop}&outcome=answered`))).toEqual([
    'Radu',
    'Ioana',
  ])
  expect((await rows(`${week}&by=hour&key=sun-03`)).items[0]).toMatchObject({
    customer: 'Priya',
    outcome: 'answered',
    elapsed: { calendar: 10 * minute, business: 0 },
    gap: false,
  })
})

it('has as many rows behind a number as the number says, page by page, each once', async () => {
  const seen: string[] = []
  let cursor = ''
  for (let pages = 0; pages < 6; pages++) {
    const page = await rows(`${week}&limit=2${cursor}`)
    seen.push(...names(page))
    if (page.next === null) break
    cursor = `&cursor=${page.next}`
  }
  expect(seen).toEqual(['Priya', 'Marek', 'Lucia', 'Radu', 'Tomas', 'Ioana'])
})

it('writes the figures and the waits as tables without a formula in them', async () => {
  const table = await server.request(ana, 'GET', `/api/v1/figures.csv?${week}&by=channel`)
  expect(table.headers['content-type']).toContain('text/csv')
  expect(table.headers['content-disposition']).toContain('parley-figures.csv')
  const lines = String(table.body).trim().split('\r\n')
  expect(lines[1]).toMatch(/^channel,all,,6,4,1,1,0\.667,180,no,/)
  expect(lines.some((line) => line.includes(",'=shop,3,2,1,0,"))).toBe(true)
  const waits = await server.request(ana, 'GET', `/api/v1/figures.csv?${week}&of=waits`)
  const found = String(waits.body).trim().split('\r\n')
  expect(found).toHaveLength(7)
  expect(found[1]).toContain(
    '2026-10-19T07:00:00.000Z,2026-10-19T09:00:00.000Z,answered,120,120,no',
  )
})

it.each([
  ['from=2026-10-25&to=2026-10-19', 'from'],
  ['from=2025-01-01&to=2026-10-19', 'from'],
  ['from=2026-12-01&to=2026-12-02', 'from'],
  ['from=yesterday', 'from'],
  ['to=2026-02-30', 'to'],
  ['by=mood', 'by'],
  ['channel=shop', 'channel'],
])('refuses %s and names the field', async (query, field) => {
  for (const path of ['figures', 'figures/rows', 'figures.csv']) {
    const answer = await server.request(ana, 'GET', `/api/v1/${path}?${query}`)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  }
})

it('refuses a cursor that it did not give', async () => {
  for (const cursor of ['x', 'bnVsbA', 'WzEsMl0']) {
    const answer = await server.request(ana, 'GET', `/api/v1/figures/rows?cursor=${cursor}`)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } })
  }
})

it('shows the last four weeks when no days are named, also to an analyst, and says so when nobody wrote', async () => {
  const answer = await server.request(dan, 'GET', '/api/v1/figures')
  expect(Figures.parse(answer.body)).toMatchObject({
    from: '2026-09-30',
    to: '2026-10-27',
    total: { waits: 8 },
  })
  expect((await figures('from=2026-08-01&to=2026-08-02')).total).toMatchObject({
    waits: 0,
    shareAnswered: null,
    calendar: null,
  })
})
