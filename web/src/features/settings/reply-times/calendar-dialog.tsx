import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CalendarInput, CalendarView } from '../../../../../contract/clock.ts'
import { toast } from '../../../lib/toasts.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, TextInput } from '../../../ui/field.tsx'
import { hoursProblem, tidyHours, usualHours } from '../../../ui/forms/hours.ts'
import { guessedTimeZone, HoursEditor, TimeZoneField } from '../../../ui/forms/hours-editor.tsx'
import { FormProblem } from '../../../ui/messages.tsx'
import { holidayProblem, tidyHolidays } from './holiday.ts'
import { HolidayFields } from './holiday-fields.tsx'
import { saveCalendar } from './queries.ts'

/** One calendar: its name, zone, week and the days on which the week does not hold. */
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
      saveCalendar(calendar?.id ?? null, {
        ...input,
        hours: tidyHours(input.hours),
        holidays: tidyHolidays(input.holidays),
      }),
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
            disabled={hoursProblem(input.hours) !== null || holidayProblem(input.holidays)}
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
        <HolidayFields holidays={input.holidays} onChange={(holidays) => set({ holidays })} />
        <FormProblem error={save.error} />
      </form>
    </Dialog>
  )
}
