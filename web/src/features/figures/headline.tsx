import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Sample } from '../../../../contract/figures.ts'
import {
  type FiguresSearch,
  type MovesPart,
  periodOf,
  type RowsPart,
} from '../../lib/figures-search.ts'
import { useBandWords, usePercent, useQuantileWords } from './words.ts'

/** The numbers that matter, each with what it counts, each opening its rows. */
export function Headline({ sample, search }: { sample: Sample; search: FiguresSearch }) {
  const { t } = useLingui()
  const percent = usePercent()
  const words = useQuantileWords()
  const band = useBandWords()
  const spread = sample[search.clock ?? 'calendar']
  const { answered, waits, waiting, closed } = sample
  const inHours = search.clock === 'business' ? t`of opening hours` : t`of all time`
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure
        name={t`Answered`}
        value={percent(sample.shareAnswered)}
        search={search}
        part={{ outcome: 'answered' }}
      >
        <Trans>
          {answered} of {waits} who wrote
        </Trans>
      </Figure>
      {spread && (
        <>
          <Figure
            name={t`Half answered within`}
            value={words(spread.median)}
            search={search}
            part={{}}
          >
            {[inHours, band(spread.median)].filter(Boolean).join('; ')}
          </Figure>
          <Figure
            name={t`Nine of ten answered within`}
            value={words(spread.p90)}
            search={search}
            part={{}}
          >
            {[inHours, band(spread.p90)].filter(Boolean).join('; ')}
          </Figure>
        </>
      )}
      <Figure
        name={t`Not answered`}
        value={String(waiting + closed)}
        search={search}
        part={{ outcome: 'unanswered' }}
      >
        <Trans>
          <RowsLink search={search} part={{ outcome: 'waiting' }}>
            still waiting: {waiting}
          </RowsLink>
          ;{' '}
          <RowsLink search={search} part={{ outcome: 'closed' }}>
            closed: {closed}
          </RowsLink>
        </Trans>
      </Figure>
    </div>
  )
}

function Figure({
  name,
  value,
  search,
  part,
  children,
}: {
  name: string
  value: string
  search: FiguresSearch
  part: RowsPart
  children: ReactNode
}) {
  return (
    <div className="flex flex-col gap-0.5 rounded-xl border border-line bg-surface p-4 shadow-1">
      <span className="text-sm text-text-2">{name}</span>
      <RowsLink search={search} part={part} label={`${name}: ${value}`} large>
        {value}
      </RowsLink>
      <span className="text-xs text-text-3">{children}</span>
    </div>
  )
}

/** Opens the waits behind a number, or the moves to private, at an address of their own. */
export function RowsLink({
  search,
  part,
  rows = 'open',
  label,
  large = false,
  children,
}: {
  search: FiguresSearch
  part: RowsPart | MovesPart
  rows?: 'open' | 'moves'
  label?: string
  large?: boolean
  children: ReactNode
}) {
  return (
    <Link
      to="/figures"
      search={{ ...periodOf(search), ...part, rows }}
      resetScroll={false}
      aria-label={label}
      className={
        large
          ? 'tnum text-xl font-semibold text-text underline decoration-line-strong decoration-1 underline-offset-4 hover:decoration-accent'
          : 'tnum text-accent-text underline underline-offset-2'
      }
    >
      {children}
    </Link>
  )
}
