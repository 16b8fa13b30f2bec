import { expect, it } from 'vitest'
import { ClockPolicy, type Target } from '../../../contract/clock.ts'
import { ChannelId } from '../../../contract/ids.ts'
import { makeCalendar } from './arbitraries.ts'
import { type ClockMessage, dueFor, prepareClock, type ReplyClock, readClock } from './clock.ts'

const hour = 3_600_000
const minute = 60_000
const channelId = ChannelId.parse('0190b2a0-0000-7000-8000-000000000002')
const subject = { channelId, language: null, severity: null, personId: null }
const calendar = makeCalendar()

type Turn = [author: ClockMessage['author'], at: string, deleted?: 'deleted']

/** Reads the clock of what was said, in office hours of Bucharest; times as ISO 8601 with an offset. */
function read(turns: Turn[], now: string, target?: Target, made = calendar): ReplyClock {
  const fallback = { calendarId: made.id, ...(target && { target }) }
  const rules = prepareClock(ClockPolicy.parse({ fallback }), [made])
  const messages = turns.map(([author, at, deleted]) => ({
    author,
    sentAt: new Date(at),
    deletedAt: deleted ? new Date(now) : null,
  }))
  return readClock(rules, { messages, subject }, new Date(now))
}

const thirty: Target = { unit: 'business-minutes', minutes: 30 }
const oneDay: Target = { unit: 'business-days', days: 1 }
const fourHours: Target = { unit: 'calendar-minutes', minutes: 240 }

it('carries 30 business minutes of Friday 16:45 over to Monday 09:15', () => {
  const clock = read([['customer', '2026-11-27T16:45+02:00']], '2026-11-28T12:00+02:00', thirty)
  expect(clock.due).toEqual(new Date('2026-11-30T09:15+02:00'))
  expect(clock).toMatchObject({
    breached: false,
    paused: true,
    resumesAt: new Date('2026-11-30T09:00+02:00'),
    elapsed: { business: 15 * minute, calendar: 19.25 * hour },
  })
})

it('promises within one business day on Wednesday 10:00 for Thursday 10:00', () => {
  const clock = read([['customer', '2026-11-25T10:00+02:00']], '2026-11-25T11:00+02:00', oneDay)
  expect(clock.due).toEqual(new Date('2026-11-26T10:00+02:00'))
  expect(clock).toMatchObject({ paused: false, resumesAt: null, elapsed: { business: hour } })
})

it('shows both clocks of a Saturday answered on Saturday: no business time, two hours', () => {
  const { answered } = read(
    [
      ['customer', '2026-11-28T10:00+02:00'],
      ['member', '2026-11-28T12:00+02:00'],
    ],
    '2026-11-28T13:00+02:00',
  )
  expect(answered).toEqual([
    {
      since: new Date('2026-11-28T10:00+02:00'),
      answeredAt: new Date('2026-11-28T12:00+02:00'),
      due: new Date('2026-11-28T14:00+02:00'),
      breached: false,
      elapsed: { business: 0, calendar: 2 * hour },
    },
  ])
})

it('counts 32 hours from the first of two messages to the answer, not 24 or 8', () => {
  const { answered } = read(
    [
      ['customer', '2026-11-25T10:00+02:00'],
      ['customer', '2026-11-25T18:00+02:00'],
      ['member', '2026-11-26T18:00+02:00'],
    ],
    '2026-11-26T18:00+02:00',
  )
  expect(answered.map(({ elapsed }) => elapsed)).toEqual([
    { calendar: 32 * hour, business: 15 * hour },
  ])
})

it.each([
  ['spring', '2026-03-29T01:30+02:00', '2026-03-29T06:30+03:00'],
  ['autumn', '2026-10-25T01:30+03:00', '2026-10-25T04:30+02:00'],
])('gives four hours that pass on the night of the %s clock change in Bucharest', (_, at, due) => {
  const clock = read([['customer', at]], due, fourHours)
  expect(clock.due).toEqual(new Date(due))
  expect(clock.elapsed.calendar).toBe(4 * hour)
  expect(clock.breached).toBe(false)
})

