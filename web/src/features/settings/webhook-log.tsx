import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import type { WebhookCall } from '../../../../contract/webhooks.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { serverWords } from '../../lib/server-words.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Badge, LoadProblem } from '../../ui/messages.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { callAgain, webhookCallsQuery } from './webhook-queries.ts'

/** What a webhook was told in the last 30 days and what it answered. */
export function WebhookLog({ webhookId }: { webhookId: string }) {
  const { t } = useLingui()
  const log = useInfiniteQuery(webhookCallsQuery(webhookId))
  const calls = log.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="border-t border-line bg-sunken">
      {log.isPending && <SkeletonRows count={2} label={t`Reading the log`} />}
      {log.isError && calls.length === 0 && (
        <LoadProblem error={log.error} onRetry={() => void log.refetch()} />
      )}
      {log.isSuccess && calls.length === 0 && (
        <p className="px-4 py-4 text-sm text-text-2">
          <Trans>Nothing was told yet. Send a test, and it appears here.</Trans>
        </p>
      )}
      <ul aria-label={t`Calls`}>
        {calls.map((call) => (
          <Row key={call.id} call={call} webhookId={webhookId} />
        ))}
      </ul>
      {log.hasNextPage && (
        <div className="flex justify-center py-3">
          <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            <Trans>Earlier calls</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}

function Row({ call, webhookId }: { call: WebhookCall; webhookId: string }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const words = useProblemWords()
  const again = useMutation({
    mutationFn: () => callAgain(call.id),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['webhook-calls', webhookId] }),
  })
  return (
    <li className="flex flex-wrap items-start gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-52 text-sm">
        <p className="flex flex-wrap items-center gap-2">
          <State call={call} />
          <code className="font-mono text-xs">{call.type}</code>
        </p>
        <p className="pt-0.5 text-xs text-text-2">
          <ClockTime at={call.createdAt} /> ·{' '}
          <Plural value={call.tries} _0="not tried yet" one="tried once" other="tried # times" />
          {call.nextAt && call.tries > 0 && (
            <>
              {' · '}
              <Trans>
                again at <ClockTime at={call.nextAt} />
              </Trans>
            </>
          )}
        </p>
        {call.last?.problem && (
          <p className="pt-0.5 text-xs text-late">{serverWords(call.last.problem)}</p>
        )}
        {call.last && call.last.answer !== '' && (
          <details className="mt-0.5">
            <summary className="min-h-6 text-xs text-text-2">{t`What it answered`}</summary>
            <pre className="mt-1 max-h-48 overflow-auto rounded-md bg-surface p-2 font-mono text-xs break-all whitespace-pre-wrap">
              {call.last.answer}
            </pre>
          </details>
        )}
      </div>
      <Button
        size="sm"
        busy={again.isPending}
        disabled={call.state === 'waiting' && call.tries === 0}
        onClick={() => again.mutate()}
      >
        <RotateCw size={12} aria-hidden />
        <Trans>Send again</Trans>
      </Button>
    </li>
  )
}

function State({ call }: { call: WebhookCall }) {
  const status = call.last?.status
  if (call.state === 'sent')
    return (
      <Badge tone="ok">
        <Trans>Heard</Trans> {status}
      </Badge>
    )
  if (call.state === 'failed')
    return (
      <Badge tone="late">
        <Trans>Given up</Trans> {status}
      </Badge>
    )
  return (
    <Badge tone={call.tries > 0 ? 'soon' : 'plain'}>
      {call.tries > 0 ? <Trans>Will try again</Trans> : <Trans>Waiting</Trans>} {status}
    </Badge>
  )
}
