import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CalendarPlus } from 'lucide-react'
import { useState } from 'react'
import type { CalendarView, ClockPolicy } from '../../../../../contract/clock.ts'
import { useMe } from '../../../lib/queries/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Confirm } from '../../../ui/dialog.tsx'
import { Badge, FormProblem } from '../../../ui/messages.tsx'
import { Card, Section } from '../../../ui/page.tsx'
import { CalendarDialog } from './calendar-dialog.tsx'
import { removeCalendar } from './queries.ts'

/** When the business is open: one calendar for most, several where shifts or towns differ. */
export function CalendarList({
  calendars,
  policy,
}: {
  calendars: readonly CalendarView[]
  policy: ClockPolicy
}) {
  const { t } = useLingui()
  const mayChange = useMe().may('manage-workspace')
  const [open, setOpen] = useState<CalendarView | 'new' | null>(null)
  return (
    <Section
      title={t`Opening hours`}
      intro={t`Several when teams work at different hours or in different places.`}
      actions={
        mayChange && (
          <Button onClick={() => setOpen('new')}>
            <CalendarPlus size={14} aria-hidden />
            <Trans>New opening hours</Trans>
          </Button>
        )
      }
    >
      <Card>
        <ul>
          {calendars.map((calendar) => (
            <CalendarRow
              key={calendar.id}
              calendar={calendar}
              mayChange={mayChange}
              inUse={
                calendar.isDefault || policy.rules.some((rule) => rule.calendarId === calendar.id)
              }
              onOpen={() => setOpen(calendar)}
            />
          ))}
        </ul>
      </Card>
      {open !== null && (
        <CalendarDialog calendar={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </Section>
  )
}

function CalendarRow({
  calendar,
  mayChange,
  inUse,
  onOpen,
}: {
  calendar: CalendarView
  mayChange: boolean
  inUse: boolean
  onOpen(): void
}) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => removeCalendar(calendar.id),
    onSuccess: () => setAsking(false),
    onSettled: () => client.invalidateQueries({ queryKey: ['reply-times'] }),
  })
  const openDays = Object.values(calendar.hours).filter((spans) => spans.length > 0).length
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {calendar.name}
          {calendar.isDefault && <Badge tone="accent">{t`default`}</Badge>}
        </p>
        <p className="text-xs text-text-3">
          {calendar.timeZone.replaceAll('_', ' ')} ·{' '}
          <Plural value={openDays} one="# day a week" other="# days a week" /> ·{' '}
          <Plural value={calendar.holidays.length} one="# holiday" other="# holidays" />
        </p>
      </div>
      {mayChange && (
        <Button size="sm" onClick={onOpen} aria-label={t`Change ${calendar.name}`}>
          <Trans>Change</Trans>
        </Button>
      )}
      {mayChange && !inUse && (
        <Button
          size="sm"
          look="danger"
          onClick={() => setAsking(true)}
          aria-label={t`Remove ${calendar.name}`}
        >
          <Trans>Remove</Trans>
        </Button>
      )}
      {asking && (
        <Confirm
          title={t`Remove ${calendar.name}?`}
          act={t`Remove`}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            <Trans>Its hours and holidays are gone afterwards.</Trans>
          </p>
          <FormProblem error={remove.error} />
        </Confirm>
      )}
    </li>
  )
}