it('is four hours of calendar time unless told otherwise', () => {
  const clock = read([['customer', '2026-11-28T10:00+02:00']], '2026-11-28T14:00:01+02:00')
  expect(clock.target).toEqual(fourHours)
  expect(clock).toMatchObject({
    due: new Date('2026-11-28T14:00+02:00'),
    breached: true,
    paused: false,
    elapsed: { business: 0, calendar: 4 * hour + 1000 },
  })
})

it('is not stopped by automation or by others', () => {
  const clock = read(
    [
      ['customer', '2026-11-25T10:00+02:00'],
      ['automation', '2026-11-25T10:01+02:00'],
      ['other', '2026-11-25T10:02+02:00'],
    ],
    '2026-11-25T11:00+02:00',
  )
  expect(clock.waitingSince).toEqual(new Date('2026-11-25T10:00+02:00'))
  expect(clock.answered).toEqual([])
})

it('starts again at the first message after an answer', () => {
  const clock = read(
    [
      ['member', '2026-11-25T09:00+02:00'],
      ['customer', '2026-11-25T10:00+02:00'],
      ['member', '2026-11-25T10:30+02:00'],
      ['member', '2026-11-25T10:31+02:00'],
      ['customer', '2026-11-25T12:00+02:00'],
      ['customer', '2026-11-25T13:00+02:00'],
    ],
    '2026-11-25T14:00+02:00',
  )
  expect(clock.waitingSince).toEqual(new Date('2026-11-25T12:00+02:00'))
  expect(clock.answered.map(({ elapsed }) => elapsed.calendar)).toEqual([30 * minute])
})

it('does not count what the customer deleted', () => {
  const gone: Turn = ['customer', '2026-11-25T10:00+02:00', 'deleted']
  const now = '2026-11-25T14:00+02:00'
  expect(read([gone, ['customer', '2026-11-25T12:00+02:00']], now).waitingSince).toEqual(
    new Date('2026-11-25T12:00+02:00'),
  )
  expect(read([gone], now)).toMatchObject({ waitingSince: null, due: null, noDue: 'nothing-waits' })
  expect(read([gone, ['member', '2026-11-25T11:00+02:00']], now).answered).toEqual([])
})

it('stays stopped when the reply is deleted later', () => {
  const clock = read(
    [
      ['customer', '2026-11-25T10:00+02:00'],
      ['member', '2026-11-25T11:00+02:00', 'deleted'],
    ],
    '2026-11-25T14:00+02:00',
  )
  expect(clock.waitingSince).toBeNull()
})

it('takes a reply of the same instant as the answer', () => {
  const at = '2026-11-25T10:00+02:00'
  const turns: Turn[] = [
    ['member', at],
    ['customer', at],
  ]
  const clock = read(turns, '2026-11-25T14:00+02:00')
  expect(clock.waitingSince).toBeNull()
  expect(clock.answered.map(({ elapsed }) => elapsed.calendar)).toEqual([0])
})

it.each([
  ['in time', '2026-11-25T14:00+02:00', false],
  ['late', '2026-11-25T14:00:01+02:00', true],
])('says of an answer at four hours that it was %s', (_, at, breached) => {
  const clock = read(
    [
      ['customer', '2026-11-25T10:00+02:00'],
      ['member', at],
    ],
    '2026-11-26T10:00+02:00',
  )
  expect(clock.answered.map((span) => span.breached)).toEqual([breached])
})

it('counts a message from the future, with nothing elapsed', () => {
  const clock = read([['customer', '2026-11-25T10:00:05+02:00']], '2026-11-25T10:00+02:00')
  expect(clock).toMatchObject({
    waitingSince: new Date('2026-11-25T10:00:05+02:00'),
    elapsed: { calendar: 0, business: 0 },
    breached: false,
  })
})

