import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Person } from '../../../../contract/people.ts'
import { addPersonNote } from '../../lib/queries/people.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { usePersonChange } from './use-person-change.ts'

/** Notes on the person; only the business sees them. */
export function PersonNotes({ person }: { person: Person }) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const add = usePersonChange(
    person.id,
    () => addPersonNote(person.id, text),
    () => setText(''),
  )
  return (
    <Section title={t`Notes`} intro={t`Only the business sees them.`}>
      {person.can.note && (
        <form
          className="flex flex-col items-start gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            add.mutate(undefined)
          }}
        >
          <TextArea
            aria-label={t`A note on ${person.name}`}
            rows={2}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" busy={add.isPending} disabled={text.trim() === ''}>
            <Trans>Add the note</Trans>
          </Button>
          <FormProblem error={add.error} />
        </form>
      )}
      {person.notes.map((note) => (
        <Card key={note.id} className="px-4 py-3 text-sm">
          <p className="break-words whitespace-pre-wrap">{note.text}</p>
          <p className="mt-1 text-xs text-text-3">
            {note.authorName}, <ClockTime at={note.createdAt} />
          </p>
        </Card>
      ))}
    </Section>
  )
}
