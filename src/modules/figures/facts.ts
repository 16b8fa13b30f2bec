import {
  FigureDay,
  type FigureGrouping,
  type OutcomeFilter,
  type WaitFilter,
  type WaitOutcome,
} from '../../../contract/figures.ts'
import type { ChannelId, ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { badField, unreachable } from '../../platform/errors.ts'
import { type ClockRules, DAY, officeHoursFor, type Zone } from '../reply-clock/index.ts'
import { type AskedFilter, readWaits, type Span, type WaitRow } from './store.ts'

/** One wait with all that figures ask of it. Times in ms; `hour` of the week in the default zone, 0: Monday 0:00. */
export type Fact = {
  conversationId: ConversationId
  channelId: ChannelId
  /** Where the conversation is now. */
  department: string
  language: string
  kind: 'public' | 'private'
  severity: string
  /** Who answered; who holds the conversation while nobody did: unanswered waits count for somebody. */
  member: string
  since: number
  answeredAt: number | null
  end: WaitOutcome
  calendar: number
  business: number
  hour: number
  /** They wrote while closed, and nobody answered before the next opening. */
  gap: boolean
}

export type Setting = { rules: ClockRules; zone: Zone; now: Date }

/** More than this is refused: each is kept in memory while it is counted, some 200 bytes. */
const mostFacts = 500_000

/**
 * The waits that began in the period, in batches, followed up to now.
 * @throws AppError `bad-input` when there are more than can be counted at once
 */
export async function* readFacts(
  tx: Tx,
  workspaceId: WorkspaceId,
  { span, filter, setting }: { span: Span; filter: AskedFilter; setting: Setting },
): AsyncGenerator<Fact[]> {
  let count = 0
  for await (const waits of readWaits(tx, workspaceId, { span, filter })) {
    count += waits.length
    if (count > mostFacts) throw badField('from', 'That is too much at once. Choose fewer days.')
    yield waits.map((wait) => factOf(wait, setting))
  }
}

function factOf(wait: WaitRow, { rules, zone, now }: Setting): Fact {
  const { since, answered_at: answeredAt } = wait
  const office = officeHoursFor(rules, {
    channelId: wait.channel_id,
    personId: wait.person_id,
    language: wait.language,
    severity: wait.severity,
  })
  // A network's clock may be ahead of ours.
  const until = answeredAt ?? Math.max(since, now.getTime())
  const opening = office.nextOpening(since)
  return {
    conversationId: wait.id,
    channelId: wait.channel_id,
    department: wait.department_id ?? 'nobody',
    language: wait.language ?? 'unknown',
    kind: wait.visibility,
    severity: wait.severity ?? 'usual',
    member: answeredAt === null ? (wait.assignee_id ?? 'nobody') : (wait.answered_by ?? 'unknown'),
    since,
    answeredAt,
    end: answeredAt !== null ? 'answered' : wait.closed ? 'closed' : 'waiting',
    calendar: until - since,
    business: office.between(since, until),
    hour: hourOfWeek(zone.wallAt(since)),
    gap: opening !== since && (opening === null || answeredAt === null || answeredAt >= opening),
  }
}

/** By the clock on the wall, so that summer time moves nothing. 1970-01-01 was a Thursday. */
function hourOfWeek(wall: number): number {
  return Math.floor((((wall + 3 * DAY) % (7 * DAY)) + 7 * DAY) / 3_600_000) % 168
}

/** The group of a wait; null: there are no groups. */
export function keyOf(fact: Fact, by: FigureGrouping): string | null {
  const day = FigureDay.options[Math.floor(fact.hour / 24)] ?? 'mon'
  switch (by) {
    case 'none':
      return null
    case 'channel':
      return fact.channelId
    case 'department':
      return fact.department
    case 'member':
      return fact.member
    case 'language':
      return fact.language
    case 'kind':
      return fact.kind
    case 'severity':
      return fact.severity
    case 'weekday':
      return day
    case 'hour':
      return `${day}-${String(fact.hour % 24).padStart(2, '0')}`
    default:
      return unreachable(by)
  }
}

/** Whether a wait is among those asked for. */
export function matches(fact: Fact, by: FigureGrouping, filter: WaitFilter): boolean {
  const hour = fact.hour % 24
  return (
    (filter.key === undefined || keyOf(fact, by) === filter.key) &&
    (filter.outcome === undefined || endsAs(fact, filter.outcome)) &&
    (filter.gap === undefined || fact.gap) &&
    (filter.day === undefined || FigureDay.options[Math.floor(fact.hour / 24)] === filter.day) &&
    (filter.fromHour === undefined || hour >= filter.fromHour) &&
    (filter.toHour === undefined || hour < filter.toHour)
  )
}

function endsAs({ end }: Fact, outcome: OutcomeFilter): boolean {
  return outcome === 'unanswered' ? end !== 'answered' : end === outcome
}
