import type { InboxView } from '../../lib/inbox-search.ts'
import type { ConversationSummaryView } from '../../lib/queries/conversations.ts'

type Row = Pick<ConversationSummaryView, 'state' | 'assignee' | 'snoozedUntil'>

/** Whether a row still belongs to the view that listed it: one that was just finished, handed over or put aside leaves at once. */
export function belongs(row: Row, view: InboxView, me: string): boolean {
  const listed = row.state !== 'done' && row.snoozedUntil === null
  switch (view) {
    case 'done':
      return row.state === 'done'
    case 'snoozed':
      return row.state !== 'done' && row.snoozedUntil !== null
    case 'mine':
      return listed && row.assignee?.id === me
    case 'unassigned':
      return listed && row.assignee === null
    case 'all':
      return listed
  }
}

/**
 * The id one step from `selected` in the list. At the ends it stays there (undefined); when nothing of the
 * list is selected it is the first row.
 */
export function neighbour(
  rows: readonly { id: string }[],
  selected: string | undefined,
  by: 1 | -1,
): string | undefined {
  const at = rows.findIndex((row) => row.id === selected)
  return at < 0 ? rows[0]?.id : rows[at + by]?.id
}
