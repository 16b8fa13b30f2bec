import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '../button.tsx'
import { Checkbox, Field, Select } from '../field.tsx'
import { type Day, days, type Hours, hoursProblem, type Span } from './hours.ts'
import { SpanFields } from './span-fields.tsx'

/** The business's week: which days, from when to when, with breaks. */
export function HoursEditor({ hours, onChange }: { hours: Hours; onChange(hours: Hours): void }) {
  const names = useDayNames()
  const problem = hoursProblem(hours)
  const monday = hours.mon ?? []
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">
        <Trans>Opening hours</Trans>
      </legend>
      {days.map((day) => (
        <DayRow
          key={day}
          name={names[day]}
          spans={hours[day] ?? []}
          problem={problem?.day === day ? problem.kind : null}
          onChange={(spans) => onChange({ ...hours, [day]: spans })}
        />
      ))}
      {monday.length > 0 && (
        <Button
          look="quiet"
          size="sm"
          className="self-start"
          onClick={() => onChange({ ...hours, tue: monday, wed: monday, thu: monday, fri: monday })}
        >
          <Trans>Use Monday's hours from Tuesday to Friday</Trans>
        </Button>
      )}
    </fieldset>
  )
}

function DayRow({
  name,
  spans,
  problem,
  onChange,
}: {
  name: string
  spans: Span[]
  problem: 'backwards' | 'overlap' | null
  onChange(spans: Span[]): void
}) {
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line py-1.5 last-of-type:border-b-0">
      <div className="w-32 pt-1">
        <Checkbox
          label={name}
          checked={spans.length > 0}
          onChange={(event) => onChange(event.target.checked ? [['09:00', '17:00']] : [])}
        />
      </div>
      <div className="flex min-w-0 flex-1 basis-56 flex-col gap-1.5">
        {spans.length === 0 && (
          <span className="pt-1.5 text-sm text-text-3">
            <Trans>Closed</Trans>
          </span>
        )}
        <SpanFields name={name} spans={spans} problem={problem} onChange={onChange} />
      </div>
    </div>
  )
}

export function TimeZoneField({
  value,
  onChange,
}: {
  value: string
  onChange(value: string): void
}) {
  const { t } = useLingui()
  const known = Intl.supportedValuesOf('timeZone')
  const zones = known.includes(value) ? known : [value, ...known]
  return (
    <Field label={t`Time zone`} hint={t`Reply times and opening hours are counted in it.`}>
      {(wiring) => (
        <Select {...wiring} value={value} onChange={(event) => onChange(event.target.value)}>
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

export function guessedTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'Etc/UTC'
}

function useDayNames(): Record<Day, string> {
  const { t } = useLingui()
  return {
    mon: t`Monday`,
    tue: t`Tuesday`,
    wed: t`Wednesday`,
    thu: t`Thursday`,
    fri: t`Friday`,
    sat: t`Saturday`,
    sun: t`Sunday`,
  }
}
