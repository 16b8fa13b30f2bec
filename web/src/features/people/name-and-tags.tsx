import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Person } from '../../../../contract/people.ts'
import { fieldErrors } from '../../lib/problem-words.ts'
import { changePerson } from '../../lib/queries/people.ts'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Badge, FormProblem } from '../../ui/messages.tsx'
import { usePersonChange } from './use-person-change.ts'

/** What the business calls them, and the tags. */
export function NameAndTags({ person }: { person: Person }) {
  const { t } = useLingui()
  const [name, setName] = useState(person.name)
  const [tags, setTags] = useState(person.tags.join(', '))
  const save = usePersonChange(person.id, () =>
    changePerson(person.id, {
      ...(name.trim() !== person.name && { name }),
      tags: tags
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    }),
  )
  if (!person.can.note)
    return (
      <p className="flex flex-wrap gap-1.5">
        {person.tags.map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
      </p>
    )
  const changed = name !== person.name || tags !== person.tags.join(', ')
  return (
    <form
      className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_auto]"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(undefined)
      }}
    >
      <Field label={t`Name`} error={fieldErrors(save.error).name}>
        {(wiring) => (
          <TextInput
            {...wiring}
            value={name}
            required
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={t`Tags, with commas between`}>
        {(wiring) => (
          <TextInput {...wiring} value={tags} onChange={(event) => setTags(event.target.value)} />
        )}
      </Field>
      <Button type="submit" busy={save.isPending} disabled={!changed} className="!h-9">
        <Trans>Save</Trans>
      </Button>
      <FormProblem error={save.error} />
    </form>
  )
}
