import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { type ClockRule, defaultTarget, type RulePerson } from '../../../../../contract/clock.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Checkbox, Field, Select } from '../../../ui/field.tsx'
import { ruleOf, sameWhen } from './rule-of.ts'
import { type Named, useRuleWords } from './rule-words.ts'
import { type Subject, SubjectFields } from './subject-fields.tsx'
import { TargetField } from './target-field.tsx'

/** One rule: whom it is about, and what is promised to them; in a sentence below what is chosen. */
export function RuleDialog({
  rule,
  others,
  named,
  onKeep,
  onClose,
}: {
  rule: ClockRule | null
  others: readonly ClockRule[]
  named: Named
  /** `person`: whom the rule is about, so that they can be named. */
  onKeep(rule: ClockRule, person: RulePerson | null): void
  onClose(): void
}) {
  const { t } = useLingui()
  const [subject, setSubject] = useState(() => subjectOf(rule, named))
  const [target, setTarget] = useState(rule?.target ?? defaultTarget)
  const [promises, setPromises] = useState(rule === null || rule.target !== undefined)
  const [calendarId, setCalendarId] = useState<string>(rule?.calendarId ?? '')
  const [always, setAlways] = useState(rule?.ignoresOfficeHours ?? false)
  const parts = { subject, target: promises ? target : undefined, calendarId, always }
  const made = ruleOf(rule, parts)
  const twin = made !== null && others.some(({ when }) => sameWhen(when, made.when))
  return (
    <Dialog
      title={rule ? t`Change the rule` : t`New rule`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Leave it</Trans>
          </Button>
          <Button look="primary" type="submit" form="clock-rule" disabled={made === null || twin}>
            <Trans>Keep the rule</Trans>
          </Button>
        </>
      }
    >
      <form
        id="clock-rule"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (made && !twin) onKeep(made, subject.person)
        }}
      >
        <SubjectFields
          subject={subject}
          onChange={setSubject}
          channels={named.channels}
          any={t`whichever`}
        />
        <Checkbox
          label={t`A reply time of its own`}
          checked={promises}
          onChange={(event) => setPromises(event.target.checked)}
        />
        {promises && <TargetField label={t`Answer within`} target={target} onChange={setTarget} />}
        <Checkbox
          label={t`Day and night, whatever the opening hours`}
          checked={always}
          onChange={(event) => setAlways(event.target.checked)}
        />
        <Field label={t`Opening hours`}>
          {(wiring) => (
            <Select
              {...wiring}
              value={calendarId}
              onChange={(event) => setCalendarId(event.target.value)}
            >
              <option value="">{t`as for everybody`}</option>
              {named.calendars.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Reading made={made} twin={twin} named={withPerson(named, subject.person)} />
      </form>
    </Dialog>
  )
}

/** The rule as it reads so far, or what is missing. */
function Reading({ made, twin, named }: { made: ClockRule | null; twin: boolean; named: Named }) {
  const words = useRuleWords(named)
  if (made === null)
    return (
      <p className="text-xs text-text-3">
        <Trans>
          Name whom it is about (a channel, a language, a severity or a customer) and what it
          promises.
        </Trans>
      </p>
    )
  if (twin)
    return (
      <p role="alert" className="text-xs font-medium text-late">
        <Trans>Another rule is about the same. Change that one.</Trans>
      </p>
    )
  return (
    <p aria-live="polite" className="rounded-lg bg-sunken px-3 py-2 text-sm break-words">
      {words(made)}
    </p>
  )
}

function subjectOf(rule: ClockRule | null, { people }: Named): Subject {
  const { channelId, language, severity, personId } = rule?.when ?? {}
  const person = people.find(({ id }) => id === personId)
  return {
    channelId: channelId ?? null,
    language: language ?? null,
    severity: severity ?? null,
    // Whoever is named by nobody any more keeps the rule about them.
    person: person ?? (personId ? { id: personId, name: '…', is: 'erased' } : null),
  }
}

function withPerson(named: Named, person: RulePerson | null): Named {
  return person ? { ...named, people: [...named.people, person] } : named
}
