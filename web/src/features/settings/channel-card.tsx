import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ExternalLink, TriangleAlert } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Channel } from '../../../../contract/channels.ts'
import { atHandle } from '../../lib/handles.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { disconnectChannel } from '../../lib/queries/channels.ts'
import { serverWords } from '../../lib/server-words.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { ConnectForm } from '../../ui/forms/connect-channel.tsx'
import { Badge, Callout, FormProblem } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card } from '../../ui/page.tsx'
import { Ago } from '../../ui/time.tsx'
import { AbilityMark } from './ability-list.tsx'
import { useAbilityWords, useReasonWords } from './ability-words.ts'
import { WebsiteForm } from './website-form.tsx'

/** One account: how it stands, what it can and cannot do and why, and letting it in again or go. */
export function ChannelCard({ channel, open }: { channel: Channel; open: boolean }) {
  const { t } = useLingui()
  const networkWords = useNetworkWords()
  const [asking, setAsking] = useState<'reconnect' | 'disconnect' | null>(null)
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (open) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [open])
  return (
    <div ref={ref}>
      <Card className={open ? 'ring-2 ring-accent' : ''}>
        <div className="flex flex-wrap items-center gap-3 p-4">
          <NetworkMark network={channel.network} size={26} />
          <div className="min-w-0 flex-1 basis-52">
            <h2 className="flex flex-wrap items-center gap-2 text-base font-semibold">
              {channel.displayName || atHandle(channel)}
              {channel.state === 'connected' ? (
                <Badge tone="ok">{t`Connected`}</Badge>
              ) : (
                <Badge tone="soon">{t`Needs attention`}</Badge>
              )}
            </h2>
            <p className="flex flex-wrap items-center gap-x-2 text-xs text-text-3">
              <a
                href={channel.profileUrl}
                target="_blank"
                rel="noreferrer"
                className="inline-flex min-h-6 items-center gap-1 hover:underline"
              >
                {atHandle(channel)} · {networkWords(channel).name}
                <ExternalLink size={11} aria-hidden />
              </a>
              {channel.lastEventAt && (
                <span>
                  <Trans>
                    last news <Ago at={channel.lastEventAt} />
                  </Trans>
                </span>
              )}
            </p>
          </div>
          {channel.can.manage && (
            <div className="flex gap-2">
              <Button
                look={channel.state === 'attention' ? 'primary' : 'plain'}
                onClick={() => setAsking('reconnect')}
              >
                <Trans>Connect again</Trans>
              </Button>
              <Button look="danger" onClick={() => setAsking('disconnect')}>
                <Trans>Disconnect</Trans>
              </Button>
            </div>
          )}
        </div>
        {channel.problem && <ProblemNote channel={channel} />}
        {channel.network === 'website' && <WebsiteForm channelId={channel.id} open={open} />}
        <Abilities channel={channel} open={open} />
      </Card>
      {asking === 'reconnect' && (
        <Dialog title={t`Connect ${atHandle(channel)} again`} onClose={() => setAsking(null)}>
          <ConnectForm
            network={channel.network}
            channelId={channel.id}
            known={{
              service: channel.service,
              server: channel.service,
              handle: channel.handle,
              name: channel.displayName,
              address: channel.service,
              identifier: channel.handle,
            }}
            onConnected={() => {
              setAsking(null)
              toast(t`It is connected again. What waited goes on by itself.`)
            }}
            onBack={() => setAsking(null)}
          />
        </Dialog>
      )}
      {asking === 'disconnect' && <Disconnect channel={channel} onClose={() => setAsking(null)} />}
    </div>
  )
}

function ProblemNote({ channel }: { channel: Channel }) {
  const { problem } = channel
  if (!problem) return null
  return (
    <div className="px-4 pb-3">
      <Callout tone="soon">
        <p className="flex items-start gap-2">
          <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          <span>
            {serverWords(problem.detail)}{' '}
            <Trans>
              (for <Ago at={problem.since} />)
            </Trans>{' '}
            {problem.kind === 'unavailable' || problem.kind === 'rate-limited' ? (
              <Trans>We keep trying by ourselves; nothing received or written is lost.</Trans>
            ) : (
              <Trans>Press “Connect again”; nothing received or written is lost meanwhile.</Trans>
            )}
          </span>
        </p>
      </Callout>
    </div>
  )
}

function Abilities({ channel, open }: { channel: Channel; open: boolean }) {
  const { t } = useLingui()
  const words = useAbilityWords()
  const reason = useReasonWords()
  return (
    <details open={open || undefined} className="border-t border-line">
      <summary className="flex min-h-9 items-center px-4 text-sm font-medium text-text-2">
        <Trans>What can be done here, and what cannot</Trans>
      </summary>
      <table className="w-full text-sm">
        <caption className="sr-only">{t`What this account can do`}</caption>
        <tbody>
          {Object.entries(channel.abilities).map(([name, ability]) => (
            <tr key={name} className="align-top">
              <td className="w-9 py-1 pt-1.5 pl-4">
                <AbilityMark can={ability.can} />
              </td>
              <th scope="row" className="py-1 pr-4 text-left font-normal">
                {words(name).name}
                {!ability.can && (
                  <span className="block text-xs text-text-3">{reason(ability).why}</span>
                )}
              </th>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="px-4 pt-1 pb-3">
        <Link
          to="/settings/channels/$channelId"
          params={{ channelId: channel.id }}
          className="inline-flex min-h-6 items-center text-sm text-accent-text underline underline-offset-2"
        >
          <Trans>All about this account: limits, and how news arrives</Trans>
        </Link>
      </p>
    </details>
  )
}

function Disconnect({ channel, onClose }: { channel: Channel; onClose(): void }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const disconnect = useMutation({
    mutationFn: () => disconnectChannel(channel.id),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ['channels'] }),
  })
  return (
    <Confirm
      title={t`Disconnect ${atHandle(channel)}?`}
      act={t`Disconnect`}
      busy={disconnect.isPending}
      onConfirm={() => disconnect.mutate()}
      onClose={onClose}
    >
      <p>
        <Trans>
          Nothing more comes in from it, and replies that wait are not sent. Its credentials are
          destroyed; the conversations stay.
        </Trans>
      </p>
      <FormProblem error={disconnect.error} />
    </Confirm>
  )
}
