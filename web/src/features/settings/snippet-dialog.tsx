import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Snippet } from '../../../../contract/snippets.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { useMe } from '../../lib/queries/session.ts'
import { addSnippet, changeSnippet } from '../../lib/queries/snippets.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Field, TextArea, TextInput } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'

/** Writes a snippet in one language or both, with what is filled in and what is left to the writer. */
export function SnippetDialog({ snippet, onClose }: { snippet: Snippet | null; onClose(): void }) {
  const { t } = useLingui()
  const { may } = useMe()
  const client = useQueryClient()
  const form = useId()
  const [input, setInput] = useState({
    name: snippet?.name ?? '',
    shared: snippet?.shared ?? may('reply'),
    en: snippet?.en ?? '',
    ro: snippet?.ro ?? '',
  })
  const set = (change: Partial<typeof input>) => setInput({ ...input, ...change })
  const { shared, ...change } = input
  const save = useMutation({
    mutationFn: () => (snippet ? changeSnippet(snippet.id, change) : addSnippet(input)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['snippets'] })
      toast(t`Saved.`)
      onClose()
    },
  })
  const errors = fieldErrors(save.error)
  const [name, handle, me, business, gap] = [
    '{{name}}',
    '{{handle}}',
    '{{me}}',
    '{{business}}',
    '[[…]]',
  ]
  return (
    <Dialog
      wide
      title={snippet ? t`Change ${snippet.name}` : t`New snippet`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Leave it</Trans>
          </Button>
          <Button type="submit" form={form} look="primary" busy={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Field label={t`Name`} hint={t`You find it by this name.`} error={errors.name}>
          {(wiring) => (
            <TextInput
              {...wiring}
              required
              maxLength={100}
              value={input.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <p className="text-sm text-text-2">
          <Trans>
            {name}, {handle}, {me} and {business} are filled in. {gap} is a gap that must be filled
            by hand; write in it what belongs there.
          </Trans>
        </p>
        <Field label={t`In English`} error={errors.en}>
          {(wiring) => (
            <TextArea
              {...wiring}
              rows={4}
              lang="en"
              maxLength={10_000}
              value={input.en}
              onChange={(event) => set({ en: event.target.value })}
            />
          )}
        </Field>
        <Field label={t`In Romanian`} error={errors.ro}>
          {(wiring) => (
            <TextArea
              {...wiring}
              rows={4}
              lang="ro"
              maxLength={10_000}
              value={input.ro}
              onChange={(event) => set({ ro: event.target.value })}
            />
          )}
        </Field>
        {!snippet && may('reply') && (
          <Checkbox
            label={t`For the whole team`}
            hint={t`Otherwise only you see it.`}
            checked={shared}
            onChange={(event) => set({ shared: event.target.checked })}
          />
        )}
        <FormProblem error={save.error} />
      </form>
    </Dialog>
  )
}
