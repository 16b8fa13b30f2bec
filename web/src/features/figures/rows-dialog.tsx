import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Download, MessagesSquare } from 'lucide-react'
import type { FigureRow, Figures } from '../../../../contract/figures.ts'
import { useSpanWords } from '../../lib/clock-words.ts'
import { type FiguresSearch, periodOf } from '../../lib/figures-search.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { csvAddress, rowsQuery } from './queries.ts'
import { useGroupName, useHourWords, useOutcomeWords } from './words.ts'

/** The waits behind a number, each a way into its conversation. */
export function RowsDialog({
  search,
  figures,
}: {
  search: FiguresSearch
  figures: Figures | undefined
}) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const rows = useInfiniteQuery(rowsQuery(search))
  const items = rows.data?.pages.flatMap((page) => page.items) ?? []
  const part = usePartWords(search, figures)
  return (
    <Dialog
      wide
      title={part === '' ? t`Everybody who wrote` : part}
      onClose={() =>
        void navigate({ to: '/figures', search: periodOf(search), resetScroll: false })
      }
      footer={
        <a href={csvAddress(search, 'waits')} download="parley-waits.csv" className={buttonLook()}>
          <Download size={14} aria-hidden />
          <Trans>Download these rows</Trans>
        </a>
      }
    >
      {rows.isPending && <SkeletonRows count={4} label={t`Reading the rows`} />}
      {rows.isError && items.length === 0 && (
        <LoadProblem error={rows.error} onRetry={() => void rows.refetch()} />
      )}
      {rows.isSuccess && items.length === 0 && (
        <EmptyState icon={MessagesSquare} title={t`Nobody is behind this number`} />
      )}
      <ul className="flex flex-col">
        {items.map((row) => (
          <li key={`${row.conversationId} ${row.since}`}>
            <RowLine row={row} />
          </li>
        ))}
      </ul>
      {rows.hasNextPage && (
        <Button
          className="mt-3"
          busy={rows.isFetchingNextPage}
          onClick={() => void rows.fetchNextPage()}
        >
          <Trans>Earlier ones</Trans>
        </Button>
      )}
    </Dialog>
  )
}

function RowLine({ row }: { row: FigureRow }) {
  const { t } = useLingui()
  const span = useSpanWords()
  const outcomes = useOutcomeWords()
  const open = span(row.elapsed.business)
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: row.conversationId }}
      search={row.outcome === 'closed' ? { view: 'done' } : {}}
      className="flex flex-wrap items-baseline justify-between gap-x-3 border-b border-line py-2 text-sm hover:bg-hover"
    >
      <span className="font-medium">{row.customer}</span>
      <span className="text-xs text-text-3">
        <ClockTime at={row.since} />
      </span>
      <span className="flex w-full flex-wrap justify-between gap-x-3 text-text-2">
        <span>{outcomes[row.outcome]}</span>
        <span className="tnum">
          {span(row.elapsed.calendar)}
          <span className="text-text-3"> ({t`${open} of opening hours`})</span>
        </span>
      </span>
    </Link>
  )
}

/** Which waits these are, in words. */
function usePartWords(search: FiguresSearch, figures: Figures | undefined): string {
  const { t } = useLingui()
  const nameOf = useGroupName()
  const hourWords = useHourWords()
  const outcomes = useOutcomeWords()
  const parts: string[] = []
  if (search.key !== undefined) {
    const group = figures?.groups.find(({ key }) => key === search.key)
    const by = search.by ?? 'none'
    parts.push(nameOf(by, group ?? { key: search.key, label: null }))
  }
  if (search.outcome !== undefined) parts.push(outcomes[search.outcome])
  if (search.gap) parts.push(t`Wrote while you were closed`)
  if (search.day !== undefined && search.fromHour !== undefined && search.toHour !== undefined) {
    const from = hourWords(search.day, search.fromHour)
    const to = `${String(search.toHour).padStart(2, '0')}:00`
    parts.push(t`${from} to ${to}`)
  }
  return parts.join(', ')
}
