import {
  FigureDay,
  type FigureGrouping,
  type OutcomeFilter,
  type WaitFilter,
  type WaitOutcome,
} from '../../../contract/figures-query.ts'
import type { ChannelId, ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import type { MessageKind } from '../../../contract/understanding.ts'
import type { Tx } from '../../platform/db.ts'
import { badField, unreachable } from '../../platform/errors.ts'
import { type ClockRules, DAY, officeHoursFor, type Zone } from '../reply-clock/index.ts'
import { type AskedFilter, type AskedRow, readWaits, type Span } from './store.ts'

/** One wait with all that figures ask of it. Times in ms; `hour` of the week in the default zone, 0: Monday 0:00. */
export type Fact = {
  conversationId: ConversationId
  channelId: ChannelId
  /** Where the conversation is now. */
  department: string
  language: string
  visibility: 'public' | 'private'
  /** Of what they said while they waited: the gravest. */
  kind: MessageKind
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
  const { now } = setting
  for await (const asked of readWaits(tx, workspaceId, { span, filter, now })) {
    const facts = asked.flatMap((one) => factsOf(one, setting))
    count += facts.length
    if (count > mostFacts) throw badField('from', 'That is too much at once. Choose fewer days.')
    yield facts
  }
}

function factsOf(asked: AskedRow, { rules, zone, now }: Setting): Fact[] {
  const office = officeHoursFor(rules, {
    channelId: asked.channel_id,
    personId: asked.person_id,
    language: asked.language,
    severity: asked.severity,
  })
  return asked.waits.map(([since, answeredAt, answeredBy, kind]) => {
    // A network's clock may be ahead of ours.
    const until = answeredAt ?? Math.max(since, now.getTime())
    const opening = office.nextOpening(since)
    return {
      conversationId: asked.id,
      channelId: asked.channel_id,
      department: asked.department_id ?? 'nobody',
      language: asked.language ?? 'unknown',
      visibility: asked.visibility,
      kind,
      severity: asked.severity ?? 'usual',
      member: answeredAt === null ? (asked.assignee_id ?? 'nobody') : (answeredBy ?? 'unknown'),
      since,
      answeredAt,
      end: answeredAt !== null ? 'answered' : asked.closed ? 'closed' : 'waiting',
      calendar: until - since,
      business: office.between(since, until),
      hour: hourOfWeek(zone.wallAt(since)),
      gap: opening !== since && (opening === null || answeredAt === null || answeredAt >= opening),
    }
  })
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
    case 'visibility':
      return fact.visibility
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
