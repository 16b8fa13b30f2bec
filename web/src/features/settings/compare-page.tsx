import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, Radio } from 'lucide-react'
import type { Channel } from '../../../../contract/channels.ts'
import { atHandle } from '../../lib/handles.ts'
import { useLimitWords } from '../../lib/limit-words.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { channelsQuery } from '../../lib/queries/channels.ts'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { AbilityMark } from './ability-list.tsx'
import { abilityGroups, useAbilityWords, useReasonWords } from './ability-words.ts'

const ordered: readonly string[] = Object.values(abilityGroups).flat()

/** All accounts side by side: abilities down, accounts across; on a phone a card for each account. */
export function ComparePage() {
  const { t } = useLingui()
  const channels = useQuery(channelsQuery)
  const list = channels.data?.filter(({ state }) => state !== 'disconnected') ?? []
  return (
    <Page
      wide
      title={t`What each account can do`}
      intro={t`All accounts side by side. Open one to read why something cannot be done and what helps.`}
      actions={
        <Link
          to="/settings/channels"
          className="inline-flex min-h-8 items-center gap-1 text-sm text-accent-text hover:underline"
        >
          <ArrowLeft size={14} aria-hidden />
          <Trans>All accounts</Trans>
        </Link>
      }
    >
      {channels.isPending && (
        <Card>
          <SkeletonRows count={6} label={t`Reading the accounts`} />
        </Card>
      )}
      {channels.isError && !channels.data && (
        <LoadProblem error={channels.error} onRetry={() => void channels.refetch()} />
      )}
      {channels.isSuccess && list.length === 0 && (
        <Card>
          <EmptyState icon={Radio} title={t`No account is connected yet`}>
            <Trans>Once accounts are connected, what each can do stands here side by side.</Trans>
          </EmptyState>
        </Card>
      )}
      {list.length > 0 && (
        <>
          <Table channels={list} />
          <ul className="flex flex-col gap-4 md:hidden">
            {list.map((channel) => (
              <li key={channel.id}>
                <AccountCard channel={channel} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Page>
  )
}

function Table({ channels }: { channels: readonly Channel[] }) {
  const { t } = useLingui()
  const words = useAbilityWords()
  const limitWords = useLimitWords()
  const names = ordered.filter((name) => channels.some(({ abilities }) => abilities[name]))
  const limits = channels.map((channel) => limitWords(channel.limits))
  return (
    <Card className="hidden overflow-x-auto md:block">
      <table
        className="w-full table-fixed text-sm"
        style={{ minWidth: `${14 + 9 * channels.length}rem` }}
      >
        <caption className="sr-only">{t`What each account can do`}</caption>
        <thead>
          <tr className="border-b border-line align-bottom">
            <td className="sticky left-0 w-56 bg-surface" />
            {channels.map((channel) => (
              <th key={channel.id} scope="col" className="p-3 text-left font-medium">
                <AccountLink channel={channel} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {names.map((name) => (
            <tr key={name} className="align-top">
              <RowHead>{words(name).name}</RowHead>
              {channels.map((channel) => (
                <td key={channel.id} className="p-3">
                  <Cell channel={channel} name={name} />
                </td>
              ))}
            </tr>
          ))}
          {(limits[0] ?? []).map(({ name }, row) => (
            <tr key={name} className="align-top">
              <RowHead>{name}</RowHead>
              {channels.map((channel, column) => (
                <td key={channel.id} className="tnum p-3 text-xs text-text-2">
                  {limits[column]?.[row]?.words[0] ?? '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function RowHead({ children }: { children: string }) {
  return (
    <th scope="row" className="sticky left-0 bg-surface p-3 text-left font-normal">
      {children}
    </th>
  )
}

function Cell({ channel, name }: { channel: Channel; name: string }) {
  const { t } = useLingui()
  const reason = useReasonWords()
  const ability = channel.abilities[name]
  if (!ability) return <span className="text-xs text-text-3">{t`Does not apply`}</span>
  if (ability.can) return <AbilityMark can />
  return (
    <span className="flex gap-1.5">
      <AbilityMark can={false} />
      <span className="line-clamp-3 text-xs text-text-3">{reason(ability).why}</span>
    </span>
  )
}

function AccountCard({ channel }: { channel: Channel }) {
  const { t } = useLingui()
  const names = ordered.filter((name) => channel.abilities[name])
  const not = names.filter((name) => channel.abilities[name]?.can === false)
  const works = names.filter((name) => channel.abilities[name]?.can)
  return (
    <Card className="flex flex-col gap-3 p-4 text-sm">
      <AccountLink channel={channel} />
      {not.length > 0 && <CardPart title={t`Does not work`} names={not} channel={channel} />}
      {works.length > 0 && <CardPart title={t`Works`} names={works} channel={channel} />}
    </Card>
  )
}

function CardPart({
  title,
  names,
  channel,
}: {
  title: string
  names: readonly string[]
  channel: Channel
}) {
  const words = useAbilityWords()
  const reason = useReasonWords()
  return (
    <div>
      <h2 className="text-xs font-medium text-text-3">{title}</h2>
      <ul>
        {names.map((name) => {
          const ability = channel.abilities[name]
          return (
            <li key={name} className="flex gap-2 py-1">
              <span className="pt-0.5">
                <AbilityMark can={ability?.can === true} />
              </span>
              <span>
                {words(name).name}
                {ability && !ability.can && (
                  <span className="block text-xs text-text-3">{reason(ability).why}</span>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function AccountLink({ channel }: { channel: Channel }) {
  const network = useNetworkWords()(channel).name
  return (
    <Link
      to="/settings/channels/$channelId"
      params={{ channelId: channel.id }}
      className="inline-flex min-h-6 items-start gap-2 hover:underline"
    >
      <span className="pt-0.5">
        <NetworkMark network={channel.network} size={16} />
      </span>
      <span className="flex min-w-0 flex-col">
        <span className="font-medium break-all">{atHandle(channel)}</span>
        <span className="text-xs font-normal text-text-3">{network}</span>
      </span>
    </Link>
  )
}
