import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Channel } from '../../../../../contract/channels.ts'
import { type CalendarView, ClockRule, defaultTarget } from '../../../../../contract/clock.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Checkbox, Field, Select } from '../../../ui/field.tsx'
import { Callout } from '../../../ui/messages.tsx'
import { type Subject, SubjectFields } from './subject-fields.tsx'
import { TargetField } from './target-field.tsx'

/** One rule: whom it is about, and what is promised to them. */
export function RuleDialog({
  rule,
  others,
  calendars,
  channels,
  onKeep,
  onClose,
}: {
  rule: ClockRule | null
  others: readonly ClockRule[]
  calendars: readonly CalendarView[]
  channels: readonly Channel[]
  onKeep(rule: ClockRule): void
  onClose(): void
}) {
  const { t } = useLingui()
  const [subject, setSubject] = useState<Subject>({
    channelId: rule?.when.channelId ?? null,
    language: rule?.when.language ?? null,
    severity: rule?.when.severity ?? null,
  })
  const [target, setTarget] = useState(rule?.target ?? defaultTarget)
  const [promises, setPromises] = useState(rule === null || rule.target !== undefined)
  const [calendarId, setCalendarId] = useState<string>(rule?.calendarId ?? '')
  const [always, setAlways] = useState(rule?.ignoresOfficeHours ?? false)
  const made = makeRule(rule, {
    subject,
    target: promises ? target : undefined,
    calendarId,
    always,
  })
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
          <Button
            look="primary"
            disabled={made === null || twin}
            onClick={() => made && onKeep(made)}
          >
            <Trans>Keep the rule</Trans>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {rule?.when.personId && (
          <Callout>
            <Trans>This rule is about one customer; that stays.</Trans>
          </Callout>
        )}
        <SubjectFields
          subject={subject}
          onChange={setSubject}
          channels={channels}
          any={t`whichever`}
        />
        {made === null && (
          <p className="text-xs text-text-3">
            <Trans>
              Name whom it is about (a channel, a language or a severity) and what it promises.
            </Trans>
          </p>
        )}
        {twin && (
          <p role="alert" className="text-xs font-medium text-late">
            <Trans>Another rule is about the same. Change that one.</Trans>
          </p>
        )}
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
              {calendars.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </Dialog>
  )
}

type Parts = {
  subject: Subject
  target: ClockRule['target']
  calendarId: string
  always: boolean
}

/** Null while it names nothing that it is about. */
function makeRule(before: ClockRule | null, { subject, target, calendarId, always }: Parts) {
  const { channelId, language, severity } = subject
  const personId = before?.when.personId
  const parsed = ClockRule.safeParse({
    when: {
      ...(personId && { personId }),
      ...(channelId && { channelId }),
      ...(language && { language }),
      ...(severity && { severity }),
    },
    ...(target && { target }),
    ...(calendarId && { calendarId }),
    ...(always && { ignoresOfficeHours: true }),
    // Said by the API against a less specific rule: it stays unless it is turned round.
    ...(!always && before?.ignoresOfficeHours === false && { ignoresOfficeHours: false }),
  })
  return parsed.success ? parsed.data : null
}

function sameWhen(a: ClockRule['when'], b: ClockRule['when']): boolean {
  return (
    a.channelId === b.channelId &&
    a.severity === b.severity &&
    a.personId === b.personId &&
    a.language?.toLowerCase() === b.language?.toLowerCase()
  )
}
