import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type {
  CalendarView,
  ClockPolicy,
  ClockRule,
  ReplyPolicyView,
} from '../../../../../contract/clock.ts'
import { channelsQuery } from '../../../lib/queries/channels.ts'
import { useMe } from '../../../lib/queries/session.ts'
import { toast } from '../../../lib/toasts.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, Select } from '../../../ui/field.tsx'
import { Callout, FormProblem, LoadProblem } from '../../../ui/messages.tsx'
import { Card, Page, Section } from '../../../ui/page.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { CalendarList } from './calendar-list.tsx'
import { PolicyPreview } from './policy-preview.tsx'
import { calendarsQuery, policyQuery, savePolicy } from './queries.ts'
import { RuleList } from './rule-list.tsx'
import { TargetField } from './target-field.tsx'

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

function PolicyForm({ kept, calendars }: { kept: ReplyPolicyView; calendars: CalendarView[] }) {
  const { t } = useLingui()
  const { may } = useMe()
  const client = useQueryClient()
  const channels = useQuery(channelsQuery).data ?? []
  const [policy, setPolicy] = useState<ClockPolicy>(kept.policy)
  const changed = JSON.stringify(policy) !== JSON.stringify(kept.policy)
  const save = useMutation({
    mutationFn: () => savePolicy({ policy, version: kept.version }),
    onSuccess: async () => {
      toast(t`Saved. Everything that waits is counted anew.`)
      await client.invalidateQueries({ queryKey: ['reply-times'] })
      await client.invalidateQueries({ queryKey: ['conversations'] })
    },
  })
  const { fallback } = policy
  const setFallback = (change: Partial<ClockPolicy['fallback']>) =>
    setPolicy({ ...policy, fallback: { ...fallback, ...change } })
  const setRules = (rules: ClockRule[]) => setPolicy({ ...policy, rules })
  const mayChange = may('manage-workspace')
  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <fieldset disabled={!mayChange} className="flex min-w-0 flex-col gap-6">
        <Section title={t`For everybody`} intro={t`Holds where no rule says otherwise.`}>
          <Card className="flex flex-wrap items-end gap-x-6 gap-y-3 p-4">
            <TargetField
              label={t`Answer within`}
              target={fallback.target}
              onChange={(target) => setFallback({ target })}
            />
            <Field label={t`Default opening hours`}>
              {(wiring) => (
                <Select
                  {...wiring}
                  value={fallback.calendarId}
                  onChange={(event) => {
                    const chosen = calendars.find(({ id }) => id === event.target.value)
                    if (chosen) setFallback({ calendarId: chosen.id })
                  }}
                >
                  {calendars.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </Card>
        </Section>
        <RuleList
          rules={policy.rules}
          onChange={setRules}
          calendars={calendars}
          channels={channels}
        />
      </fieldset>
      {mayChange && <PolicyPreview policy={policy} channels={channels} />}
      <FormProblem error={save.error} />
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" size="lg" busy={save.isPending} disabled={!changed}>
            <Trans>Save the reply times</Trans>
          </Button>
          {changed && (
            <Button size="lg" look="quiet" onClick={() => setPolicy(kept.policy)}>
              <Trans>As it was</Trans>
            </Button>
          )}
        </div>
      )}
    </form>
  )
}
