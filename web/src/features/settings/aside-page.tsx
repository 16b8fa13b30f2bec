import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Archive, RotateCw } from 'lucide-react'
import type { z } from 'zod'
import type { AsideEvent } from '../../../../contract/events.ts'
import { atHandle } from '../../lib/handles.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { channelsQuery } from '../../lib/queries/channels.ts'
import { serverWords } from '../../lib/server-words.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { MoreButton } from '../../ui/more-button.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { asideQuery, replayAside } from './queries.ts'

/** What came from a network and could not be understood: nothing of it is lost, and it can be tried again. */
export function AsidePage() {
  const { t } = useLingui()
  const list = useInfiniteQuery(asideQuery)
  const events = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page
      title={t`Events kept aside`}
      intro={t`What came from a network and could not be understood. Nothing of it is lost: after an update it can be played again.`}
    >
      <Card>
        {list.isPending && <SkeletonRows count={3} label={t`Reading the events`} />}
        {list.isError && events.length === 0 && (
          <LoadProblem error={list.error} onRetry={() => void list.refetch()} />
        )}
        {list.isSuccess && events.length === 0 && (
          <EmptyState icon={Archive} title={t`Nothing is kept aside`}>
            <Trans>Everything that came in was understood.</Trans>
          </EmptyState>
        )}
        <ul>
          {events.map((event) => (
            <Row key={event.id} event={event} />
          ))}
        </ul>
      </Card>
      <MoreButton list={list}>
        <Trans>Earlier events</Trans>
      </MoreButton>
    </Page>
  )
}

function Row({ event }: { event: z.infer<typeof AsideEvent> }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const words = useProblemWords()
  const networkWords = useNetworkWords()
  const channel = useQuery(channelsQuery).data?.find((each) => each.id === event.channelId)
  const replay = useMutation({
    mutationFn: () => replayAside(event.id),
    onSuccess: () =>
      toast(t`It is being played again. If it is understood now, it leaves this list.`),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['aside'] }),
  })
  return (
    <li className="border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <p className="text-sm font-medium">{serverWords(event.problem)}</p>
          <p className="text-xs text-text-3">
            {channel && `${atHandle(channel)} · ${networkWords(channel).name} · `}
            <ClockTime at={event.receivedAt} /> ·{' '}
            <Plural value={event.attempts} one="tried once" other="tried # times" />
          </p>
        </div>
        <Button size="sm" busy={replay.isPending} onClick={() => replay.mutate()}>
          <RotateCw size={12} aria-hidden />
          <Trans>Play again</Trans>
        </Button>
      </div>
      <details className="mt-1">
        <summary className="min-h-6 text-xs text-text-3">{t`As it came`}</summary>
        <pre className="mt-1 max-h-72 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs">
          {JSON.stringify(event.raw, null, 2)}
        </pre>
      </details>
    </li>
  )
}
