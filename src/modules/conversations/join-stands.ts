import type { ConversationState } from '../../../contract/conversations.ts'
import type { Stand } from './moves-store.ts'

/** From what asks nothing of anybody to what asks most. */
const rank = ['done', 'waiting-customer', 'new', 'open', 'waiting-colleague'] as const

/**
 * How the conversation that stays stands after others were merged into it: it keeps its holder, department
 * and severity and takes theirs where it has none; its state is that which asks most; it is put aside only
 * if all were, until the first of them would have come back.
 */
export function joinStands(kept: Stand, others: readonly Stand[]): Stand {
  const all = [kept, ...others]
  const first = <Value>(read: (stand: Stand) => Value | null) =>
    all.map(read).find((value) => value !== null) ?? null
  const aside = all.every(({ snoozed_until }) => snoozed_until !== null)
    ? all.toSorted(
        (a, b) => Date.parse(a.snoozed_until ?? '') - Date.parse(b.snoozed_until ?? ''),
      )[0]
    : undefined
  return {
    ...kept,
    unanswered_since: earliest(all.map((stand) => stand.unanswered_since)),
    // So that nothing counts as said since.
    last_message_at: latest(all.map((stand) => stand.last_message_at)),
    state: all.map(({ state }) => state).reduce(asksMore),
    assignee_id: first((stand) => stand.assignee_id),
    department_id: first((stand) => stand.department_id),
    severity: first((stand) => stand.severity),
    routed: first((stand) => stand.routed),
    snoozed_until: aside?.snoozed_until ?? null,
    snoozed_at: aside?.snoozed_at ?? null,
  }
}

function earliest(times: readonly (string | null)[]): string | null {
  return (
    times.flatMap((time) => time ?? []).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
  )
}

function latest(times: readonly string[]): string {
  return times.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a))
}

function asksMore(a: ConversationState, b: ConversationState): ConversationState {
  return rank.indexOf(b) > rank.indexOf(a) ? b : a
}
