import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useMe } from '../../../lib/queries/session.ts'
import { Callout, LoadProblem } from '../../../ui/messages.tsx'
import { Page } from '../../../ui/page.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { CalendarList } from './calendar-list.tsx'
import { PolicyForm } from './policy-form.tsx'
import { calendarsQuery, policyQuery } from './queries.ts'

/** What is promised to whom, and when the business is open. */
export function ReplyTimesPage() {
  const { t } = useLingui()
  const { may } = useMe()
  const policy = useQuery(policyQuery)
  const calendars = useQuery(calendarsQuery)
  const failed = policy.error ?? calendars.error
  const ready =
    policy.data && calendars.data ? { kept: policy.data, calendars: calendars.data } : null
  return (
    <Page
      title={t`Reply times`}
      intro={t`What you promise your customers, and the hours in which you are there. Time is always counted from the oldest message that nobody answered; only a person's reply stops it.`}
    >
      {!may('manage-workspace') && (
        <Callout>{t`Only owners and admins change this; you can look.`}</Callout>
      )}
      {!ready && failed && (
        <LoadProblem
          error={failed}
          onRetry={() => {
            void policy.refetch()
            void calendars.refetch()
          }}
        />
      )}
      {!ready && !failed && <SkeletonRows count={4} label={t`Reading the reply times`} />}
      {ready && (
        <>
          <CalendarList calendars={ready.calendars} policy={ready.kept.policy} />
          <PolicyForm
            // Somebody else's change begins the form anew.
            key={ready.kept.version}
            kept={ready.kept}
            calendars={ready.calendars}
          />
        </>
      )}
    </Page>
  )
}
