import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Monitor } from 'lucide-react'
import { useState } from 'react'
import type { PushSettings, PushSubscriptionView } from '../../../../../contract/push.ts'
import { useProblemWords } from '../../../lib/problem-words.ts'
import { toast } from '../../../lib/toasts.ts'
import { Button } from '../../../ui/button.tsx'
import { Badge, Callout, LoadProblem } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { Ago } from '../../../ui/time.tsx'
import {
  ownEndpointHash,
  pushAbility,
  subscribeBrowser,
  unsubscribeBrowser,
} from './push-browser.ts'
import { addBrowser, pushQuery, removeBrowser, testBrowser } from './queries.ts'

/** One's own browsers that show when one is called. */
export function PushSection() {
  const { t } = useLingui()
  const push = useQuery(pushQuery)
  const own = useQuery({ queryKey: ['push', 'this browser'], queryFn: ownEndpointHash })
  return (
    <Section
      title={t`When you are called`}
      intro={t`A mail always comes. A browser can show a notice as well, also while Parley is closed.`}
    >
      <Card>
        {push.isPending && <SkeletonRows count={1} label={t`Reading your browsers`} />}
        {push.isError && !push.data && (
          <LoadProblem error={push.error} onRetry={() => void push.refetch()} />
        )}
        {push.data && <ThisBrowser push={push.data} own={own.data ?? null} />}
        <ul>
          {push.data?.items.map((one) => (
            <Row key={one.id} one={one} here={one.endpointHash === own.data} />
          ))}
        </ul>
      </Card>
    </Section>
  )
}

function ThisBrowser({ push, own }: { push: PushSettings; own: string | null }) {
  const { t } = useLingui()
  const renew = useRenew()
  const words = useProblemWords()
  const [ability, setAbility] = useState(pushAbility)
  const [failed, setFailed] = useState(false)
  const on = push.items.some((one) => one.endpointHash === own)
  const turnOn = useMutation({
    mutationFn: async () => {
      setFailed(false)
      const made = await subscribeBrowser(push.publicKey).catch((error: unknown) => {
        // The browser's own service did not answer; its words are for programmers.
        if (error instanceof DOMException) return 'failed' as const
        throw error
      })
      if (made === 'failed') return setFailed(true)
      if (made === null) return setAbility(pushAbility())
      await addBrowser(made)
      toast(t`This browser shows when you are called.`)
    },
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: renew,
  })
  if (ability === 'unsupported')
    return (
      <div className="p-4">
        <Callout>
          {t`This browser cannot show notices here. On an iPhone or iPad, first add Parley to the home screen.`}
        </Callout>
      </div>
    )
  if (ability === 'refused')
    return (
      <div className="p-4">
        <Callout tone="soon">
          {t`You told this browser never to show notices of Parley. Allow them in its settings for this site, then load this page again.`}
        </Callout>
      </div>
    )
  if (on) return null
  return (
    <div className="flex flex-wrap items-center gap-3 border-b border-line p-4 last:border-b-0">
      <p className="min-w-0 flex-1 basis-60 text-sm">
        <Trans>This browser does not show when you are called.</Trans>
      </p>
      <Button look="primary" busy={turnOn.isPending} onClick={() => turnOn.mutate()}>
        <Trans>Turn it on</Trans>
      </Button>
      {failed && (
        <p role="alert" className="w-full rounded-md bg-late-soft px-3 py-2 text-sm text-late">
          {t`The browser could not reach its own service for notices. Check its connection, or try another browser.`}
        </p>
      )}
    </div>
  )
}

function Row({ one, here }: { one: PushSubscriptionView; here: boolean }) {
  const { t } = useLingui()
  const renew = useRenew()
  const words = useProblemWords()
  const onError = (error: unknown) => toast(words(error), { tone: 'problem' })
  const name = one.name || one.host
  const test = useMutation({
    mutationFn: () => testBrowser(one.id),
    onSuccess: ({ outcome, problem }) => {
      if (outcome === 'sent') toast(t`Sent: the notice comes in a moment.`)
      else toast(problem ?? t`It was not taken.`, { tone: 'problem' })
    },
    onError,
    onSettled: renew,
  })
  const off = useMutation({
    mutationFn: async () => {
      await removeBrowser(one.id)
      if (here) await unsubscribeBrowser()
    },
    onError,
    onSettled: renew,
  })
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <Monitor size={20} aria-hidden className="text-text-3" />
      <div className="min-w-0 flex-1 basis-40">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {name}
          {here && <Badge tone="ok">{t`this one: on`}</Badge>}
        </p>
        <p className="text-xs text-text-3">
          {one.problem ??
            (one.sentAt ? (
              <Trans>
                last notice <Ago at={one.sentAt} />
              </Trans>
            ) : (
              <Trans>no notice yet</Trans>
            ))}
        </p>
      </div>
      <Button
        size="sm"
        busy={test.isPending}
        onClick={() => test.mutate()}
        aria-label={t`Send a test to ${name}`}
      >
        <Trans>Test</Trans>
      </Button>
      <Button
        size="sm"
        look="quiet"
        busy={off.isPending}
        onClick={() => off.mutate()}
        aria-label={t`Turn off in ${name}`}
      >
        <Trans>Turn off</Trans>
      </Button>
    </li>
  )
}

function useRenew() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['push'] })
}
