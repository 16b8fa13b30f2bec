import type { InboxView } from '../../lib/inbox-search.ts'
import type { ConversationSummaryView } from '../../lib/queries/conversations.ts'

type Row = Pick<ConversationSummaryView, 'state' | 'assignee'>

/** Whether a row still belongs to the view that listed it: one that was just finished or handed over leaves at once. */
export function belongs(row: Row, view: InboxView, me: string): boolean {
  switch (view) {
    case 'done':
      return row.state === 'done'
    case 'mine':
      return row.state !== 'done' && row.assignee?.id === me
    case 'unassigned':
      return row.state !== 'done' && row.assignee === null
    case 'all':
      return row.state !== 'done'
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
