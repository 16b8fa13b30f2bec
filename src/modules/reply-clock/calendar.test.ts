import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Calendar } from '../../../contract/clock.ts'
import { calendar, makeCalendar, moment, quarter } from './arbitraries.ts'
import { createAlwaysOpen, createOpenHours, farthest } from './calendar.ts'
import { DAY } from './calendar-zone.ts'

const hour = 3_600_000
const local = (text: string) => Date.parse(text)

/**
 * Whether the wall reads a time within the hours, worked out from Intl's fields and strings, sharing
 * nothing with the code under test.
 */
function openByTheWall({ timeZone, hours, holidays }: Calendar): (instant: number) => boolean {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
  const within = (time: string) => (span: readonly [string, string]) =>
    span[0] <= time && time < span[1]
  return (instant) => {
    const [date = '', time = ''] = format.format(instant).split(' ')
    const weekday = weekdays[new Date(date).getUTCDay()] ?? 'sun'
    const today = holidays.filter(({ from, until }) => from <= date && date <= until)
    const own = today.some((holiday) => holiday.hours?.some(within(time)))
    const closed = today.some(
      (holiday) => holiday.closed === 'all-day' || holiday.closed.some(within(time)),
    )
    return own || (!closed && (hours[weekday] ?? []).some(within(time)))
  }
}

it('counts exactly the time in which the wall reads a time within the hours', () => {
  fc.assert(
    fc.property(calendar, moment, fc.integer({ min: 0, max: 800 }), (made, from, quarters) => {
      const isOpen = openByTheWall(made)
      const hours = createOpenHours(made)
      let expected = 0
      for (let at = from; at < from + quarters * quarter; at += quarter) {
        if (isOpen(at)) expected += quarter
      }
      expect(hours.between(from, from + quarters * quarter)).toBe(expected)
      expect(hours.isOpen(from)).toBe(isOpen(from))
    }),
    { numRuns: 300 },
  )
})

it('adds up: from a to c is from a to b and from b to c', () => {
  const length = fc.integer({ min: 0, max: 40_000 })
  fc.assert(
    fc.property(calendar, moment, length, length, (made, a, first, second) => {
      const [b, c] = [a + first * quarter, a + (first + second) * quarter]
      const hours = createOpenHours(made)
      expect(hours.between(a, c)).toBe(hours.between(a, b) + hours.between(b, c))
      expect(hours.between(a, c)).toBeLessThanOrEqual(c - a)
      if (a < c) expect(hours.between(c, a)).toBe(0)
    }),
  )
})

