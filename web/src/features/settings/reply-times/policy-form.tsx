import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type {
  CalendarView,
  ClockPolicy,
  ReplyPolicyView,
  RulePerson,
} from '../../../../../contract/clock.ts'
import { channelsQuery } from '../../../lib/queries/channels.ts'
import { useMe } from '../../../lib/queries/session.ts'
import { toast } from '../../../lib/toasts.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, Select } from '../../../ui/field.tsx'
import { Callout, FormProblem } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { PolicyPreview } from './policy-preview.tsx'
import { PrecedenceList } from './precedence-list.tsx'
import { savePolicy } from './queries.ts'
import { RuleList } from './rule-list.tsx'
import { TargetField } from './target-field.tsx'

/** What is promised: to everybody, by rules to some, and which rule wins. Nothing holds before it is saved. */
export function PolicyForm({
  kept,
  calendars,
}: {
  kept: ReplyPolicyView
  calendars: readonly CalendarView[]
}) {
  const { may } = useMe()
  const channels = useQuery(channelsQuery).data ?? []
  const [policy, setPolicy] = useState<ClockPolicy>(kept.policy)
  const [picked, setPicked] = useState<readonly RulePerson[]>([])
  const [attempt, setAttempt] = useState(0)
  const save = useSave(kept, policy)
  const changed = JSON.stringify(policy) !== JSON.stringify(kept.policy)
  const mayChange = may('manage-workspace')
  const named = { channels, calendars, people: [...kept.people, ...picked] }
  const several = policy.rules.length > 1
  return (
    <div className="flex flex-col gap-6">
      <fieldset disabled={!mayChange} className="flex min-w-0 flex-col gap-6">
        <ForEverybody
          fallback={policy.fallback}
          calendars={calendars}
          onChange={(fallback) => setPolicy({ ...policy, fallback })}
        />
        <RuleList
          // What was removed and not saved is put back by beginning anew.
          key={attempt}
          policy={policy}
          named={named}
          onChange={(rules) => setPolicy({ ...policy, rules })}
          onPerson={(person) => setPicked([...picked, person])}
        />
        {several && (
          <PrecedenceList
            precedence={policy.precedence}
            onChange={(precedence) => setPolicy({ ...policy, precedence })}
          />
        )}
      </fieldset>
      {mayChange && <PolicyPreview policy={policy} named={named} />}
      <FormProblem error={save.error} />
      {mayChange && (
        <SaveBar
          changed={changed}
          busy={save.isPending}
          onSave={() => save.mutate()}
          onRevert={() => {
            setPolicy(kept.policy)
            setAttempt(attempt + 1)
          }}
        />
      )}
    </div>
  )
}

function useSave(kept: ReplyPolicyView, policy: ClockPolicy) {
  const { t } = useLingui()
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => savePolicy({ policy, version: kept.version }),
    onSuccess: async () => {
      toast(t`Saved. Everything that waits is counted anew.`)
      await client.invalidateQueries({ queryKey: ['reply-times'] })
      await client.invalidateQueries({ queryKey: ['conversations'] })
    },
  })
}

function ForEverybody({
  fallback,
  calendars,
  onChange,
}: {
  fallback: ClockPolicy['fallback']
  calendars: readonly CalendarView[]
  onChange(fallback: ClockPolicy['fallback']): void
}) {
  const { t } = useLingui()
  return (
    <Section title={t`For everybody`} intro={t`Holds where no rule says otherwise.`}>
      <Card className="flex flex-wrap items-end gap-x-6 gap-y-3 p-4">
        <TargetField
          label={t`Answer within`}
          target={fallback.target}
          onChange={(target) => onChange({ ...fallback, target })}
        />
        <Field label={t`Default opening hours`}>
          {(wiring) => (
            <Select
              {...wiring}
              value={fallback.calendarId}
              onChange={(event) => {
                const chosen = calendars.find(({ id }) => id === event.target.value)
                if (chosen) onChange({ ...fallback, calendarId: chosen.id })
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
  )
}

function SaveBar({
  changed,
  busy,
  onSave,
  onRevert,
}: {
  changed: boolean
  busy: boolean
  onSave(): void
  onRevert(): void
}) {
  return (
    <div className="flex flex-col gap-2">
      {changed && (
        <Callout tone="soon">
          <Trans>Not saved yet: until then everything is counted as before.</Trans>
        </Callout>
      )}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" size="lg" busy={busy} disabled={!changed} onClick={onSave}>
          <Trans>Save the reply times</Trans>
        </Button>
        {changed && (
          <Button size="lg" look="quiet" onClick={onRevert}>
            <Trans>As it was</Trans>
          </Button>
        )}
      </div>
    </div>
  )
}