it('says why nothing is due when there are no hours, or not enough of them', () => {
  const waits: Turn[] = [['customer', '2026-11-25T10:00+02:00']]
  const now = '2026-11-25T11:00+02:00'
  for (const target of [thirty, oneDay]) {
    expect(read(waits, now, target, makeCalendar({ hours: {} }))).toMatchObject({
      due: null,
      noDue: 'never-open',
      breached: false,
      paused: true,
      resumesAt: null,
      elapsed: { calendar: hour, business: 0 },
    })
  }
  const rare = makeCalendar({ hours: { mon: [['09:00', '09:05']] } })
  const far = read(waits, now, { unit: 'business-minutes', minutes: 300 }, rare)
  expect(far).toMatchObject({ due: null, noDue: 'too-far' })
  expect(read(waits, now, fourHours, makeCalendar({ hours: {} })).noDue).toBeNull()
})

it('runs round the clock for a severity that ignores office hours, with both clocks kept', () => {
  const policy = ClockPolicy.parse({
    rules: [{ when: { severity: 'hazard' }, ignoresOfficeHours: true }],
    fallback: { target: thirty, calendarId: calendar.id },
  })
  const rules = prepareClock(policy, [calendar])
  const sentAt = new Date('2026-11-27T16:45+02:00')
  const messages: ClockMessage[] = [{ author: 'customer', sentAt, deletedAt: null }]
  const hazard = { ...subject, severity: 'hazard' }
  const clock = readClock(rules, { messages, subject: hazard }, new Date('2026-11-27T18:00+02:00'))
  expect(clock).toMatchObject({
    due: new Date('2026-11-27T17:15+02:00'),
    breached: true,
    paused: false,
    elapsed: { calendar: 75 * minute, business: 15 * minute },
  })
  expect(dueFor(rules, hazard, sentAt)).toEqual(clock.due)
  expect(dueFor(rules, subject, sentAt)).toEqual(new Date('2026-11-30T09:15+02:00'))
})

it('refuses a policy that names a calendar that is not there', () => {
  const other = '0190b2a0-0000-7000-8000-00000000000f'
  const policy = ClockPolicy.parse({
    rules: [{ when: { language: 'ro' }, calendarId: other }],
    fallback: { calendarId: calendar.id },
  })
  expect(() => prepareClock(policy, [calendar])).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      fields: [expect.objectContaining({ field: 'policy.rules.0.calendarId' })],
    }),
  )
})

it('lets what was unanswered at a merge wait on, whatever was answered in the other conversation', () => {
  const rules = prepareClock(
    ClockPolicy.parse({ fallback: { calendarId: calendar.id, target: fourHours } }),
    [calendar],
  )
  const at = (hours: number) => new Date(Date.UTC(2026, 10, 24, hours))
  const said = (author: ClockMessage['author'], hours: number, waitsFrom: Date | null = null) => ({
    author,
    sentAt: at(hours),
    deletedAt: null,
    waitsFrom,
  })
  // 9:00 was answered at 11:00; 10:00 was said in the other one, and waits from the merge on.
  const messages = [
    said('customer', 9),
    said('member', 11),
    said('customer', 10, new Date(at(11).getTime() + 1)),
  ]
  const waiting = readClock(rules, { messages, subject }, at(12))
  expect(waiting).toMatchObject({
    waitingSince: at(10),
    due: at(14),
    elapsed: { calendar: 2 * hour },
  })
  expect(waiting.answered).toMatchObject([{ since: at(9), answeredAt: at(11) }])
  const both = readClock(rules, { messages: [...messages, said('member', 13)], subject }, at(14))
  expect(both.waitingSince).toBeNull()
  expect(both.answered).toMatchObject([
    { since: at(9), answeredAt: at(11) },
    { since: at(10), answeredAt: at(13) },
  ])
})