it('lists openings that are apart, in order, and as long as it counts', () => {
  fc.assert(
    fc.property(calendar, moment, fc.integer({ min: 0, max: 9000 }), (made, from, quarters) => {
      const hours = createOpenHours(made)
      const to = from + quarters * quarter
      const found = hours.openings(from, to)
      expect(found.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(
        hours.between(from, to),
      )
      for (const [index, { start, end }] of found.entries()) {
        expect(start).toBeLessThan(end)
        expect(start).toBeGreaterThan(found[index - 1]?.end ?? from - 1)
        expect(end).toBeLessThanOrEqual(to)
        if (end < to)
          expect([hours.between(start, end + 1), hours.isOpen(end)]).toEqual([end - start, false])
      }
    }),
  )
})

it('finds the first instant by which it was open for so long, or says that 400 days have none', () => {
  fc.assert(
    fc.property(
      calendar,
      moment,
      fc.integer({ min: 1, max: 400_000_000 }),
      (made, from, length) => {
        const hours = createOpenHours(made)
        const due = hours.afterOpen(from, length)
        if (due === null) expect(hours.between(from, from + farthest)).toBeLessThan(length)
        else {
          expect(hours.between(from, due)).toBe(length)
          expect(hours.between(from, due - 1)).toBe(length - 1)
        }
      },
    ),
  )
})

it('takes the closing, not the next opening, for the last moment of a time', () => {
  fc.assert(
    fc.property(calendar, moment, fc.integer({ min: 1, max: 399 }), (made, from, days) => {
      const hours = createOpenHours(made)
      // Whole days in UTC too, where what is remembered is cut.
      for (const to of [from + days * DAY, Math.ceil(from / (64 * DAY)) * 64 * DAY]) {
        const length = hours.between(from, to)
        if (length > 0) expect(hours.afterOpen(from, length)).toBeLessThanOrEqual(to)
      }
    }),
  )
})

it('finds the next opening, with nothing open before it', () => {
  fc.assert(
    fc.property(calendar, moment, (made, from) => {
      const hours = createOpenHours(made)
      const next = hours.nextOpening(from)
      expect(hours.between(from, next ?? from + farthest)).toBe(0)
      if (next !== null) expect(hours.between(next, next + 1)).toBe(1)
    }),
  )
})

it('has in a 24-hour calendar every hour that passed, on the nights of both clock changes', () => {
  const always = createAlwaysOpen('Europe/Bucharest')
  const spring = local('2026-03-29T00:00+02:00')
  expect(always.between(spring, local('2026-03-30T00:00+03:00'))).toBe(23 * hour)
  const autumn = local('2026-10-25T00:00+03:00')
  expect(always.between(autumn, local('2026-10-26T00:00+02:00'))).toBe(25 * hour)
  expect(always.afterDays(spring, 1)).toBe(spring + 23 * hour)
  expect(always.afterDays(autumn, 1)).toBe(autumn + 25 * hour)
})

it('counts an opening over a clock change by what passed, not by what the wall says', () => {
  const night = createOpenHours(makeCalendar({ hours: { sun: [['02:00', '05:00']] } }))
  const length = (from: string, to: string) => night.between(local(from), local(to))
  expect(length('2026-03-29T00:00+02:00', '2026-03-30T00:00+03:00')).toBe(2 * hour)
  expect(length('2026-10-25T00:00+03:00', '2026-10-26T00:00+02:00')).toBe(4 * hour)
  expect(length('2026-11-01T00:00+02:00', '2026-11-02T00:00+02:00')).toBe(3 * hour)
})

it('opens twice when a short opening lies in the hour that is shown twice', () => {
  const night = createOpenHours(makeCalendar({ hours: { sun: [['03:15', '03:30']] } }))
  const start = local('2026-10-25T03:15+03:00')
  expect(night.openings(local('2026-10-25T00:00Z'), local('2026-10-26T00:00Z'))).toEqual([
    { start, end: start + quarter },
    { start: start + hour, end: start + hour + quarter },
  ])
})

it('leaves out breaks, whole holidays and the closed hours of half ones', () => {
  const week: [string, string][] = [
    ['09:00', '12:30'],
    ['13:00', '17:00'],
  ]
  const hours = createOpenHours(
    makeCalendar({
      hours: { mon: week, tue: week, wed: week, thu: week, fri: week },
      holidays: [
        { name: 'Christmas', from: '2026-12-25', until: '2026-12-26' },
        { name: 'Eve', from: '2026-12-24', until: '2026-12-24', closed: [['12:00', '24:00']] },
      ],
    }),
  )
  const day = (date: string) =>
    hours.between(local(`${date}T00:00+02:00`), local(`${date}T24:00+02:00`))
  expect([day('2026-12-23'), day('2026-12-24'), day('2026-12-25'), day('2026-12-28')]).toEqual([
    7.5 * hour,
    3 * hour,
    0,
    7.5 * hour,
  ])
})

it('opens in the own hours of a holiday instead of the usual ones, on a Sunday too', () => {
  const hours = createOpenHours(
    makeCalendar({
      holidays: [
        { name: 'Eve', from: '2026-12-24', until: '2026-12-24', hours: [['08:00', '13:00']] },
        { name: 'Advent', from: '2026-12-20', until: '2026-12-20', hours: [['10:00', '16:00']] },
        { name: 'Market', from: '2026-12-20', until: '2026-12-20', hours: [['14:00', '18:00']] },
        { name: 'Away', from: '2026-12-23', until: '2026-12-28' },
      ],
    }),
  )
  const open = (date: string) =>
    hours
      .openings(local(`${date}T00:00+02:00`), local(`${date}T24:00+02:00`))
      .map(({ start, end }) => [new Date(start), new Date(end)].map((at) => at.toISOString()))
  expect(open('2026-12-24')).toEqual([['2026-12-24T06:00:00.000Z', '2026-12-24T11:00:00.000Z']])
  expect(open('2026-12-20')).toEqual([['2026-12-20T08:00:00.000Z', '2026-12-20T16:00:00.000Z']])
  expect(open('2026-12-23')).toEqual([])
  expect(hours.afterOpen(local('2026-12-22T16:00+02:00'), 2 * hour)).toBe(
    local('2026-12-24T09:00+02:00'),
  )
})

it('knows no opening when there are no hours, without looking for ever', () => {
  const never = createOpenHours(makeCalendar({ hours: {} }))
  const from = local('2026-01-01T00:00Z')
  expect(never.nextOpening(from)).toBeNull()
  expect(never.afterOpen(from, 1)).toBeNull()
  expect(never.afterDays(from, 1)).toBeNull()
  expect(never.between(0, from)).toBe(0)
})
