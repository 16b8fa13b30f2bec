import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { ChartNoAxesColumn, Download } from 'lucide-react'
import { lazy, Suspense } from 'react'
import type { Figures } from '../../../../contract/figures.ts'
import type { FiguresSearch } from '../../lib/figures-search.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Callout, EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { Bar, SkeletonRows } from '../../ui/skeleton.tsx'
import { CoveragePart } from './coverage-part.tsx'
import { Finding } from './finding.tsx'
import { GroupTable } from './group-table.tsx'
import { Headline } from './headline.tsx'
import { Method } from './method.tsx'
import { MovesDialog } from './moves-dialog.tsx'
import { MovesPart } from './moves-part.tsx'
import { Controls } from './period-controls.tsx'
import { csvAddress, figuresQuery } from './queries.ts'
import { RowsDialog } from './rows-dialog.tsx'

const CurvePlot = lazy(async () => ({ default: (await import('./plots.tsx')).CurvePlot }))
const GroupPlot = lazy(async () => ({ default: (await import('./plots.tsx')).GroupPlot }))

/** How long customers wait, with those who were never answered counted, and who was moved to private. */
export function FiguresPage() {
  const { t } = useLingui()
  const search = useSearch({ from: '/shell/figures' })
  const figures = useQuery(figuresQuery(search))
  return (
    <Page
      wide
      title={t`Figures`}
      intro={t`How long customers wait for a person of yours. Who never got an answer counts too.`}
      actions={
        <a
          href={csvAddress(search, 'figures')}
          download="parley-figures.csv"
          className={buttonLook()}
        >
          <Download size={14} aria-hidden />
          <Trans>Download CSV</Trans>
        </a>
      }
    >
      <Controls search={search} shown={figures.data} />
      {figures.isPending && (
        <Card>
          <SkeletonRows count={4} label={t`Counting`} />
        </Card>
      )}
      {figures.isError && (
        <LoadProblem error={figures.error} onRetry={() => void figures.refetch()} />
      )}
      {figures.isSuccess && <Body figures={figures.data} search={search} />}
      {search.rows === 'open' && <RowsDialog search={search} figures={figures.data} />}
      {search.rows === 'moves' && <MovesDialog search={search} />}
    </Page>
  )
}

function Body({ figures, search }: { figures: Figures; search: FiguresSearch }) {
  const { t } = useLingui()
  const clock = search.clock ?? 'calendar'
  const { waits, small } = figures.total
  if (waits === 0)
    return (
      <Card>
        <EmptyState icon={ChartNoAxesColumn} title={t`Nobody wrote in these days`}>
          <Trans>
            As soon as customers write, you see here how long they wait and when nobody is there.
            Choose other days above, or connect an account.
          </Trans>
        </EmptyState>
      </Card>
    )
  return (
    <>
      {small && (
        <Callout tone="note">
          <Trans>
            Few waits ({waits}): no more than a hint. Choose more days before you decide anything by
            them.
          </Trans>
        </Callout>
      )}
      <Headline sample={figures.total} search={search} />
      <Finding about="curve" figures={figures} clock={clock}>
        <Suspense fallback={<Bar className="h-64 w-full" />}>
          <CurvePlot figures={figures} clock={clock} />
        </Suspense>
      </Finding>
      {figures.groups.length > 0 && (
        <Finding about="groups" figures={figures} clock={clock}>
          <Suspense fallback={<Bar className="h-64 w-full" />}>
            <GroupPlot figures={figures} clock={clock} />
          </Suspense>
          <GroupTable figures={figures} search={search} />
        </Finding>
      )}
      <CoveragePart figures={figures} search={search} />
      <MovesPart moves={figures.privateMoves} search={search} />
      <Method timeZone={figures.timeZone} />
    </>
  )
}
