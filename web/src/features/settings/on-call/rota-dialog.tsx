import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Weekday } from '../../../../../contract/clock.ts'
import { type OnCallView, RotaEntry, type Shift } from '../../../../../contract/on-call.ts'
import { useMe } from '../../../lib/queries/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Checkbox, Field, Select, TextInput } from '../../../ui/field.tsx'
import { useDayLetters } from './shift-words.ts'

/** One place on the rota: who, and always or in which hours of the week. */
export function RotaDialog({
  entry,
  members,
  onClose,
  onKeep,
}: {
  entry: RotaEntry | null
  members: OnCallView['members']
  onClose(): void
  onKeep(entry: RotaEntry): void
}) {
  const { t } = useLingui()
  const { workspace } = useMe()
  const [memberId, setMemberId] = useState<string>(entry?.memberId ?? members[0]?.id ?? '')
  const [always, setAlways] = useState(entry === null || entry.shift === null)
  const [shift, setShift] = useState<Shift>(
    entry?.shift ?? {
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      from: '18:00',
      to: '08:00',
      timeZone: workspace.timeZone,
    },
  )
  const parsed = RotaEntry.safeParse({ memberId, shift: always ? null : shift })
  const problem = parsed.success ? undefined : parsed.error.issues[0]?.path.at(-1)
  return (
    <Dialog
      title={entry ? t`Change who is on call` : t`Add somebody`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Leave it</Trans>
          </Button>
          <Button
            look="primary"
            disabled={!parsed.success}
            onClick={() => parsed.success && onKeep(parsed.data)}
          >
            <Trans>Keep</Trans>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label={t`Who`}>
          {(wiring) => (
            <Select
              {...wiring}
              value={memberId}
              onChange={(event) => setMemberId(event.target.value)}
            >
              {members.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t`When`}>
          {(wiring) => (
            <Select
              {...wiring}
              value={always ? 'always' : 'hours'}
              onChange={(event) => setAlways(event.target.value === 'always')}
            >
              <option value="always">{t`Always`}</option>
              <option value="hours">{t`In these hours`}</option>
            </Select>
          )}
        </Field>
        {!always && <ShiftFields shift={shift} onChange={setShift} problem={String(problem)} />}
      </div>
    </Dialog>
  )
}

function ShiftFields({
  shift,
  onChange,
  problem,
}: {
  shift: Shift
  onChange(shift: Shift): void
  problem: string
}) {
  const { t } = useLingui()
  const names = useDayLetters()
  const { days, from, to, timeZone } = shift
  const setTime = (place: 'from' | 'to', value: string) => onChange({ ...shift, [place]: value })
  // A field for times has no 24:00: midnight at the end is 00:00 of the next day.
  const nextDay = to <= from
  return (
    <>
      <fieldset className="flex flex-col gap-1">
        <legend className="text-sm font-medium">
          <Trans>Days on which it begins</Trans>
        </legend>
        <div className="flex flex-wrap gap-x-4">
          {Weekday.options.map((day) => (
            <Checkbox
              key={day}
              label={names[day]}
              checked={days.includes(day)}
              onChange={({ target: { checked } }) =>
                onChange({
                  ...shift,
                  days: Weekday.options.filter((one) =>
                    one === day ? checked : days.includes(one),
                  ),
                })
              }
            />
          ))}
        </div>
        {problem === 'days' && (
          <p role="alert" className="text-xs font-medium text-late">
            <Trans>Choose at least one day.</Trans>
          </p>
        )}
      </fieldset>
      <div className="grid grid-cols-2 gap-4">
        <Field label={t`From`}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="time"
              required
              value={from}
              onChange={(event) => setTime('from', event.target.value)}
            />
          )}
        </Field>
        <Field
          label={t`Until`}
          hint={nextDay && from !== to ? t`of the next day` : undefined}
          error={problem === 'to' ? t`Must differ from the beginning.` : undefined}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              type="time"
              required
              value={to === '24:00' ? '00:00' : to}
              onChange={(event) => setTime('to', event.target.value)}
            />
          )}
        </Field>
      </div>
      <Field label={t`Time zone`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={timeZone}
            onChange={(event) => onChange({ ...shift, timeZone: event.target.value })}
          >
            {[...new Set([timeZone, ...Intl.supportedValuesOf('timeZone')])].map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll('_', ' ')}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </>
  )
}
