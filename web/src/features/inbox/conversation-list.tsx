import { Trans, useLingui } from '@lingui/react/macro'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { CheckCheck, SearchX } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { InboxSearch } from '../../lib/inbox-search.ts'
import type { ConversationSummaryView } from '../../lib/queries/conversations.ts'
import { buttonLook } from '../../ui/button.tsx'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ConversationRow } from './conversation-row.tsx'
import type { Picking } from './use-picking.ts'

const ROW_HEIGHT = 80
const AHEAD = 15

/** The rows of the list; only those near the window are in the page, and the next ones are read ahead. */
export function ConversationList({
  list,
  items,
  search,
  selected,
  picking,
}: {
  list: UseInfiniteQueryResult
  items: readonly ConversationSummaryView[]
  search: InboxSearch
  selected: string | undefined
  picking: Picking
}) {
  const { t } = useLingui()
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    getItemKey: (index) => items[index]?.id ?? index,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= items.length - AHEAD) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, items.length])

  const at = items.findIndex((item) => item.id === selected)
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' })
  }, [at, rows])

  if (list.isPending) return <SkeletonRows count={9} label={t`Reading conversations`} />
  if (list.isError && items.length === 0)
    return <LoadProblem error={list.error} onRetry={() => void list.refetch()} />
  if (items.length === 0 && !hasNextPage) return <NothingHere search={search} />
  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-y-auto"
      aria-busy={list.isFetching || undefined}
    >
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map((row) => {
          const item = items[row.index]
          if (!item) return null
          return (
            <li
              key={row.key}
              aria-setsize={hasNextPage ? -1 : items.length}
              aria-posinset={row.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: ROW_HEIGHT, transform: `translateY(${row.start}px)` }}
            >
              <ConversationRow
                item={item}
                selected={item.id === selected}
                search={search}
                picking={picking}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function NothingHere({ search }: { search: InboxSearch }) {
  const { t } = useLingui()
  if (search.text || search.channel || search.kind || search.overdue || search.department)
    return (
      <EmptyState
        icon={SearchX}
        title={t`Nothing found`}
        action={
          <Link to="/inbox" search={{ view: search.view }} className={buttonLook()}>
            <Trans>Show the whole view</Trans>
          </Link>
        }
      >
        <Trans>No conversation in this view matches your search and filters.</Trans>
      </EmptyState>
    )
  switch (search.view) {
    case 'mine':
      return (
        <EmptyState icon={CheckCheck} title={t`Nothing waits for you`}>
          <Trans>
            Conversations you hold appear here. Take one from Nobody's, or press a in any
            conversation.
          </Trans>
        </EmptyState>
      )
    case 'unassigned':
      return (
        <EmptyState icon={CheckCheck} title={t`Everybody has somebody`}>
          <Trans>New conversations appear here until someone takes them.</Trans>
        </EmptyState>
      )
    case 'snoozed':
      return (
        <EmptyState icon={CheckCheck} title={t`Nothing is put aside`}>
          <Trans>
            Press z in a conversation to put it aside until a time. It comes back then, when the
            customer writes, or when the answer is due.
          </Trans>
        </EmptyState>
      )
    case 'done':
      return (
        <EmptyState icon={CheckCheck} title={t`Nothing is done yet`}>
          <Trans>
            Press e in a conversation when it is done. It comes back by itself when the customer
            writes again.
          </Trans>
        </EmptyState>
      )
    default:
      return (
        <EmptyState icon={CheckCheck} title={t`All customers are answered`}>
          <Trans>
            When someone writes to one of your accounts, it appears here within seconds.
          </Trans>
        </EmptyState>
      )
  }
}
