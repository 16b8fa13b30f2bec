import { Calendar, ClockPolicy, type Target } from '../contract/clock.ts'
import { ChannelId } from '../contract/ids.ts'
import {
  type ClockMessage,
  type ClockRules,
  dueFor,
  prepareClock,
  readClock,
} from '../src/modules/reply-clock/index.ts'
import { type Arm, chance, compare, median, refuseNoisy, report, timeArms } from './harness.ts'

const size = 1000
const batches = 20
const rounds = 12
/** Milliseconds for 1,000 conversations. */
const goal = 50

const subject = {
  channelId: ChannelId.parse('0190b2a0-0000-7000-8000-000000000002'),
  language: 'ro',
  severity: 'high',
  personId: null,
}

type Conversation = { since: Date; messages: ClockMessage[] }

/**
 * When replies are due, for 1,000 conversations of a year, against adding four hours to a date (`add`), which
 * knows no calendar. `due` is what a list needs, `read` the whole clock of a conversation of ten messages.
 * @returns whether 1,000 conversations took less than 50 ms
 */
export async function replyClock(): Promise<boolean> {
  const random = chance(11)
  const conversations = Array.from({ length: batches }, () =>
    Array.from({ length: size }, () => makeUp(random)),
  )
  const work = Array.from({ length: rounds }, () => conversations)
  let met = true
  for (const target of targets) {
    const cold = performance.now()
    const rules = makeRules(target)
    for (const { since } of conversations[0] ?? []) dueFor(rules, subject, since)
    report({
      workload: 'reply-clock',
      metric: `${target.unit}: first 1,000, ms`,
      value: performance.now() - cold,
      goal,
    })
    const timing = refuseNoisy(await timeArms(armsOf(rules), work), ['add'])
    for (const ours of ['due', 'read']) {
      const units = size * batches
      report(
        compare(timing, {
          workload: 'reply-clock',
          metric: `${target.unit}: ${ours}/s against add`,
          ours,
          floor: 'add',
          size,
          units,
        }),
      )
      const value = median(timing.rounds.map((round) => round.get(ours) ?? Number.NaN)) / batches
      report({
        workload: 'reply-clock',
        metric: `${target.unit}: ${ours} of 1,000, ms`,
        value,
        goal,
      })
      met = met && value < goal
    }
  }
  if (!Number.isFinite(sink)) throw new Error('a due time was not a number')
  return met
}

const targets: Target[] = [
  { unit: 'calendar-minutes', minutes: 240 },
  { unit: 'business-minutes', minutes: 240 },
  { unit: 'business-days', days: 2 },
]

/** Keeps the results alive, so that no arm is left out by the compiler. */
let sink = 0

function armsOf(rules: ClockRules): Arm<Conversation[]>[] {
  const now = new Date('2027-01-01T00:00:00Z')
  return [
    {
      name: 'add',
      async run(batch) {
        for (const { since } of batch) sink += new Date(since.getTime() + 14_400_000).getTime() & 1
      },
    },
    {
      name: 'due',
      async run(batch) {
        for (const { since } of batch) sink += (dueFor(rules, subject, since)?.getTime() ?? 0) & 1
      },
    },
    {
      name: 'read',
      async run(batch) {
        for (const { messages } of batch)
          sink += (readClock(rules, { messages, subject }, now).due?.getTime() ?? 0) & 1
      },
    },
  ]
}

/** Office hours with breaks, thirty holidays, and twenty rules of which the last three speak. */
function makeRules(target: Target): ClockRules {
  const day = [
    ['09:00', '12:30'],
    ['13:00', '17:00'],
  ]
  const calendar = Calendar.parse({
    id: '0190b2a0-0000-7000-8000-000000000001',
    name: 'Office',
    timeZone: 'Europe/Bucharest',
    hours: { mon: day, tue: day, wed: day, thu: day, fri: day },
    holidays: Array.from({ length: 30 }, (_, index) => {
      const date = new Date(Date.UTC(2026, 0, 1 + index * 12)).toISOString().slice(0, 10)
      return { name: 'Holiday', from: date, until: date }
    }),
  })
  const others = Array.from({ length: 17 }, (_, index) => ({
    when: { severity: `other ${index}` },
    target: { unit: 'calendar-minutes', minutes: index + 1 },
  }))
  const policy = ClockPolicy.parse({
    rules: [
      ...others,
      { when: { language: 'ro' }, target },
      { when: { severity: 'high' }, ignoresOfficeHours: false },
      { when: { channelId: subject.channelId }, calendarId: calendar.id },
    ],
    fallback: { calendarId: calendar.id },
  })
  return prepareClock(policy, [calendar])
}

function makeUp(random: () => number): Conversation {
  const start = Date.UTC(2026, 0, 1) + Math.floor(random() * 360 * 86_400_000)
  const messages = Array.from(
    { length: 10 },
    (_, index): ClockMessage => ({
      author: index % 4 === 1 ? 'member' : 'customer',
      sentAt: new Date(start + index * 3_600_000),
      deletedAt: null,
    }),
  )
  return { since: new Date(start), messages }
}
