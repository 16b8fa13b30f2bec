import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Download, Lock } from 'lucide-react'
import type { MoveRow } from '../../../../contract/figures.ts'
import { type FiguresSearch, periodOf } from '../../lib/figures-search.ts'
import { useReasonWords } from '../../lib/reason-words.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { csvAddress, movesQuery } from './queries.ts'

/** The moves to private behind a number, each a way into its conversations. */
export function MovesDialog({ search }: { search: FiguresSearch }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const reasons = useReasonWords()
  const rows = useInfiniteQuery(movesQuery(search))
  const items = rows.data?.pages.flatMap((page) => page.items) ?? []
  const parts = [t`Moved to private`]
  if (search.reason) parts.push(reasons[search.reason])
  if (search.went) parts.push(t`went on there`)
  return (
    <Dialog
      wide
      title={parts.join(', ')}
      onClose={() =>
        void navigate({ to: '/figures', search: periodOf(search), resetScroll: false })
      }
      footer={
        <a href={csvAddress(search, 'moves')} download="parley-moves.csv" className={buttonLook()}>
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
        <EmptyState icon={Lock} title={t`Nobody is behind this number`} />
      )}
      <ul className="flex flex-col">
        {items.map((row) => (
          <li key={row.deliveryId} className="border-b border-line py-2 text-sm">
            <MoveLine row={row} />
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

function MoveLine({ row }: { row: MoveRow }) {
  const { t } = useLingui()
  const reasons = useReasonWords()
  const { customer, byName, words, reason, privateId } = row
  const look =
    'inline-flex min-h-6 items-center font-medium text-accent-text underline underline-offset-2'
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-3">
      <span className="font-medium">{customer}</span>
      <span className="text-xs text-text-3">
        <ClockTime at={row.at} />
      </span>
      <span className="w-full break-words text-text-2">
        {t`${words || reasons[reason]}; by ${byName}`}
      </span>
      <span className="flex w-full flex-wrap items-center gap-x-4 text-xs">
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: row.conversationId }}
          aria-label={t`Open the public one with ${customer}`}
          className={look}
        >
          <Trans>Open the public one</Trans>
        </Link>
        {privateId ? (
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: privateId }}
            aria-label={t`Open the private one with ${customer}`}
            className={look}
          >
            <Trans>Open the private one</Trans>
          </Link>
        ) : (
          <span className="text-text-3">
            <Trans>They have not written there yet.</Trans>
          </span>
        )}
      </span>
    </div>
  )
}
