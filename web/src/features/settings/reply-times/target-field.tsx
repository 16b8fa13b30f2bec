import { useLingui } from '@lingui/react/macro'
import type { Target } from '../../../../../contract/clock.ts'
import { Field, Select, TextInput } from '../../../ui/field.tsx'

type Unit = 'minutes' | 'hours' | 'open-minutes' | 'open-hours' | 'days'

/** A reply time as a number and a unit: minutes, hours, the same of opening hours, or business days. */
export function TargetField({
  label,
  target,
  onChange,
}: {
  label: string
  target: Target
  onChange(target: Target): void
}) {
  const { t } = useLingui()
  const { count, unit } = readTarget(target)
  const set = (next: number, as: Unit) => onChange(makeTarget(next, as))
  return (
    <Field label={label}>
      {(wiring) => (
        <div className="flex gap-1.5">
          <TextInput
            {...wiring}
            type="number"
            inputMode="numeric"
            required
            min={1}
            max={mostOf[unit]}
            value={count}
            onChange={(event) => {
              const next = event.target.valueAsNumber
              if (Number.isInteger(next) && next > 0) set(Math.min(next, mostOf[unit]), unit)
            }}
            className="tnum max-w-20"
          />
          <Select
            aria-label={t`Unit of “${label}”`}
            value={unit}
            onChange={(event) => {
              const next = units.find((one) => one === event.target.value)
              if (next) set(Math.min(count, mostOf[next]), next)
            }}
          >
            <option value="minutes">{t`minutes`}</option>
            <option value="hours">{t`hours`}</option>
            <option value="open-minutes">{t`minutes of opening hours`}</option>
            <option value="open-hours">{t`hours of opening hours`}</option>
            <option value="days">{t`business days`}</option>
          </Select>
        </div>
      )}
    </Field>
  )
}

const units = ['minutes', 'hours', 'open-minutes', 'open-hours', 'days'] as const
const mostOf: Record<Unit, number> = {
  minutes: 576_000,
  hours: 9600,
  'open-minutes': 144_000,
  'open-hours': 2400,
  days: 100,
}

function readTarget(target: Target): { count: number; unit: Unit } {
  if (target.unit === 'business-days') return { count: target.days, unit: 'days' }
  const open = target.unit === 'business-minutes'
  if (target.minutes % 60 === 0)
    return { count: target.minutes / 60, unit: open ? 'open-hours' : 'hours' }
  return { count: target.minutes, unit: open ? 'open-minutes' : 'minutes' }
}

function makeTarget(count: number, unit: Unit): Target {
  switch (unit) {
    case 'days':
      return { unit: 'business-days', days: count }
    case 'minutes':
      return { unit: 'calendar-minutes', minutes: count }
    case 'hours':
      return { unit: 'calendar-minutes', minutes: count * 60 }
    case 'open-minutes':
      return { unit: 'business-minutes', minutes: count }
    case 'open-hours':
      return { unit: 'business-minutes', minutes: count * 60 }
  }
}
