import type {
  Calendar,
  CalendarId,
  ClockCondition,
  ClockPolicy,
  Elapsed,
  NoDue,
  Target,
} from '../../../contract/clock.ts'
import type { Message } from '../../../contract/conversations.ts'
import { badField, unreachable } from '../../platform/errors.ts'
import { createAlwaysOpen, createOpenHours, type OpenHours } from './calendar.ts'
import {
  type ClockSubject,
  chooseTerms,
  type RankedPolicy,
  rankPolicy,
  type Terms,
} from './policy.ts'

/** What the clock sees of a message. Only times and who spoke. */
export type ClockMessage = Pick<Message, 'author'> & {
  sentAt: Date
  deletedAt: Date | null
  /** Of a customer's message that was unanswered when its conversation was merged: only a reply after this answers it. */
  waitsFrom?: Date | null
}

/** A wait that a person's reply ended. Measured by the terms as they are now, not as they were then. */
export type AnsweredSpan = {
  since: Date
  answeredAt: Date
  due: Date | null
  breached: boolean
  elapsed: Elapsed
}

export type ReplyClock = {
  target: Target
  terms: Terms
  /** The calendar is open at `now`, whether or not its hours count here. */
  isOpen: boolean
  /** The oldest unanswered customer message. */
  waitingSince: Date | null
  due: Date | null
  noDue: NoDue | null
  /** `now` is later than due. */
  breached: boolean
  /** Somebody waits, but office hours hold the clock still. */
  paused: boolean
  /** When a paused clock runs on; null when it runs, or never will. */
  resumesAt: Date | null
  /** Since `waitingSince`; 0 when nobody waits. */
  elapsed: Elapsed
  /** Oldest first. */
  answered: AnsweredSpan[]
}

/** A policy and its calendars, ready to be asked. Make it once for many conversations: it remembers what it worked out. */
export type ClockRules = {
  policy: RankedPolicy
  calendars: ReadonlyMap<CalendarId, { hours: OpenHours; always: OpenHours }>
  /** What people call them. */
  named: ReadonlyMap<CalendarId, Pick<Calendar, 'name' | 'timeZone'>>
  /** The conditions of each rule, by its index in the policy. */
  conditions: readonly ClockCondition[]
}

/** @throws bad-input when the policy names a calendar that is not given */
export function prepareClock(policy: ClockPolicy, calendars: readonly Calendar[]): ClockRules {
  const ready = new Map(
    calendars.map((calendar) => [
      calendar.id,
      { hours: createOpenHours(calendar), always: createAlwaysOpen(calendar.timeZone) },
    ]),
  )
  for (const [index, { calendarId }] of [...policy.rules, policy.fallback].entries()) {
    if (calendarId === undefined || ready.has(calendarId)) continue
    const field =
      index < policy.rules.length
        ? `policy.rules.${index}.calendarId`
        : 'policy.fallback.calendarId'
    throw badField(field, 'There is no such calendar.')
  }
  return {
    policy: rankPolicy(policy),
    calendars: ready,
    named: new Map(calendars.map((one) => [one.id, one])),
    conditions: policy.rules.map(({ when }) => when),
  }
}

/** Office hours do not count for it, and it is its severity that says so. */
export function severityIgnoresHours(rules: ClockRules, subject: ClockSubject): boolean {
  const { ignoresOfficeHours, saidBy } = chooseTerms(rules.policy, subject)
  const rule = saidBy.ignoresOfficeHours
  return ignoresOfficeHours && rule !== null && rules.conditions[rule]?.severity !== undefined
}

/**
 * Where a conversation's reply clock stands at `now`. The clock starts at the oldest customer message that
 * still stands and is not answered; a further one never starts it again; only a person of the business
 * stops it, and keeps it stopped even when the reply was deleted later. Order and repetition of `messages`
 * do not matter. A message that seems to come from the future (a network's clock) counts, with 0 elapsed.
 */
export function readClock(
  rules: ClockRules,
  { messages, subject }: { messages: readonly ClockMessage[]; subject: ClockSubject },
  now: Date,
): ReplyClock {
  const terms = chooseTerms(rules.policy, subject)
  const hours = hoursOf(rules, terms)
  const { answered, since } = findWaits(messages)
  const spans = answered.map((wait) => measureAnswered(terms, hours, wait))
  const isOpen = hours.office.isOpen(now.getTime())
  const common = { target: terms.target, terms, isOpen, answered: spans }
  if (since === null) {
    return {
      ...common,
      waitingSince: null,
      due: null,
      noDue: 'nothing-waits',
      breached: false,
      paused: false,
      resumesAt: null,
      elapsed: { calendar: 0, business: 0 },
    }
  }
  const at = Math.max(since, now.getTime())
  const due = dueAfter(terms, hours, since)
  return {
    ...common,
    waitingSince: new Date(since),
    due: dateOrNull(due),
    noDue: due === null ? whyNoDue(hours, since) : null,
    breached: due !== null && now.getTime() > due,
    ...pauseAt(terms, hours, at),
    elapsed: measure(hours, since, at),
  }
}

