import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { BellRing } from 'lucide-react'
import { useSeverityWords } from '../../lib/clock-words.ts'
import { pagesQuery, useAcknowledge } from '../../lib/queries/pages.ts'
import { Button } from '../button.tsx'
import { ClockTime } from '../time.tsx'

/**
 * Says, on every page, that somebody is being called, and lets whoever is here take it up. The page of a
 * conversation says so of itself.
 */
export function PageBanner() {
  const { t } = useLingui()
  const severity = useSeverityWords()
  const take = useAcknowledge(t`It is yours: nobody else is called.`)
  const { data = [] } = useQuery(pagesQuery())
  const { conversationId: here } = useParams({ strict: false })
  const elsewhere = data.filter(({ conversationId }) => conversationId !== here)
  const page = elsewhere.at(-1)
  if (!page) return null
  const more = elsewhere.length - 1
  const { id, person, calls, nextAt, can } = page
  const called = calls[0]?.member.name
  const how = severity(page.severity)
  return (
    <section
      aria-label={t`Somebody is being called`}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-late-soft px-4 py-2 text-xs text-late sm:text-sm"
    >
      <BellRing size={16} aria-hidden className="shrink-0" />
      <p role="status" className="min-w-0 flex-1 basis-60">
        <Trans>
          {person} waits. Severity: {how}.
        </Trans>{' '}
        {called && <Trans>{called} was called.</Trans>}{' '}
        {nextAt && (
          <Trans>
            The next call is at <ClockTime at={nextAt} />.
          </Trans>
        )}{' '}
        {more > 0 && <Trans>{more} more wait like this.</Trans>}
      </p>
      <div className="flex items-center gap-3">
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: page.conversationId }}
          className="inline-flex min-h-6 items-center font-semibold underline underline-offset-2"
        >
          <Trans>Look</Trans>
        </Link>
        {can.acknowledge && (
          <Button size="sm" look="danger" busy={take.isPending} onClick={() => take.mutate(id)}>
            <Trans>I take it up</Trans>
          </Button>
        )}
      </div>
    </section>
  )
}
