import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Person } from '../../../../contract/people.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { erasePerson } from '../../lib/queries/people.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** Asks for the name before somebody is forgotten for good. */
export function EraseDialog({
  person,
  onClose,
  onErased,
}: {
  person: Person
  onClose(): void
  onErased(): void
}) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const erase = useMutation({
    mutationFn: () => erasePerson(person.id, name),
    onSuccess: async () => {
      toast(t`They are erased.`)
      onErased()
      await client.invalidateQueries()
    },
  })
  return (
    <Dialog
      title={t`Erase ${person.name}?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Leave it</Trans>
          </Button>
          <Button
            look="danger"
            busy={erase.isPending}
            disabled={name.trim() !== person.name.trim()}
            onClick={() => erase.mutate()}
          >
            <Trans>Erase for good</Trans>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm text-text-2">
        <p>
          <Trans>
            Everything they wrote, their name and accounts, notes, consents, pictures and your
            answers to them go for good. That somebody wrote, and when, stays counted. Backups made
            before still hold it until you delete them.
          </Trans>
        </p>
        <Field
          label={t`Type the name to confirm: ${person.name}`}
          error={fieldErrors(erase.error).name}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <FormProblem error={erase.error} />
      </div>
    </Dialog>
  )
}
