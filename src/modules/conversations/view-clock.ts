import type { ClockView } from '../../../contract/clock.ts'
import type { Message } from '../../../contract/conversations.ts'
import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Limits } from '../../../contract/limits.ts'
import type { Tx } from '../../platform/db.ts'
import { type ClockMessage, type ClockRules, readClock } from '../reply-clock/index.ts'
import { type SummaryRow, subjectOf } from './view.ts'

type Read = {
  row: SummaryRow
  limits: Limits
  messages: readonly ClockMessage[]
}

/** Both clocks of a conversation: what was promised, how long the customer waits, and waits that are over. */
export function viewClock(
  rules: ClockRules,
  { row, limits, messages }: Read,
  now: Date,
): ClockView {
  const clock = readClock(rules, { messages, subject: subjectOf(row) }, now)
  const { terms } = clock
  const { target: rule } = terms.saidBy
  const named = rules.named.get(terms.calendarId)
  if (!named) throw new Error(`calendar ${terms.calendarId} is missing`)
  return {
    at: now.toISOString(),
    target: clock.target,
    rule: rule === null ? null : (rules.conditions[rule] ?? null),
    ignoresOfficeHours: terms.ignoresOfficeHours,
    calendar: { id: terms.calendarId, name: named.name, timeZone: named.timeZone },
    isOpen: clock.isOpen,
    waitingSince: clock.waitingSince?.toISOString() ?? null,
    due: clock.due?.toISOString() ?? null,
    noDue: clock.noDue,
    breached: clock.breached,
    paused: clock.paused,
    resumesAt: clock.resumesAt?.toISOString() ?? null,
    elapsed: clock.elapsed,
    answered: clock.answered.map((wait) => ({
      since: wait.since.toISOString(),
      answeredAt: wait.answeredAt.toISOString(),
      due: wait.due?.toISOString() ?? null,
      breached: wait.breached,
      elapsed: wait.elapsed,
    })),
    networkWindow: networkWindow(limits, row.visibility, messages),
  }
}

/** Networks count it from the customer's newest message, whether or not it still stands. */
function networkWindow(
  { replyWindow }: Limits,
  visibility: 'public' | 'private',
  messages: readonly ClockMessage[],
): ClockView['networkWindow'] {
  if (!replyWindow || (replyWindow.visibility !== 'both' && replyWindow.visibility !== visibility))
    return null
  const spoken = messages.flatMap(({ author, sentAt }) =>
    author === 'customer' ? [sentAt.getTime()] : [],
  )
  const newest = spoken.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!Number.isFinite(newest)) return null
  const closesAt = new Date(newest + replyWindow.minutes * 60_000).toISOString()
  return { closesAt, minutes: replyWindow.minutes }
}

/** What the clock sees of all messages: those that the page shows, or, where it does not show all, all. */
export async function clockMessages(
  tx: Tx,
  place: { workspaceId: WorkspaceId; conversationId: string },
  { shown, all }: { shown: readonly Message[]; all: boolean },
): Promise<ClockMessage[]> {
  if (all)
    return shown.map(({ author, sentAt, deletedAt, waitsFrom }) => ({
      author,
      sentAt: new Date(sentAt),
      deletedAt: deletedAt === null ? null : new Date(deletedAt),
      waitsFrom: waitsFrom === null ? null : new Date(waitsFrom),
    }))
  const rows = await tx
    .selectFrom('messages')
    .select(['author', 'sent_at', 'deleted_at', 'waits_from'])
    .where('workspace_id', '=', place.workspaceId)
    .where('conversation_id', '=', place.conversationId)
    .execute()
  return rows.map((row) => ({
    author: row.author,
    sentAt: row.sent_at,
    deletedAt: row.deleted_at,
    waitsFrom: row.waits_from,
  }))
}
