import fc from 'fast-check'
import type { z } from 'zod'
import { Calendar, type Opening, type Target } from '../../../contract/clock.ts'
import type { ClockMessage } from './clock.ts'

// What the property tests make up. Times are multiples of a quarter of an hour: all zones change at such.

export const quarter = 15 * 60_000

/** Summer time by an hour in both hemispheres, by half an hour, not at all, at midnight, and a day left out. */
export const zones = [
  'Europe/Bucharest',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Africa/Cairo',
]

export const officeHours = {
  mon: [['09:00', '17:00']],
  tue: [['09:00', '17:00']],
  wed: [['09:00', '17:00']],
  thu: [['09:00', '17:00']],
  fri: [['09:00', '17:00']],
} satisfies Record<string, Opening[]>

/** A calendar by the contract; office hours in Bucharest where nothing else is said. */
export function makeCalendar(change: Partial<z.input<typeof Calendar>> = {}): Calendar {
  return Calendar.parse({
    id: '0190b2a0-0000-7000-8000-000000000001',
    name: 'Shop',
    timeZone: 'Europe/Bucharest',
    hours: officeHours,
    ...change,
  })
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** Up to three openings a day, breaks between, closed days, round the clock, and no hours at all. */
export const openings: fc.Arbitrary<Opening[]> = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 6 })
  .map((marks) => {
    const sorted = [...marks].sort((a, b) => a - b)
    const found: Opening[] = []
    for (let at = 0; at + 1 < sorted.length; at += 2) {
      found.push([timeOfDay(sorted[at] ?? 0), timeOfDay(sorted[at + 1] ?? 96)])
    }
    return found
  })

/** Moments of 2005 to 2036, every second one within four days of a clock change or of Apia's missing day. */
export const moment: fc.Arbitrary<number> = fc
  .oneof(
    fc.integer({ min: Date.UTC(2005, 0, 1) / quarter, max: Date.UTC(2036, 0, 1) / quarter }),
    fc
      .tuple(
        fc.constantFrom(...['2011-12-30', '2026-03-29', '2026-10-25', '2027-03-14', '2027-11-07']),
        fc.integer({ min: -400, max: 400 }),
      )
      .map(([day, away]) => Date.parse(day) / quarter + away),
    fc
      .tuple(
        fc.constantFrom(...['2026-04-05', '2026-10-04', '2026-04-24', '2026-10-30', '2009-09-27']),
        fc.integer({ min: -400, max: 400 }),
      )
      .map(([day, away]) => Date.parse(day) / quarter + away),
  )
  .map((at) => at * quarter)

const holidays = fc.array(
  fc
    .record({
      at: moment,
      length: fc.integer({ min: 0, max: 5 }),
      spans: openings,
      opens: fc.boolean(),
    })
    .map(({ at, length, spans, opens }) => ({
      name: 'Closed',
      from: dateOf(at),
      until: dateOf(at + length * 86_400_000),
      ...(spans.length > 0 && (opens ? { hours: spans } : { closed: spans })),
    })),
  { maxLength: 5 },
)

/** Any calendar; about one in ten has no hours at all. */
export const calendar: fc.Arbitrary<Calendar> = fc
  .record({
    timeZone: fc.constantFrom(...zones),
    week: fc.oneof(
      { weight: 9, arbitrary: fc.array(openings, { minLength: 7, maxLength: 7 }) },
      { weight: 1, arbitrary: fc.constant<Opening[][]>([]) },
    ),
    holidays,
  })
  .map(({ timeZone, week, holidays }) => {
    const hours = Object.fromEntries(days.map((day, index) => [day, week[index] ?? []]))
    return makeCalendar({ timeZone, hours, holidays })
  })

export const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({
    unit: fc.constantFrom('calendar-minutes' as const, 'business-minutes' as const),
    minutes: fc.integer({ min: 1, max: 6000 }),
  }),
  fc.record({ unit: fc.constant('business-days' as const), days: fc.integer({ min: 1, max: 9 }) }),
)

export const message: fc.Arbitrary<ClockMessage> = fc.record({
  author: fc.constantFrom('customer', 'member', 'automation', 'other'),
  sentAt: moment.map((at) => new Date(at)),
  deletedAt: fc.option(
    moment.map((at) => new Date(at)),
    { freq: 4 },
  ),
})

function timeOfDay(quarters: number): string {
  const [hours, minutes] = [Math.floor(quarters / 4), (quarters % 4) * 15]
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
