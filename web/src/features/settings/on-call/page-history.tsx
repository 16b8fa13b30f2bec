import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BellOff } from 'lucide-react'
import type { PageState, PageView } from '../../../../../contract/pages.ts'
import { useSeverityWords } from '../../../lib/clock-words.ts'
import { pagesQuery } from '../../../lib/queries/pages.ts'
import { Badge, EmptyState, LoadProblem, type Tone } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { ClockTime } from '../../../ui/time.tsx'

/** About whom people were called lately, and who took it up. */
export function PageHistory() {
  const { t } = useLingui()
  const pages = useQuery(pagesQuery({ state: 'all', limit: 10 }))
  return (
    <Section title={t`Called lately`}>
      <Card>
        {pages.isPending && <SkeletonRows count={3} label={t`Reading who was called`} />}
        {pages.isError && !pages.data && (
          <LoadProblem error={pages.error} onRetry={() => void pages.refetch()} />
        )}
        {pages.data?.length === 0 && (
          <EmptyState icon={BellOff} title={t`Nobody was called yet`}>
            <Trans>Calls begin when a conversation gets one of the severities above.</Trans>
          </EmptyState>
        )}
        <ul>
          {pages.data?.map((page) => (
            <Row key={page.id} page={page} />
          ))}
        </ul>
      </Card>
    </Section>
  )
}

const tones: Record<PageState, Tone> = {
  open: 'late',
  acknowledged: 'ok',
  answered: 'ok',
  done: 'plain',
  eased: 'plain',
}

function Row({ page }: { page: PageView }) {
  const { t } = useLingui()
  const severity = useSeverityWords()
  const { person, calls, acknowledged } = page
  const words: Record<PageState, string> = {
    open: t`still calling`,
    acknowledged: t`taken up by ${acknowledged?.name ?? ''}`,
    answered: t`answered`,
    done: t`done`,
    eased: t`less pressing`,
  }
  const names = [...new Set(calls.toReversed().map(({ member }) => member.name))].join(', ')
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-48">
        <p className="text-sm">
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: page.conversationId }}
            className="font-medium text-accent-text hover:underline"
          >
            {person}
          </Link>{' '}
          · {severity(page.severity)} · <ClockTime at={page.openedAt} />
        </p>
        <p className="text-xs text-text-3">
          {names === '' ? <Trans>nobody called yet</Trans> : <Trans>called: {names}</Trans>}
        </p>
      </div>
      <Badge tone={tones[page.state]}>{words[page.state]}</Badge>
    </li>
  )
}
