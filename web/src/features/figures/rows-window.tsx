import { Trans, useLingui } from '@lingui/react/macro'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Download, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { type FiguresSearch, periodOf } from '../../lib/figures-search.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { MoreButton } from '../../ui/more-button.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { csvAddress } from './queries.ts'

type RowsOf<Row> = {
  title: string
  icon: LucideIcon
  /** What the file of these rows holds. */
  of: 'waits' | 'moves'
  search: FiguresSearch
  rows: UseInfiniteQueryResult<InfiniteData<{ items: Row[] }>>
  line(row: Row): ReactNode
}

/** The rows behind a number, page by page, and as a file. Closing leads back to the figures. */
export function RowsWindow<Row>({ title, icon, of, search, rows, line }: RowsOf<Row>) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const items = rows.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Dialog
      wide
      title={title}
      onClose={() =>
        void navigate({ to: '/figures', search: periodOf(search), resetScroll: false })
      }
      footer={
        <a href={csvAddress(search, of)} download={`parley-${of}.csv`} className={buttonLook()}>
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
        <EmptyState icon={icon} title={t`Nobody is behind this number`} />
      )}
      <ul className="flex flex-col">{items.map(line)}</ul>
      <MoreButton list={rows} className="mt-3">
        <Trans>Earlier ones</Trans>
      </MoreButton>
    </Dialog>
  )
}
