import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowLeft, ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Channel } from '../../../../contract/channels.ts'
import { atHandle } from '../../lib/handles.ts'
import { useLimitWords } from '../../lib/limit-words.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { channelQuery } from '../../lib/queries/channels.ts'
import { serverWords } from '../../lib/server-words.ts'
import { CopyField } from '../../ui/copy.tsx'
import { Badge, Callout, LoadProblem } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago, useFullTime } from '../../ui/time.tsx'
import { AbilityList } from './ability-list.tsx'

/** One account: what can and cannot be done there and why, what fits, and how news arrives. */
export function AccountPage() {
  const { t } = useLingui()
  const { channelId } = useParams({ from: '/shell/settings/channels/$channelId' })
  const channel = useQuery(channelQuery(channelId))
  if (channel.isError && !channel.data)
    return (
      <Page title={t`What this account can do`}>
        <LoadProblem error={channel.error} onRetry={() => void channel.refetch()} />
      </Page>
    )
  if (!channel.data)
    return (
      <Page title={t`What this account can do`}>
        <Card>
          <SkeletonRows count={6} label={t`Reading the account`} />
        </Card>
      </Page>
    )
  return <Account channel={channel.data} />
}

function Account({ channel }: { channel: Channel }) {
  const { t } = useLingui()
  const network = useNetworkWords()(channel).name
  const handle = atHandle(channel)
  return (
    <Page
      title={t`What ${handle} can do`}
      intro={t`What works on ${network}, what does not and why, and how much fits.`}
      actions={
        <Link
          to="/settings/channels"
          search={{ channel: channel.id }}
          className="inline-flex min-h-8 items-center gap-1 text-sm text-accent-text hover:underline"
        >
          <ArrowLeft size={14} aria-hidden />
          <Trans>All accounts</Trans>
        </Link>
      }
    >
      <Who channel={channel} network={network} />
      <Arrives channel={channel} network={network} />
      <AbilityList abilities={channel.abilities} />
      <Fits channel={channel} />
      {channel.hookAddress && (
        <Section
          title={t`Address for the network`}
          intro={t`Write it down on ${network}, so that it can bring its news here.`}
        >
          <CopyField value={channel.hookAddress} label={t`Address`} />
        </Section>
      )}
    </Page>
  )
}

function Who({ channel, network }: { channel: Channel; network: string }) {
  const { t } = useLingui()
  const states = {
    connected: <Badge tone="ok">{t`Connected`}</Badge>,
    attention: <Badge tone="soon">{t`Needs attention`}</Badge>,
    disconnected: <Badge>{t`Disconnected`}</Badge>,
  }
  return (
    <Card className="flex flex-wrap items-center gap-3 p-4">
      <NetworkMark network={channel.network} size={26} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-semibold">
          {channel.displayName || atHandle(channel)} {states[channel.state]}
        </p>
        <a
          href={channel.profileUrl}
          target="_blank"
          rel="noreferrer"
          className="inline-flex min-h-6 items-center gap-1 text-xs text-text-3 hover:underline"
        >
          {atHandle(channel)} · {network}
          <ExternalLink size={11} aria-hidden />
        </a>
      </div>
      {channel.problem && <Callout tone="soon">{serverWords(channel.problem.detail)}</Callout>}
    </Card>
  )
}

function Arrives({ channel, network }: { channel: Channel; network: string }) {
  const { t } = useLingui()
  const ways = {
    live: t`${network} tells us at once, over a connection that stays open. In case it misses something, we ask as well.`,
    brought: t`${network} brings news to an address of ours as soon as there are any.`,
    asked: t`We ask ${network} for news every few seconds.`,
  }
  return (
    <Section title={t`How news arrives`}>
      <Card>
        <Rows>
          <Row name={t`Way`}>{ways[channel.arrival]}</Row>
          <Row name={t`Last news`}>
            {channel.lastEventAt ? <When at={channel.lastEventAt} /> : t`None yet`}
          </Row>
          <Row name={t`Last answer of the network`}>
            {channel.lastAnswerAt ? <When at={channel.lastAnswerAt} /> : t`None yet`}
          </Row>
        </Rows>
      </Card>
    </Section>
  )
}

function Fits({ channel }: { channel: Channel }) {
  const { t, i18n } = useLingui()
  const rows = useLimitWords()(channel.limits)
  const read = i18n.date(new Date(channel.limits.readAt), { dateStyle: 'long' })
  return (
    <Section title={t`How much fits`} intro={t`The network’s limits, as they were on ${read}.`}>
      <Card>
        <Rows>
          {rows.map(({ name, words }) => (
            <Row key={name} name={name}>
              {words.map((line) => (
                <span key={line} className="block">
                  {line}
                </span>
              ))}
            </Row>
          ))}
        </Rows>
      </Card>
    </Section>
  )
}

function Rows({ children }: { children: ReactNode }) {
  return <dl className="divide-y divide-line text-sm">{children}</dl>
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5 px-4 py-2.5 sm:flex-row sm:gap-4">
      <dt className="shrink-0 font-medium sm:w-52">{name}</dt>
      <dd className="tnum min-w-0 text-text-2">{children}</dd>
    </div>
  )
}

/** "5 min ago" alone says little on a page about when; the whole time stands beside it. */
function When({ at }: { at: string }) {
  const full = useFullTime()
  return (
    <>
      <Ago at={at} /> <span className="text-text-3">({full(at)})</span>
    </>
  )
}
