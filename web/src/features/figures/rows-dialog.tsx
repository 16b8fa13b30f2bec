import { useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MessagesSquare } from 'lucide-react'
import type { FigureRow, Figures } from '../../../../contract/figures.ts'
import { useSpanWords } from '../../lib/clock-words.ts'
import type { FiguresSearch } from '../../lib/figures-search.ts'
import { ClockTime } from '../../ui/time.tsx'
import { rowsQuery } from './queries.ts'
import { RowsWindow } from './rows-window.tsx'
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
  const part = usePartWords(search, figures)
  return (
    <RowsWindow
      title={part === '' ? t`Everybody who wrote` : part}
      icon={MessagesSquare}
      of="waits"
      search={search}
      rows={useInfiniteQuery(rowsQuery(search))}
      line={(row) => (
        <li key={`${row.conversationId} ${row.since}`}>
          <RowLine row={row} />
        </li>
      )}
    />
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
