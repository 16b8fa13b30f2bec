import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { CalendarInput, CalendarView, Holiday } from '../../../../../contract/clock.ts'
import { toast } from '../../../lib/toasts.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, TextInput } from '../../../ui/field.tsx'
import { hoursProblem, tidyHours, usualHours } from '../../../ui/forms/hours.ts'
import { guessedTimeZone, HoursEditor, TimeZoneField } from '../../../ui/forms/hours-editor.tsx'
import { FormProblem } from '../../../ui/messages.tsx'
import { saveCalendar } from './queries.ts'

/** One calendar: its name, zone, week and the days on which it is closed. */
export function CalendarDialog({
  calendar,
  onClose,
}: {
  calendar: CalendarView | null
  onClose(): void
}) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [input, setInput] = useState<CalendarInput>({
    name: calendar?.name ?? '',
    timeZone: calendar?.timeZone ?? guessedTimeZone(),
    hours: calendar?.hours ?? usualHours,
    holidays: calendar?.holidays ?? [],
  })
  const set = (change: Partial<CalendarInput>) => setInput({ ...input, ...change })
  const save = useMutation({
    mutationFn: () =>
      saveCalendar(calendar?.id ?? null, { ...input, hours: tidyHours(input.hours) }),
    onSuccess: async () => {
      toast(t`Saved. Everything that waits is counted anew.`)
      onClose()
      await client.invalidateQueries({ queryKey: ['reply-times'] })
      await client.invalidateQueries({ queryKey: ['session'] })
    },
  })
  return (
    <Dialog
      wide
      title={calendar ? t`Change ${calendar.name}` : t`New opening hours`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Leave it</Trans>
          </Button>
          <Button
            look="primary"
            type="submit"
            form="calendar-form"
            busy={save.isPending}
            disabled={hoursProblem(input.hours) !== null}
          >
            <Trans>Save the opening hours</Trans>
          </Button>
        </>
      }
    >
      <form
        id="calendar-form"
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Field label={t`Name`}>
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              maxLength={200}
              value={input.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <TimeZoneField value={input.timeZone} onChange={(timeZone) => set({ timeZone })} />
        <HoursEditor
          hours={input.hours}
          onChange={(hours) => set({ hours: { ...input.hours, ...hours } })}
        />
        <Holidays holidays={input.holidays} onChange={(holidays) => set({ holidays })} />
        <FormProblem error={save.error} />
      </form>
    </Dialog>
  )
}

function Holidays({
  holidays,
  onChange,
}: {
  holidays: readonly Holiday[]
  onChange(holidays: Holiday[]): void
}) {
  const { t } = useLingui()
  const set = (index: number, change: Partial<Holiday>) =>
    onChange(holidays.map((one, place) => (place === index ? { ...one, ...change } : one)))
  const today = new Date().toISOString().slice(0, 10)
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">
        <Trans>Holidays and other days off</Trans>
      </legend>
      {holidays.map((holiday, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a holiday is its place in the list while it is edited.
          key={index}
          className="flex flex-wrap items-center gap-1.5"
        >
          <TextInput
            aria-label={t`Name of the holiday`}
            required
            maxLength={200}
            value={holiday.name}
            onChange={(event) => set(index, { name: event.target.value })}
            className="min-w-0 flex-1 basis-40"
          />
          <TextInput
            type="date"
            aria-label={t`${holiday.name}: first day`}
            required
            value={holiday.from}
            onChange={(event) => {
              const from = event.target.value
              set(index, { from, until: holiday.until < from ? from : holiday.until })
            }}
            className="tnum max-w-36"
          />
          <TextInput
            type="date"
            aria-label={t`${holiday.name}: last day`}
            required
            min={holiday.from}
            value={holiday.until}
            onChange={(event) => set(index, { until: event.target.value })}
            className="tnum max-w-36"
          />
          <IconButton
            label={t`Remove ${holiday.name}`}
            onClick={() => onChange(holidays.toSpliced(index, 1))}
          >
            <Trash2 size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button
        size="sm"
        className="self-start"
        onClick={() =>
          onChange([...holidays, { name: t`Closed`, from: today, until: today, closed: 'all-day' }])
        }
      >
        <Plus size={14} aria-hidden />
        <Trans>Add a day off</Trans>
      </Button>
    </fieldset>
  )
}
