import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CalendarId, ClockPolicy } from '../../../contract/clock.ts'
import { prepareClock, readClock } from '../reply-clock/index.ts'
import { findWaits } from './naive-waits.fixture.ts'

const id = CalendarId.parse('0190b2a0-0000-7000-8000-000000000001')
const rules = prepareClock(ClockPolicy.parse({ fallback: { calendarId: id } }), [
  { id, name: 'Shop', timeZone: 'Europe/Bucharest', hours: {}, holidays: [] },
])
const subject = { channelId: null, language: null, severity: null, personId: null }

it('counts from the oldest unanswered message to the first reply', () => {
  const turns = [
    { at: 30, reply: true, memberId: 'ana' },
    { at: 10, reply: false, memberId: null },
    { at: 20, reply: false, memberId: null },
    { at: 40, reply: true, memberId: 'dan' },
    { at: 50, reply: false, memberId: null },
  ]
  expect(findWaits(turns)).toEqual([
    { since: 10, answeredAt: 30, answeredBy: 'ana' },
    { since: 50, answeredAt: null, answeredBy: null },
  ])
})

it('finds the very waits that the reply clock finds', () => {
  const turn = fc.record({
    at: fc.integer({ min: 0, max: 40 }),
    reply: fc.boolean(),
    memberId: fc.constant(null),
  })
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
      const messages = turns.map(({ at, reply }) => ({
        author: reply ? ('member' as const) : ('customer' as const),
        sentAt: new Date(at),
        deletedAt: null,
      }))
      const clock = readClock(rules, { messages, subject }, new Date(1000))
      const found = findWaits(turns)
      const answered = found.filter(({ answeredAt }) => answeredAt !== null)
      expect(answered.map(({ since, answeredAt }) => [since, answeredAt])).toEqual(
        clock.answered.map((one) => [one.since.getTime(), one.answeredAt.getTime()]),
      )
      const open = found.find(({ answeredAt }) => answeredAt === null)
      expect(open?.since ?? null).toBe(clock.waitingSince?.getTime() ?? null)
    }),
  )
})
