import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import type { MoveRow } from '../../../../contract/figures.ts'
import type { FiguresSearch } from '../../lib/figures-search.ts'
import { useReasonWords } from '../../lib/reason-words.ts'
import { ClockTime } from '../../ui/time.tsx'
import { movesQuery } from './queries.ts'
import { RowsWindow } from './rows-window.tsx'

/** The moves to private behind a number, each a way into its conversations. */
export function MovesDialog({ search }: { search: FiguresSearch }) {
  const { t } = useLingui()
  const reasons = useReasonWords()
  const parts = [t`Moved to private`]
  if (search.reason) parts.push(reasons[search.reason])
  if (search.went) parts.push(t`went on there`)
  return (
    <RowsWindow
      title={parts.join(', ')}
      icon={Lock}
      of="moves"
      search={search}
      rows={useInfiniteQuery(movesQuery(search))}
      line={(row) => (
        <li key={row.deliveryId} className="border-b border-line py-2 text-sm">
          <MoveLine row={row} />
        </li>
      )}
    />
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
