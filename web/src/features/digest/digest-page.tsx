import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Coffee, HeartHandshake } from 'lucide-react'
import { type DigestItem, type DigestSection, DigestSections } from '../../../../contract/digest.ts'
import type { Goodwill } from '../../../../contract/goodwill.ts'
import { useGoodwillWords, useMoney } from '../../lib/goodwill-words.ts'
import { digestQuery } from '../../lib/queries/digest.ts'
import { goodwillMonthsQuery } from '../../lib/queries/goodwill.ts'
import { EmptyState, LoadProblem } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago } from '../../ui/time.tsx'

const row =
  'flex min-h-12 items-start gap-3 border-b border-line px-4 py-2.5 last:border-b-0 hover:bg-hover'

/** The voices that matter today; each opens its conversation with the reply box ready. */
export function DigestPage() {
  const { t } = useLingui()
  const digest = useQuery({ ...digestQuery, refetchInterval: 60_000 })
  const titles = useSectionTitles()
  const data = digest.data
  const shown = data ? DigestSections.options.filter((name) => data[name].length > 0) : []
  return (
    <Page
      title={t`Digest`}
      intro={t`The voices that matter today. Choose one to answer it.`}
      actions={
        <Link
          to="/settings/digest"
          className="min-h-6 text-sm font-medium text-accent-text hover:underline"
        >
          <Trans>Get it by mail</Trans>
        </Link>
      }
    >
      {digest.isPending && (
        <Card>
          <SkeletonRows count={5} label={t`Reading the digest`} />
        </Card>
      )}
      {digest.isError && !data && (
        <LoadProblem error={digest.error} onRetry={() => void digest.refetch()} />
      )}
      {data && shown.length === 0 && (
        <Card>
          <EmptyState icon={Coffee} title={t`A quiet day`}>
            <Trans>Nothing waits for an answer, and nothing went wrong.</Trans>
          </EmptyState>
        </Card>
      )}
      {data &&
        shown.map((name) => (
          <Section key={name} title={titles[name]}>
            <Card>
              {data[name].map((item) => (
                <ItemLink key={`${item.conversationId}${item.since}`} item={item} />
              ))}
            </Card>
          </Section>
        ))}
      {data && <GoodwillSection acts={data.goodwill} />}
    </Page>
  )
}

function useSectionTitles(): Record<DigestSection, string> {
  const { t } = useLingui()
  return {
    urgent: t`Urgent`,
    worst: t`Complaints of the last day, the worst first`,
    overdue: t`Past their reply time`,
    longest: t`Waiting longest`,
    undelivered: t`Replies that did not go out, or may not have`,
    handedOver: t`Handed over and not looked at yet`,
    heard: t`Most heard in the last day`,
    best: t`Praise of the last day, the best first`,
    wonBack: t`Won back in the last day`,
  }
}

function ItemLink({ item }: { item: DigestItem }) {
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: item.conversationId }}
      search={{ reply: 'open' }}
      className={row}
    >
      <span className="flex h-5 items-center">
        <NetworkMark network={item.network} />
      </span>
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex items-baseline justify-between gap-3 text-sm">
          <span className="truncate font-medium">{item.person}</span>
          <Ago at={item.since} className="shrink-0 text-xs text-text-3" />
        </span>
        <span className="line-clamp-2 text-sm text-text-3">{item.words}</span>
        <ItemNote item={item} />
      </span>
    </Link>
  )
}

function ItemNote({ item }: { item: DigestItem }) {
  const { messages, people, delivery } = item
  if (delivery)
    return (
      <span className="text-xs text-late">
        {delivery === 'failed' ? (
          <Trans>The reply was not sent</Trans>
        ) : (
          <Trans>The reply may or may not have arrived</Trans>
        )}
      </span>
    )
  if (messages === null || people === null) return null
  return (
    <span className="text-xs text-text-3">
      <Plural value={messages} one="# message" other="# messages" />
      {' · '}
      <Plural value={people} one="# person" other="# people" />
    </span>
  )
}

function GoodwillSection({ acts }: { acts: Goodwill[] }) {
  const { t } = useLingui()
  const kinds = useGoodwillWords()
  const money = useMoney()
  return (
    <Section title={t`Goodwill today`}>
      <Card>
        {acts.length === 0 && (
          <p className="flex items-center gap-3 px-4 py-3 text-sm text-text-3">
            <HeartHandshake size={16} aria-hidden className="shrink-0" />
            <Trans>None yet. Record a gift or a kind word beside a conversation.</Trans>
          </p>
        )}
        {acts.map((act) => (
          <Link
            key={act.id}
            to="/inbox/$conversationId"
            params={{ conversationId: act.conversationId }}
            search={{ reply: 'open' }}
            className={row}
          >
            <span className="flex min-w-0 flex-1 flex-col">
              <span className="flex items-baseline justify-between gap-3 text-sm">
                <span className="truncate font-medium">
                  {act.person}: {kinds[act.kind]}
                </span>
                <span className="tnum shrink-0">{money(act.cost, act.currency)}</span>
              </span>
              <span className="line-clamp-2 text-sm text-text-3">{act.note || act.byName}</span>
            </span>
          </Link>
        ))}
        <Months />
      </Card>
    </Section>
  )
}

function Months() {
  const { i18n } = useLingui()
  const money = useMoney()
  const months = useQuery(goodwillMonthsQuery).data?.slice(0, 6) ?? []
  if (months.length === 0) return null
  return (
    <table className="w-full border-t border-line text-sm">
      <caption className="sr-only">
        <Trans>Goodwill by month</Trans>
      </caption>
      <thead>
        <tr className="text-left text-xs text-text-3">
          <th scope="col" className="px-4 py-1.5 font-medium">
            <Trans>Month</Trans>
          </th>
          <th scope="col" className="px-4 py-1.5 text-right font-medium">
            <Trans>Acts</Trans>
          </th>
          <th scope="col" className="px-4 py-1.5 text-right font-medium">
            <Trans>Cost</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {months.map(({ month, currency, count, cost }) => (
          <tr key={month + currency} className="tnum border-t border-line">
            <th scope="row" className="px-4 py-1.5 text-left font-normal">
              {i18n.date(new Date(`${month}-15T12:00:00Z`), {
                month: 'long',
                year: 'numeric',
                timeZone: 'UTC',
              })}
            </th>
            <td className="px-4 py-1.5 text-right">{count}</td>
            <td className="px-4 py-1.5 text-right">{money(cost, currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