/** When a reply to a message of `since` is due; null when the calendar has no hours for it within 400 days. */
export function dueFor(rules: ClockRules, subject: ClockSubject, since: Date): Date | null {
  const terms = chooseTerms(rules.policy, subject)
  return dateOrNull(dueAfter(terms, hoursOf(rules, terms), since.getTime()))
}

/** Whether the clock of somebody who waits stands still at `now`, and until when; for the rows of lists. */
export function pauseFor(
  rules: ClockRules,
  subject: ClockSubject,
  now: Date,
): Pick<ReplyClock, 'paused' | 'resumesAt'> {
  const terms = chooseTerms(rules.policy, subject)
  return pauseAt(terms, hoursOf(rules, terms), now.getTime())
}

/** The office hours that count for a conversation, whatever its target says of them. */
export function officeHoursFor(rules: ClockRules, subject: ClockSubject): OpenHours {
  return hoursOf(rules, chooseTerms(rules.policy, subject)).office
}

/** `office`: the calendar's own; `counted`: those the target counts, round the clock when office hours are ignored. */
type Hours = { office: OpenHours; counted: OpenHours }

function hoursOf({ calendars }: ClockRules, terms: Terms): Hours {
  const calendar = calendars.get(terms.calendarId)
  if (!calendar) throw badField('calendarId', 'There is no such calendar.')
  const { hours, always } = calendar
  return { office: hours, counted: terms.ignoresOfficeHours ? always : hours }
}

type Wait = { since: number; answeredAt: number }

function findWaits(messages: readonly ClockMessage[]): { answered: Wait[]; since: number | null } {
  const turns = messages
    .filter(({ author, deletedAt }) => author === 'member' || (author === 'customer' && !deletedAt))
    .map(({ author, sentAt, waitsFrom }) => ({
      reply: author === 'member',
      at: sentAt.getTime(),
      from: Math.max(sentAt.getTime(), waitsFrom?.getTime() ?? 0),
    }))
    // At the same instant the reply counts as the answer.
    .sort((a, b) => a.from - b.from || Number(a.reply) - Number(b.reply))
  const answered: Wait[] = []
  let since: number | null = null
  for (const { reply, at } of turns) {
    if (!reply) since = Math.min(since ?? at, at)
    else if (since !== null) {
      answered.push({ since, answeredAt: at })
      since = null
    }
  }
  return { answered, since }
}

function measureAnswered(terms: Terms, hours: Hours, { since, answeredAt }: Wait): AnsweredSpan {
  const due = dueAfter(terms, hours, since)
  return {
    since: new Date(since),
    answeredAt: new Date(answeredAt),
    due: dateOrNull(due),
    breached: due !== null && answeredAt > due,
    elapsed: measure(hours, since, answeredAt),
  }
}

function measure({ office }: Hours, from: number, to: number): Elapsed {
  return { calendar: to - from, business: office.between(from, to) }
}

function dueAfter({ target }: Terms, { counted }: Hours, since: number): number | null {
  switch (target.unit) {
    case 'calendar-minutes':
      return since + target.minutes * minute
    case 'business-minutes':
      return counted.afterOpen(since, target.minutes * minute)
    case 'business-days':
      return counted.afterDays(since, target.days)
    default:
      return unreachable(target)
  }
}

function pauseAt(
  terms: Terms,
  { counted }: Hours,
  at: number,
): Pick<ReplyClock, 'paused' | 'resumesAt'> {
  const resumesAt = holdsStill(terms) ? counted.nextOpening(at) : at
  const paused = resumesAt !== at
  return { paused, resumesAt: paused ? dateOrNull(resumesAt) : null }
}

/** Whether the clock stands still outside hours. */
function holdsStill({ target, ignoresOfficeHours }: Terms): boolean {
  return target.unit !== 'calendar-minutes' && !ignoresOfficeHours
}

function whyNoDue({ counted }: Hours, since: number): NoDue {
  return counted.nextOpening(since) === null ? 'never-open' : 'too-far'
}

function dateOrNull(at: number | null): Date | null {
  return at === null ? null : new Date(at)
}

const minute = 60_000
