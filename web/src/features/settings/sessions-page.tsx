import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Monitor, Smartphone } from 'lucide-react'
import { useProblemWords } from '../../lib/problem-words.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Badge, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago, ClockTime } from '../../ui/time.tsx'
import { browserName } from './browser-name.ts'
import { endOtherSessions, endSession, type SessionRow, sessionsQuery } from './queries.ts'

/** Where this person is signed in, and ending it there. */
export function SessionsPage() {
  const { t } = useLingui()
  const sessions = useQuery(sessionsQuery)
  const others = useEnd(endOtherSessions, t`All other sessions have ended.`)
  const several = (sessions.data?.length ?? 0) > 1
  return (
    <Page
      title={t`Sessions`}
      intro={t`Where you are signed in. End what you do not know, and change your password then.`}
      actions={
        several && (
          <Button look="danger" busy={others.isPending} onClick={() => others.mutate(undefined)}>
            <Trans>End all others</Trans>
          </Button>
        )
      }
    >
      <Card>
        {sessions.isPending && <SkeletonRows count={2} label={t`Reading the sessions`} />}
        {sessions.isError && !sessions.data && (
          <LoadProblem error={sessions.error} onRetry={() => void sessions.refetch()} />
        )}
        <ul>
          {sessions.data?.map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </ul>
      </Card>
    </Page>
  )
}

function Row({ session }: { session: SessionRow }) {
  const { t } = useLingui()
  const { browser, system, phone } = browserName(session.userAgent)
  const end = useEnd(() => endSession(session.id), t`The session has ended.`)
  const Icon = phone ? Smartphone : Monitor
  const name = [browser, system].filter(Boolean).join(' · ') || t`Unknown program`
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <Icon size={20} aria-hidden className="text-text-3" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {name}
          {session.current && <Badge tone="ok">{t`this one`}</Badge>}
        </p>
        <p className="text-xs text-text-3">
          <Trans>
            used <Ago at={session.lastSeenAt} /> · since <ClockTime at={session.createdAt} />
          </Trans>
          {session.ip && ` · ${session.ip}`}
        </p>
      </div>
      {!session.current && (
        <Button
          size="sm"
          busy={end.isPending}
          onClick={() => end.mutate(undefined)}
          aria-label={t`End the session of ${name}`}
        >
          <Trans>End</Trans>
        </Button>
      )}
    </li>
  )
}

function useEnd(act: () => Promise<void>, said: string) {
  const client = useQueryClient()
  const words = useProblemWords()
  return useMutation({
    mutationFn: act,
    onSuccess: () => toast(said),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  })
}
