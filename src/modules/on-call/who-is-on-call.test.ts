import fc from 'fast-check'
import { v7 } from 'uuid'
import { expect, it } from 'vitest'
import { Weekday } from '../../../contract/clock.ts'
import { MemberId } from '../../../contract/ids.ts'
import { type Rota, type Shift, Shift as ShiftSchema } from '../../../contract/on-call.ts'
import { whoIsOnCall } from './who-is-on-call.ts'

const people = Array.from({ length: 5 }, () => MemberId.parse(v7()))
const [ana, bob, cora] = people
const zones = [
  'Europe/Bucharest',
  'UTC',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
]
const days = Weekday.options

const time = fc.integer({ min: 0, max: 24 * 60 - 1 }).map(clockTime)
const shift: fc.Arbitrary<Shift> = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom(...days), { minLength: 1 }),
    from: time,
    to: fc.oneof(time, fc.constant('24:00')),
    timeZone: fc.constantFrom(...zones),
  })
  .filter(({ from, to }) => from !== to)
const rota: fc.Arbitrary<Rota> = fc.array(
  fc.record({
    memberId: fc.constantFrom(...people),
    shift: fc.option(shift, { nil: null }),
  }),
  { maxLength: 8 },
)
const instant = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2028, 0, 1) / 60_000 })
  .map((minute) => new Date(minute * 60_000))

function clockTime(minute: number): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** What the wall reads, by Intl alone. */
function wallOf(timeZone: string, at: Date): { day: Weekday; before: Weekday; time: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const read = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  const day = Weekday.parse(read('weekday').toLowerCase())
  const before = days[(days.indexOf(day) + 6) % 7] ?? day
  return { day, before, time: `${read('hour')}:${read('minute')}` }
}

it('has somebody on call exactly when the clock on their wall is within a shift of theirs', () => {
  fc.assert(
    fc.property(rota, instant, (entries, at) => {
      const expected = entries.filter(({ shift: one }) => {
        if (one === null) return true
        const { day, before, time: now } = wallOf(one.timeZone, at)
        if (one.from < one.to) return one.days.includes(day) && now >= one.from && now < one.to
        return (
          (one.days.includes(day) && now >= one.from) || (one.days.includes(before) && now < one.to)
        )
      })
      expect(whoIsOnCall(entries, at)).toEqual([
        ...new Set(expected.map(({ memberId }) => memberId)),
      ])
    }),
    { numRuns: 500 },
  )
})

it('has exactly one of two on call at every minute when their shifts share out the week', () => {
  const ends = fc.tuple(time, time).filter(([from, to]) => from !== to)
  fc.assert(
    fc.property(ends, fc.constantFrom(...zones), instant, ([from, to], timeZone, at) => {
      const entries = [
        { memberId: people[0], shift: { days, from, to, timeZone } },
        { memberId: people[1], shift: { days, from: to, to: from, timeZone } },
      ].flatMap((entry) => (entry.memberId ? [{ ...entry, memberId: entry.memberId }] : []))
      expect(whoIsOnCall(entries, at)).toHaveLength(1)
    }),
    { numRuns: 500 },
  )
})

it('keeps the order of the rota and names nobody twice', () => {
  if (!ana || !bob || !cora) throw new Error('nobody is there')
  const night = { days, from: '18:00', to: '09:00', timeZone: 'Europe/Bucharest' }
  const entries: Rota = [
    { memberId: bob, shift: night },
    { memberId: ana, shift: null },
    { memberId: bob, shift: null },
    { memberId: cora, shift: { ...night, days: ['mon'] } },
  ]
  // Saturday, 23:00 and noon in Bucharest; Tuesday 02:00 belongs to Monday's night.
  expect(whoIsOnCall(entries, new Date('2026-11-21T21:00Z'))).toEqual([bob, ana])
  expect(whoIsOnCall(entries, new Date('2026-11-21T10:00Z'))).toEqual([ana, bob])
  expect(whoIsOnCall(entries, new Date('2026-11-24T00:00Z'))).toEqual([bob, ana, cora])
  expect(whoIsOnCall(entries, new Date('2026-11-23T00:00Z'))).toEqual([bob, ana])
})

it('follows the wall through both nights of the clock change in Bucharest', () => {
  if (!ana || !bob) throw new Error('nobody is there')
  const timeZone = 'Europe/Bucharest'
  const entries: Rota = [
    { memberId: ana, shift: { days, from: '22:00', to: '03:30', timeZone } },
    { memberId: bob, shift: { days, from: '03:30', to: '22:00', timeZone } },
  ]
  const at = (text: string) => whoIsOnCall(entries, new Date(text))
  // 29 March 2026: 02:59 is followed by 04:00.
  expect(at('2026-03-29T00:59Z')).toEqual([ana])
  expect(at('2026-03-29T01:00Z')).toEqual([bob])
  // 25 October 2026: 03:00 to 04:00 comes twice.
  expect(at('2026-10-25T00:15Z')).toEqual([ana])
  expect(at('2026-10-25T00:45Z')).toEqual([bob])
  expect(at('2026-10-25T01:15Z')).toEqual([ana])
  expect(at('2026-10-25T01:45Z')).toEqual([bob])
})

it('refuses a shift without days, of no length or at no time, naming the field', () => {
  const good = { days: ['mon'], from: '18:00', to: '24:00', timeZone: 'UTC' }
  expect(ShiftSchema.safeParse(good).success).toBe(true)
  for (const [field, wrong] of [
    ['days', { days: [] }],
    ['to', { to: '18:00' }],
    ['from', { from: '24:00' }],
    ['timeZone', { timeZone: '+02:00' }],
  ] as const) {
    const { error } = ShiftSchema.safeParse({ ...good, ...wrong })
    expect([field, error?.issues[0]?.path[0]]).toEqual([field, field])
  }
})
