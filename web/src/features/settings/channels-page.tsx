import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { GraduationCap, Plus, Radio, Table2 } from 'lucide-react'
import type { Channel } from '../../../../contract/channels.ts'
import { atHandle } from '../../lib/handles.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { channelsQuery, enterPractice } from '../../lib/queries/channels.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ConnectForm, NetworkChoice } from '../../ui/forms/connect-channel.tsx'
import { Callout, EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ChannelCard } from './channel-card.tsx'
import { FormerChannels } from './former-channels.tsx'

/** The connected accounts: how they stand, what each can do, and connecting another. */
export function ChannelsPage() {
  const { t } = useLingui()
  const { may } = useMe()
  const {
    connect,
    connected: fresh,
    problem,
    ...search
  } = useSearch({ from: '/shell/settings/channels' })
  const shown = search.channel ?? fresh
  const navigate = useNavigate({ from: '/settings/channels' })
  const channels = useQuery(channelsQuery)
  const show = (next: string | undefined) =>
    void navigate({ to: '/settings/channels', search: (now) => ({ ...now, connect: next }) })
  const connected = (channel: Channel) => {
    const handle = atHandle(channel)
    void navigate({ to: '/settings/channels', search: { channel: channel.id } })
    toast(t`${handle} is connected. What customers write there appears in the inbox.`)
  }
  const known = channels.data?.find((channel) => channel.id === fresh)
  const letIn = known?.state === 'connected' ? atHandle(known) : null
  const list = channels.data?.filter((channel) => channel.state !== 'disconnected') ?? []
  const former = channels.data?.filter((channel) => channel.state === 'disconnected') ?? []
  return (
    <Page
      title={t`Channels`}
      intro={t`The accounts through which customers reach you.`}
      actions={
        may('manage-channels') && (
          <div className="flex flex-wrap gap-2">
            {!list.some((channel) => channel.practice) && <PracticeButton />}
            <Button look="primary" onClick={() => show('any')}>
              <Plus size={14} aria-hidden />
              <Trans>Connect an account</Trans>
            </Button>
          </div>
        )
      }
    >
      {problem && (
        <Callout tone="late">
          <span role="alert">
            <Trans>The account was not connected. What the network said: {problem}</Trans>
          </span>
        </Callout>
      )}
      {letIn && (
        <Callout tone="ok">
          <span role="status">
            <Trans>{letIn} is connected. What customers write there appears in the inbox.</Trans>
          </span>
        </Callout>
      )}
      {channels.isPending && (
        <Card>
          <SkeletonRows count={2} label={t`Reading the channels`} />
        </Card>
      )}
      {channels.isError && !channels.data && (
        <LoadProblem error={channels.error} onRetry={() => void channels.refetch()} />
      )}
      {channels.isSuccess && list.length === 0 && (
        <Card>
          <EmptyState icon={Radio} title={t`No account is connected yet`}>
            <Trans>
              Connect one, and what customers write to it comes into the inbox within seconds.
            </Trans>
          </EmptyState>
        </Card>
      )}
      {list.length > 0 && (
        <p>
          <Link
            to="/settings/channels/compare"
            className="inline-flex min-h-6 items-center gap-1.5 text-sm text-accent-text underline underline-offset-2"
          >
            <Table2 size={14} aria-hidden />
            <Trans>What each account can do, side by side</Trans>
          </Link>
        </p>
      )}
      {list.map((channel) => (
        <ChannelCard key={channel.id} channel={channel} open={shown === channel.id} />
      ))}
      <FormerChannels channels={former} {...(may('manage-channels') && { onConnect: show })} />
      {connect && (
        <Dialog title={t`Connect an account`} onClose={() => show(undefined)}>
          {connect === 'any' ? (
            <NetworkChoice onChoose={show} />
          ) : (
            <ConnectForm
              network={connect}
              onConnected={(channel) => connected(channel)}
              onBack={() => show('any')}
            />
          )}
        </Dialog>
      )}
    </Page>
  )
}

function PracticeButton() {
  const { t } = useLingui()
  const words = useProblemWords()
  const practice = useMutation({
    mutationFn: enterPractice,
    onSuccess: () => toast(t`The practice network is open. Its customers write to you at once.`),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: (_channel, _error, _variables, _before, context) =>
      context.client.invalidateQueries({ queryKey: ['channels'] }),
  })
  return (
    <Button busy={practice.isPending} onClick={() => practice.mutate()}>
      <GraduationCap size={14} aria-hidden />
      <Trans>Practice network</Trans>
    </Button>
  )
}
