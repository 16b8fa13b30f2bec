import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, PackageOpen } from 'lucide-react'
import type { Export } from '../../../../contract/exports.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { serverWords } from '../../lib/server-words.ts'
import { useSizeWords } from '../../lib/size-words.ts'
import { toast } from '../../lib/toasts.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Badge, Callout, EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago, ClockTime } from '../../ui/time.tsx'
import { askExport, exportsQuery, isUnderWay, removeExport } from './export-queries.ts'

/** Everything of the business in one file, to keep or to carry elsewhere. */
export function ExportPage() {
  const { t } = useLingui()
  const client = useQueryClient()
  const words = useProblemWords()
  const exports = useQuery(exportsQuery)
  const underWay = exports.data?.some(isUnderWay) ?? false
  const ask = useMutation({
    mutationFn: askExport,
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['exports'] }),
  })
  return (
    <Page
      title={t({ message: 'Export', context: 'page' })}
      intro={t`Everything that Parley keeps of your business, in one file that other programs can read: customers, conversations, replies, notes, figures, pictures and the audit log. You can bring it into another Parley.`}
      actions={
        <Button
          look="primary"
          busy={ask.isPending}
          disabled={underWay || exports.isPending}
          onClick={() => ask.mutate()}
        >
          <PackageOpen size={14} aria-hidden />
          <Trans>Make an export</Trans>
        </Button>
      }
    >
      <Callout>
        <Trans>
          It holds what your customers wrote: keep it as safe as Parley itself. Passwords, API keys
          and the sign-ins of your accounts are not in it. Whoever makes or fetches one stands in
          the audit log.
        </Trans>
      </Callout>
      {exports.isPending && <SkeletonRows count={2} label={t`Reading the exports`} />}
      {exports.isError && !exports.data && (
        <LoadProblem error={exports.error} onRetry={() => void exports.refetch()} />
      )}
      {exports.data?.length === 0 && (
        <Card>
          <EmptyState icon={PackageOpen} title={t`No export yet`}>
            <Trans>
              Make one to keep a copy of your own, or to move to another Parley. You can go on
              working meanwhile.
            </Trans>
          </EmptyState>
        </Card>
      )}
      {exports.data && exports.data.length > 0 && (
        <Card>
          <ul aria-live="polite">
            {exports.data.map((each) => (
              <ExportRow key={each.id} each={each} />
            ))}
          </ul>
        </Card>
      )}
    </Page>
  )
}

function ExportRow({ each }: { each: Export }) {
  const client = useQueryClient()
  const words = useProblemWords()
  const remove = useMutation({
    mutationFn: () => removeExport(each.id),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['exports'] }),
  })
  return (
    <li className="flex flex-col gap-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <p className="flex min-w-0 flex-1 basis-48 flex-wrap items-center gap-2 text-sm font-medium">
          <ClockTime at={each.createdAt} /> <State each={each} />
        </p>
        {each.path !== null && (
          <a href={each.path} download className={buttonLook('primary', 'sm')}>
            <Download size={14} aria-hidden />
            <Trans>Download</Trans>
          </a>
        )}
        {(isUnderWay(each) || each.state === 'ready') && (
          <Button size="sm" busy={remove.isPending} onClick={() => remove.mutate()}>
            {each.state === 'ready' ? <Trans>Remove the file</Trans> : <Trans>Stop</Trans>}
          </Button>
        )}
      </div>
      <Detail each={each} />
    </li>
  )
}

function State({ each }: { each: Export }) {
  switch (each.state) {
    case 'waiting':
    case 'writing':
      return (
        <Badge tone="soon">
          <Trans>Being made</Trans>
        </Badge>
      )
    case 'ready':
      return (
        <Badge tone="ok">
          <Trans>Ready</Trans>
        </Badge>
      )
    case 'failed':
      return (
        <Badge tone="late">
          <Trans>Failed</Trans>
        </Badge>
      )
    case 'removed':
      return (
        <Badge>
          <Trans>Removed</Trans>
        </Badge>
      )
  }
}

function Detail({ each }: { each: Export }) {
  const { t } = useLingui()
  const size = useSizeWords()
  if (isUnderWay(each))
    return (
      <div className="flex flex-col gap-1 text-xs text-text-3">
        <ProgressBar done={each.rowsDone} of={each.rowsTotal} label={t`How far the export is`} />
        {each.rowsTotal === null ? (
          <p>
            <Trans>Counting what there is</Trans>
          </p>
        ) : (
          <p>
            <Trans>
              {each.rowsDone} of <Plural value={each.rowsTotal} one="# entry" other="# entries" />
            </Trans>
          </p>
        )}
      </div>
    )
  if (each.state === 'failed')
    return <Callout tone="late">{serverWords(each.problem ?? '')}</Callout>
  return (
    <p className="text-xs text-text-3">
      <Trans>asked for by {each.askedBy}</Trans>
      {each.state === 'ready' && each.bytes !== null && each.expiresAt && (
        <>
          {' · '}
          {size(each.bytes)} · <Plural value={each.rowsDone} one="# entry" other="# entries" /> ·{' '}
          <Trans>
            can be fetched until <ClockTime at={each.expiresAt} />
          </Trans>
        </>
      )}
      {each.state === 'removed' && each.finishedAt && (
        <>
          {' · '}
          <Trans>
            made <Ago at={each.finishedAt} />; its file is gone
          </Trans>
        </>
      )}
    </p>
  )
}
