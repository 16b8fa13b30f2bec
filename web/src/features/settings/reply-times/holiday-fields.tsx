import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, Trash2 } from 'lucide-react'
import type { Holiday } from '../../../../../contract/clock.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Select, TextInput } from '../../../ui/field.tsx'
import { spansProblem } from '../../../ui/forms/hours.ts'
import { SpanFields } from '../../../ui/forms/span-fields.tsx'
import { type HolidayKind, kindOf, spansOf, turnInto, withSpans } from './holiday.ts'

/** Days on which the usual week does not hold: closed, or open in hours of their own. */
export function HolidayFields({
  holidays,
  onChange,
}: {
  holidays: readonly Holiday[]
  onChange(holidays: Holiday[]): void
}) {
  const { t } = useLingui()
  const today = new Date().toISOString().slice(0, 10)
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">
        <Trans>Holidays and other days off</Trans>
      </legend>
      {holidays.map((holiday, index) => (
        <HolidayRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a holiday is its place in the list while it is edited.
          key={index}
          holiday={holiday}
          onChange={(next) => onChange(holidays.toSpliced(index, 1, next))}
          onRemove={() => onChange(holidays.toSpliced(index, 1))}
        />
      ))}
      <Button
        size="sm"
        className="self-start"
        onClick={() =>
          onChange([
            ...holidays,
            { name: t`Holiday`, from: today, until: today, closed: 'all-day' },
          ])
        }
      >
        <Plus size={14} aria-hidden />
        <Trans>Add a day off</Trans>
      </Button>
    </fieldset>
  )
}

function HolidayRow({
  holiday,
  onChange,
  onRemove,
}: {
  holiday: Holiday
  onChange(holiday: Holiday): void
  onRemove(): void
}) {
  const { t } = useLingui()
  const { name } = holiday
  const kind = kindOf(holiday)
  const spans = spansOf(holiday)
  const words: Record<HolidayKind, string> = {
    closed: t`closed all day`,
    open: t`open in hours of its own`,
    part: t`closed in these hours`,
  }
  // The last is one of the API's; hours of its own say the same in a way that is easier to check.
  const offered: HolidayKind[] = kind === 'part' ? ['closed', 'open', 'part'] : ['closed', 'open']
  return (
    <fieldset
      aria-label={name}
      className="flex min-w-0 flex-wrap items-start gap-1.5 border-b border-line pb-2"
    >
      <TextInput
        aria-label={t`Name of the holiday`}
        required
        maxLength={200}
        value={name}
        onChange={(event) => onChange({ ...holiday, name: event.target.value })}
        className="min-w-0 flex-1 basis-52"
      />
      <TextInput
        type="date"
        aria-label={t`${name}: first day`}
        required
        value={holiday.from}
        onChange={(event) => {
          const from = event.target.value
          onChange({ ...holiday, from, until: holiday.until < from ? from : holiday.until })
        }}
        className="tnum max-w-36 flex-1 basis-32"
      />
      <TextInput
        type="date"
        aria-label={t`${name}: last day`}
        required
        min={holiday.from}
        value={holiday.until}
        onChange={(event) => onChange({ ...holiday, until: event.target.value })}
        className="tnum max-w-36 flex-1 basis-32"
      />
      <IconButton label={t`Remove ${name}`} onClick={onRemove}>
        <Trash2 size={14} aria-hidden />
      </IconButton>
      <div className="flex w-full flex-wrap items-start gap-1.5">
        <Select
          aria-label={t`${name}: on these days`}
          value={kind}
          onChange={(event) => {
            const next = offered.find((one) => one === event.target.value)
            if (next) onChange(turnInto(holiday, next))
          }}
          className="max-w-56"
        >
          {offered.map((one) => (
            <option key={one} value={one}>
              {words[one]}
            </option>
          ))}
        </Select>
        {spans && (
          <div className="flex min-w-0 flex-1 basis-56 flex-col gap-1.5">
            <SpanFields
              name={name}
              spans={spans}
              problem={spansProblem(spans)}
              onChange={(next) => onChange(withSpans(holiday, next))}
            />
          </div>
        )}
      </div>
    </fieldset>
  )
}
