import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import type { ClockPolicy, ClockPreview } from '../../../../../contract/clock.ts'
import { useTargetWords } from '../../../lib/clock-words.ts'
import { Field, TextInput } from '../../../ui/field.tsx'
import { FormProblem } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { FittingRules } from './fitting-rules.tsx'
import { previewQuery } from './queries.ts'
import type { Named } from './rule-words.ts'
import { anySubject, SubjectFields } from './subject-fields.tsx'

/** Tries the rules before they are saved: one message, and the customers who wait now. */
export function PolicyPreview({ policy, named }: { policy: ClockPolicy; named: Named }) {
  const { t } = useLingui()
  const [at, setAt] = useState(nextHour)
  const [subject, setSubject] = useState(anySubject)
  const time = new Date(at)
  const { person, ...rest } = subject
  const input = useDeferredValue({
    policy,
    calendars: [],
    at: Number.isNaN(time.getTime()) ? new Date().toISOString() : time.toISOString(),
    subject: { ...rest, personId: person?.id ?? null },
  })
  const preview = useQuery({ ...previewQuery(input), placeholderData: keepPreviousData })
  const shown = preview.data
  return (
    <Section title={t`Try it`} intro={t`What these rules would do, before you save them.`}>
      <Card className="flex flex-col gap-4 p-4">
        <div className="grid items-start gap-3 sm:grid-cols-2">
          <Field label={t`A message that comes on`}>
            {(wiring) => (
              <TextInput
                {...wiring}
                type="datetime-local"
                value={at}
                onChange={(event) => setAt(event.target.value)}
              />
            )}
          </Field>
          <SubjectFields
            subject={subject}
            onChange={setSubject}
            channels={named.channels}
            any={t`not known`}
          />
        </div>
        <FormProblem error={preview.error} />
        {preview.isPending && <SkeletonRows count={1} label={t`Trying the rules`} />}
        {shown && (
          <div
            aria-live="polite"
            aria-busy={preview.isPlaceholderData}
            className="tnum flex flex-col gap-2 text-sm"
          >
            <Due found={shown.found} />
            <FittingRules found={shown.found} rules={shown.rules} named={named} />
            <Waiting open={shown.found.open} />
          </div>
        )}
      </Card>
    </Section>
  )
}

function Due({ found }: { found: ClockPreview }) {
  const { i18n } = useLingui()
  const target = useTargetWords()
  return (
    <p>
      {found.due ? (
        <Trans>
          An answer would be due on <strong>{i18n.date(new Date(found.due), dueLook)}</strong> (
          {target(found.target)}).
        </Trans>
      ) : (
        <Trans>An answer would never be due: these opening hours have no room for it.</Trans>
      )}
    </p>
  )
}

function Waiting({ open }: { open: ClockPreview['open'] }) {
  return (
    <p className="text-text-2">
      <Plural
        value={open.waiting}
        _0="No customer waits just now."
        one="Of # customer who waits now"
        other="Of # customers who wait now"
      />
      {open.waiting > 0 && (
        <Trans>
          , {open.lateThen} would be late (now: {open.lateNow}).{' '}
          <strong>{open.becomingLate}</strong> would become late, {open.noLongerLate} would be late
          no longer.
        </Trans>
      )}
    </p>
  )
}

const dueLook: Intl.DateTimeFormatOptions = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
}

/** As an input of the browser's own zone takes it. */
function nextHour(): string {
  const next = new Date(Date.now() + 3_600_000)
  next.setMinutes(0, 0, 0)
  const local = new Date(next.getTime() - next.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}
