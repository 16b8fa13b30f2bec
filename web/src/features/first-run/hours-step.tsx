import { Trans } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { command } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { hoursProblem, tidyHours, usualHours } from '../../ui/forms/hours.ts'
import { guessedTimeZone, HoursEditor, TimeZoneField } from '../../ui/forms/hours-editor.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** The business's time zone and week. */
export function HoursStep({ onDone }: { onDone(): void }) {
  const [hours, setHours] = useState(usualHours)
  const [timeZone, setTimeZone] = useState(guessedTimeZone)
  const save = useMutation({
    mutationFn: () =>
      command('/api/v1/workspace', {
        method: 'PATCH',
        body: { timeZone, hours: tidyHours(hours) },
      }),
    onSuccess: onDone,
  })
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <TimeZoneField value={timeZone} onChange={setTimeZone} />
      <HoursEditor hours={hours} onChange={setHours} />
      <FormProblem error={save.error} />
      <Button
        type="submit"
        look="primary"
        size="lg"
        busy={save.isPending}
        disabled={hoursProblem(hours) !== null}
      >
        <Trans>Go on</Trans>
      </Button>
    </form>
  )
}
