import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { filterOf, type InboxSearch } from '../../lib/inbox-search.ts'
import { useMe } from '../../lib/queries/session.ts'
import { saveView } from '../../lib/queries/views.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, TextInput } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** Keeps the list that is on the screen, with its filters and order, under a name. */
export function ViewDialog({ search, onClose }: { search: InboxSearch; onClose(): void }) {
  const { t } = useLingui()
  const { may } = useMe()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const save = useMutation({
    mutationFn: () => saveView({ name, filter: filterOf(search) ?? {}, shared }),
    onSuccess: () => {
      toast(t`The view ${name} is kept.`)
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['views'] }),
  })
  const submit = () => name.trim() !== '' && save.mutate()
  return (
    <Dialog
      title={t`Save this list as a view`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            look="primary"
            busy={save.isPending}
            disabled={name.trim() === ''}
            onClick={submit}
          >
            <Trans>Save the view</Trans>
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <p className="text-sm text-text-2">
          <Trans>It keeps the view, the filters, the search and the order that you see now.</Trans>
        </p>
        <Field label={t`Name of the view`}>
          {(wiring) => (
            <TextInput
              {...wiring}
              value={name}
              maxLength={80}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {may('assign') && (
          <Checkbox
            label={t`For the whole team`}
            hint={t`“Mine” then shows everybody their own.`}
            checked={shared}
            onChange={(event) => setShared(event.target.checked)}
          />
        )}
        <FormProblem error={save.error} />
      </form>
    </Dialog>
  )
}
