import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { snooze } from '../../lib/queries/departments.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Callout, FormProblem } from '../../ui/messages.tsx'
import { localInput, type SnoozeChoice, snoozeChoices } from './snooze-times.ts'
import { useUnsnooze } from './use-unsnooze.ts'

/** Puts the conversation aside until a time, and says what brings it back sooner. */
export function SnoozeDialog({
  conversation,
  onClose,
  onSnoozed,
}: {
  conversation: Conversation
  onClose(): void
  onSnoozed(): void
}) {
  const { t, i18n } = useLingui()
  const [now] = useState(() => new Date())
  const [own, setOwn] = useState(() => localInput(snoozeChoices(now)[2]?.at ?? now))
  const put = useSnooze(conversation, () => {
    onClose()
    onSnoozed()
  })
  const names: Record<SnoozeChoice['id'], string> = {
    hour: t`In an hour`,
    afternoon: t`In four hours`,
    tomorrow: t`Tomorrow`,
    monday: t`On Monday`,
  }
  const time = (at: Date) =>
    i18n.date(at, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    })
  const due = conversation.due ? new Date(conversation.due) : null
  const dueWords = due && due > now ? time(due) : null
  return (
    <Dialog title={t`Snooze`} onClose={onClose}>
      <div className="flex flex-col gap-3">
        <ul className="flex flex-col gap-1.5">
          {snoozeChoices(now).map(({ id, at }) => (
            <li key={id}>
              <Button
                className="w-full !justify-between"
                busy={put.isPending}
                onClick={() => put.mutate(at)}
              >
                <span>{names[id]}</span>
                <span className="font-normal text-text-3">{time(at)}</span>
              </Button>
            </li>
          ))}
        </ul>
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            put.mutate(new Date(own))
          }}
        >
          <Field label={t`At another time`}>
            {(wiring) => (
              <TextInput
                {...wiring}
                type="datetime-local"
                required
                min={localInput(now)}
                value={own}
                onChange={(event) => setOwn(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" busy={put.isPending}>
            <Trans>Snooze until then</Trans>
          </Button>
        </form>
        <Callout tone={dueWords ? 'soon' : 'plain'}>
          {dueWords
            ? t`The reply clock goes on: it comes back when the answer is due (${dueWords}) at the latest, and at once when the customer writes.`
            : t`It comes back at once when the customer writes.`}
        </Callout>
        <FormProblem error={put.error} />
      </div>
    </Dialog>
  )
}

function useSnooze({ id, person }: Conversation, onDone: () => void) {
  const { t } = useLingui()
  const { mutate: undo } = useUnsnooze(id)
  const client = useQueryClient()
  return useMutation({
    mutationFn: (until: Date) => snooze(id, until),
    onSuccess: () => {
      toast(t`${person.name} is put aside.`, { action: { label: t`Undo`, run: () => undo() } })
      onDone()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  })
}
