import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Calendar, ClockPolicy, type Target } from '../../../contract/clock.ts'
import { ChannelId } from '../../../contract/ids.ts'
import { calendar, message, moment, quarter, target } from './arbitraries.ts'
import { createOpenHours } from './calendar.ts'
import { type ClockMessage, dueFor, prepareClock, readClock } from './clock.ts'

const channelId = ChannelId.parse('0190b2a0-0000-7000-8000-000000000002')
const subject = { channelId, language: null, severity: 'high', personId: null }
const minute = 60_000

/** Any calendar, any target, and sometimes a severity that ignores the hours. */
const promise = fc.record({ calendar, target, ignoresOfficeHours: fc.boolean() })
type Promised = { calendar: Calendar; target: Target; ignoresOfficeHours: boolean }

function prepare({ calendar, target, ignoresOfficeHours }: Promised) {
  const policy = {
    rules: [{ when: { severity: 'high' }, ignoresOfficeHours }],
    fallback: { target, calendarId: calendar.id },
  }
  return prepareClock(ClockPolicy.parse(policy), [calendar])
}

/** A conversation within some days, so that its messages meet. */
const conversation = fc
  .tuple(moment, fc.array(fc.tuple(message, fc.integer({ min: 0, max: 1500 })), { maxLength: 12 }))
  .map(([start, said]): ClockMessage[] =>
    said.map(([{ author, deletedAt }, after]) => ({
      author,
      deletedAt,
      sentAt: new Date(start + after * quarter),
    })),
  )

const minutesAfter = fc.integer({ min: 0, max: 60 * 24 * 40 })

it('never promises an earlier reply to a later message, nor one before it was written', () => {
  fc.assert(
    fc.property(promise, moment, minutesAfter, (promised, first, later) => {
      const rules = prepare(promised)
      const second = first + later * minute
      const dues = [first, second].map((at) => dueFor(rules, subject, new Date(at))?.getTime())
      const [early = Number.NEGATIVE_INFINITY, late = Number.POSITIVE_INFINITY] = dues
      expect(late).toBeGreaterThanOrEqual(early)
      if (dues[0] !== undefined) expect(dues[0]).toBeGreaterThanOrEqual(first)
    }),
    { numRuns: 400 },
  )
})

it('is due at the very millisecond at which the elapsed time is the target', () => {
  fc.assert(
    fc.property(promise, moment, (promised, at) => {
      if (promised.target.unit === 'business-days') return
      const rules = prepare(promised)
      const messages: ClockMessage[] = [
        { author: 'customer', sentAt: new Date(at), deletedAt: null },
      ]
      const due = dueFor(rules, subject, new Date(at))
      if (due === null) return
      const counts =
        promised.target.unit === 'calendar-minutes' || promised.ignoresOfficeHours
          ? 'calendar'
          : 'business'
      const length = promised.target.minutes * minute
      const elapsed = (now: number) => readClock(rules, { messages, subject }, new Date(now))
      expect(elapsed(due.getTime()).elapsed[counts]).toBe(length)
      expect(elapsed(due.getTime()).breached).toBe(false)
      expect(elapsed(due.getTime() - 1).elapsed[counts]).toBe(length - 1)
      expect(elapsed(due.getTime() + 1).breached).toBe(true)
    }),
    { numRuns: 200 },
  )
})

it('keeps both clocks from being negative, and business time within calendar time', () => {
  fc.assert(
    fc.property(promise, conversation, moment, (promised, messages, now) => {
      const clock = readClock(prepare(promised), { messages, subject }, new Date(now))
      for (const { elapsed } of [...clock.answered, clock]) {
        expect(elapsed.business).toBeGreaterThanOrEqual(0)
        expect(elapsed.calendar).toBeGreaterThanOrEqual(elapsed.business)
      }
    }),
  )
})

it('does not mind the order of messages, nor one that is told twice', () => {
  fc.assert(
    fc.property(
      promise,
      conversation.chain((messages) =>
        fc.tuple(
          fc.constant(messages),
          fc.subarray(messages).chain((again) => {
            const all = [...messages, ...again]
            return fc.shuffledSubarray(all, { minLength: all.length })
          }),
        ),
      ),
      moment,
      (promised, [messages, shuffled], now) => {
        const rules = prepare(promised)
        const at = new Date(now)
        expect(readClock(rules, { messages: shuffled, subject }, at)).toEqual(
          readClock(rules, { messages, subject }, at),
        )
      },
    ),
  )
})

it('waits only for a customer whom no person answered, from the oldest such message', () => {
  fc.assert(
    fc.property(promise, conversation, moment, (promised, messages, now) => {
      const clock = readClock(prepare(promised), { messages, subject }, new Date(now))
      const times = (author: string) =>
        messages
          .filter((said) => said.author === author && (author === 'member' || !said.deletedAt))
          .map(({ sentAt }) => sentAt.getTime())
      const answeredUntil = Math.max(Number.NEGATIVE_INFINITY, ...times('member'))
      const open = times('customer').filter((at) => at > answeredUntil)
      expect(clock.waitingSince?.getTime() ?? null).toBe(open.length > 0 ? Math.min(...open) : null)
      // Every customer message that was answered lies in one answered span, and no two spans meet.
      for (const at of times('customer').filter((at) => at <= answeredUntil)) {
        const spans = clock.answered.filter(
          ({ since, answeredAt }) => since.getTime() <= at && at <= answeredAt.getTime(),
        )
        expect(spans).toHaveLength(1)
      }
    }),
    { numRuns: 300 },
  )
})

it('is not changed by a further message of a customer who waits', () => {
  fc.assert(
    fc.property(promise, conversation, moment, minutesAfter, (promised, messages, now, later) => {
      const rules = prepare(promised)
      const before = readClock(rules, { messages, subject }, new Date(now))
      fc.pre(before.waitingSince !== null)
      const sentAt = new Date((before.waitingSince?.getTime() ?? 0) + later * minute)
      const more: ClockMessage[] = [...messages, { author: 'customer', sentAt, deletedAt: null }]
      expect(readClock(rules, { messages: more, subject }, new Date(now))).toEqual(before)
    }),
  )
})

it('stands still only outside the hours of a promise that counts them', () => {
  fc.assert(
    fc.property(promise, moment, minutesAfter, (promised, at, later) => {
      const messages: ClockMessage[] = [
        { author: 'customer', sentAt: new Date(at), deletedAt: null },
      ]
      const now = at + later * minute
      const clock = readClock(prepare(promised), { messages, subject }, new Date(now))
      const counts = promised.target.unit !== 'calendar-minutes' && !promised.ignoresOfficeHours
      const hours = createOpenHours(promised.calendar)
      expect(clock.paused).toBe(counts && !hours.isOpen(now))
      if (clock.resumesAt) {
        expect(hours.between(now, clock.resumesAt.getTime())).toBe(0)
        expect(hours.isOpen(clock.resumesAt.getTime())).toBe(true)
      }
    }),
  )
})
