import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Abilities, type Ability } from '../../../../contract/session.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { useMe } from '../../lib/queries/session.ts'
import { Button } from '../../ui/button.tsx'
import { CopyField } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, TextInput } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { createKey } from './queries.ts'

/** Makes a key with a name and what it may do; the key is shown here and nowhere else. */
export function NewKeyDialog({ onClose }: { onClose(): void }) {
  const { t } = useLingui()
  const { may } = useMe()
  const client = useQueryClient()
  const words = useAbilityWords()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<Ability[]>(['read-conversations'])
  const create = useMutation({
    mutationFn: () => createKey({ name: name.trim(), scopes }),
    onSettled: () => client.invalidateQueries({ queryKey: ['keys'] }),
  })
  const errors = fieldErrors(create.error)
  if (create.data)
    return (
      <Dialog
        title={t`Keep this key now`}
        onClose={onClose}
        footer={
          <Button look="primary" onClick={onClose}>
            <Trans>I have kept it</Trans>
          </Button>
        }
      >
        <div className="flex flex-col gap-3 text-sm">
          <p>
            <Trans>
              It is shown this once. Whoever has it can do what it allows: keep it like a password.
            </Trans>
          </p>
          <CopyField value={create.data.key} label={t`API key`} />
        </div>
      </Dialog>
    )
  return (
    <Dialog title={t`New key`} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <Field label={t`What is it for?`} error={errors.name}>
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              maxLength={200}
              placeholder={t`The web shop`}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="flex flex-col">
          <legend className="mb-1 text-sm font-medium">
            <Trans>What may it do?</Trans>
          </legend>
          {Abilities.options.filter(may).map((scope) => (
            <Checkbox
              key={scope}
              label={words[scope]}
              checked={scopes.includes(scope)}
              onChange={(event) =>
                setScopes(
                  event.target.checked
                    ? [...scopes, scope]
                    : scopes.filter((each) => each !== scope),
                )
              }
            />
          ))}
        </fieldset>
        {!errors.name && <FormProblem error={create.error} />}
        <Button
          type="submit"
          look="primary"
          size="lg"
          disabled={scopes.length === 0}
          busy={create.isPending}
        >
          <Trans>Make the key</Trans>
        </Button>
      </form>
    </Dialog>
  )
}

function useAbilityWords(): Record<Ability, string> {
  const { t } = useLingui()
  return {
    'read-conversations': t`Read conversations`,
    reply: t`Reply to customers`,
    draft: t`Write drafts`,
    note: t`Write notes`,
    assign: t`Assign and change states`,
    'merge-people': t`Join records of one person`,
    'manage-people': t`Import, export and erase people`,
    'read-channels': t`See channels`,
    'manage-channels': t`Connect and disconnect channels`,
    'read-members': t`See the team`,
    'manage-members': t`Invite and remove people`,
    'manage-keys': t`Make and revoke keys`,
    'read-audit': t`Read the audit log`,
    operate: t`See and replay events kept aside`,
    'manage-workspace': t`Change the business's settings`,
    'export-everything': t`Export everything of the business`,
  }
}
