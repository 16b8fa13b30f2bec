import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleHelp, Coffee, TriangleAlert } from 'lucide-react'
import { atHandle } from '../../lib/handles.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { channelsQuery } from '../../lib/queries/channels.ts'
import { conversationListQuery, countsQuery } from '../../lib/queries/conversations.ts'
import { troubledDeliveriesQuery } from '../../lib/queries/deliveries.ts'
import { useMe } from '../../lib/queries/session.ts'
import { serverWords } from '../../lib/server-words.ts'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { Bar } from '../../ui/skeleton.tsx'
import { DueBadge } from '../../ui/time.tsx'

const SHOWN = 8
const row =
  'flex min-h-12 items-center gap-3 border-b border-line px-4 py-2 last:border-b-0 hover:bg-hover'

/** What waits for me, what is late, and what did not go as it should. */
export function TodayPage() {
  const { t, i18n } = useLingui()
  const { me } = useMe()
  const first = me.name.split(' ')[0]
  return (
    <Page
      title={t`Hello, ${first}`}
      intro={i18n.date(new Date(), { weekday: 'long', day: 'numeric', month: 'long' })}
      actions={
        <Link to="/digest" className="min-h-6 text-sm font-medium text-accent-text hover:underline">
          <Trans>Digest of the day</Trans>
        </Link>
      }
    >
      <Numbers />
      <Troubles />
      <Waiting />
    </Page>
  )
}

function Numbers() {
  const { t } = useLingui()
  const counts = useQuery(countsQuery).data
  const numbers = [
    { name: t`Yours`, value: counts?.mine, search: { view: 'mine' as const } },
    { name: t`Nobody's`, value: counts?.unassigned, search: { view: 'unassigned' as const } },
    { name: t`Overdue`, value: counts?.overdue, search: { overdue: 'true' as const }, late: true },
    { name: t`Open in all`, value: counts?.all, search: {} },
  ]
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      {numbers.map(({ name, value, search, late }) => (
        <li key={name}>
          <Link
            to="/inbox"
            search={search}
            className="flex flex-col gap-0.5 rounded-xl border border-line bg-surface px-4 py-3 shadow-1 hover:bg-hover"
          >
            <span
              className={`tnum h-8 text-[26px] leading-8 font-semibold ${late && value ? 'text-late' : ''}`}
            >
              {value ?? <Bar className="mt-2 w-8" />}
            </span>
            <span className="text-xs text-text-3">{name}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

/** Channels and sendings that ask for a person; nothing when all is well. */
function Troubles() {
  const { t } = useLingui()
  const { may } = useMe()
  const networkWords = useNetworkWords()
  const channels = useQuery({ ...channelsQuery, enabled: may('read-channels') }).data ?? []
  const sendings = useQuery(troubledDeliveriesQuery).data ?? []
  const troubled = channels.filter((channel) => channel.state === 'attention')
  if (troubled.length + sendings.length === 0) return null
  return (
    <Section title={t`Needs a decision or a hand`}>
      <Card>
        {troubled.map((channel) => (
          <Link
            key={channel.id}
            to="/settings/channels"
            search={{ channel: channel.id }}
            className={row}
          >
            <TriangleAlert size={16} aria-hidden className="shrink-0 text-soon" />
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium">
                <Trans>
                  {atHandle(channel)} on {networkWords(channel).inText} needs attention
                </Trans>
              </span>
              <span className="block truncate text-xs text-text-3">
                {serverWords(channel.problem?.detail ?? '')}
              </span>
            </span>
          </Link>
        ))}
        {sendings.map((delivery) => (
          <Link
            key={delivery.id}
            to="/inbox/$conversationId"
            params={{ conversationId: delivery.conversationId }}
            className={row}
          >
            <CircleHelp
              size={16}
              aria-hidden
              className={delivery.state === 'failed' ? 'text-late' : 'text-soon'}
            />
            <span className="min-w-0 flex-1">
              <span className="block text-sm font-medium">
                {delivery.state === 'failed' && <Trans>A reply was not sent</Trans>}
                {delivery.state === 'unknown' && (
                  <Trans>A reply may or may not stand on the network</Trans>
                )}
                {delivery.state === 'held' && <Trans>A reply is held back</Trans>}
              </span>
              <span className="block truncate text-xs text-text-3">{delivery.text}</span>
            </span>
          </Link>
        ))}
      </Card>
    </Section>
  )
}

function Waiting() {
  const { t } = useLingui()
  const mine = useInfiniteQuery(conversationListQuery({ assignee: 'me', sort: 'due' }, SHOWN))
  // Sorted by due time: what waits for an answer comes first, and what is answered is left out.
  const items = mine.data?.pages[0]?.items.filter((item) => item.unansweredSince !== null) ?? []
  const more = mine.data?.pages[0]?.next !== null
  return (
    <Section
      title={t`Waits for you`}
      actions={
        <Link
          to="/inbox"
          search={{ view: 'mine' }}
          className="min-h-6 text-sm font-medium text-accent-text hover:underline"
        >
          {more && items.length > 0 ? (
            <Trans>All of yours</Trans>
          ) : (
            <Trans>Open in the inbox</Trans>
          )}
        </Link>
      }
    >
      <Card>
        {mine.isPending && (
          <div
            role="status"
            aria-label={t`Reading conversations`}
            className="flex flex-col gap-4 p-4"
          >
            <Bar className="w-3/5" />
            <Bar className="w-2/5" />
          </div>
        )}
        {mine.isError && items.length === 0 && (
          <LoadProblem error={mine.error} onRetry={() => void mine.refetch()} />
        )}
        {mine.isSuccess && items.length === 0 && <NothingWaits />}
        {items.map((item) => (
          <Link
            key={item.id}
            to="/inbox/$conversationId"
            params={{ conversationId: item.id }}
            search={{ view: 'mine' }}
            className={row}
          >
            <NetworkMark network={item.network} />
            <span className="w-32 shrink-0 truncate text-sm font-medium max-sm:w-24">
              {item.person.name}
            </span>
            <span className="min-w-0 flex-1 truncate text-sm text-text-3">{item.preview}</span>
            {item.due && <DueBadge due={item.due} />}
          </Link>
        ))}
      </Card>
    </Section>
  )
}

function NothingWaits() {
  const { t } = useLingui()
  const unassigned = useQuery(countsQuery).data?.unassigned ?? 0
  return (
    <EmptyState icon={Coffee} title={t`Nothing waits for you`}>
      {unassigned > 0 ? (
        <Link
          to="/inbox"
          search={{ view: 'unassigned' }}
          className="text-accent-text underline underline-offset-2"
        >
          <Plural
            value={unassigned}
            one="# conversation is nobody's yet"
            other="# conversations are nobody's yet"
          />
        </Link>
      ) : (
        <Trans>Conversations you take or are given appear here, the most urgent first.</Trans>
      )}
    </EmptyState>
  )
}
