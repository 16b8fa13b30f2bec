import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import type { RulePerson } from '../../../../../contract/clock.ts'
import type { PersonSummary } from '../../../../../contract/people.ts'
import { atHandle } from '../../../lib/handles.ts'
import { peopleQuery } from '../../../lib/queries/people.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Field, TextInput } from '../../../ui/field.tsx'
import { LoadProblem } from '../../../ui/messages.tsx'

const MOST_SHOWN = 5

/** One customer, found by name, handle or address; null: whoever it is. */
export function PersonField({
  person,
  onChange,
}: {
  person: RulePerson | null
  onChange(person: RulePerson | null): void
}) {
  const [seeking, setSeeking] = useState(false)
  // Whoever used a button that is gone goes on at the one in its place.
  const [inUse, setInUse] = useState(false)
  if (person || !seeking)
    return (
      <ChosenPerson
        key={person?.id ?? 'nobody'}
        person={person}
        focused={inUse}
        onSeek={() => {
          setInUse(true)
          setSeeking(true)
        }}
        onDrop={() => {
          setInUse(true)
          onChange(null)
        }}
      />
    )
  return (
    <PersonSearch
      onClose={() => setSeeking(false)}
      onPick={(found) => {
        setSeeking(false)
        onChange({ id: found.id, name: found.name, is: 'known' })
      }}
    />
  )
}

function ChosenPerson({
  person,
  focused,
  onSeek,
  onDrop,
}: {
  person: RulePerson | null
  focused: boolean
  onSeek(): void
  onDrop(): void
}) {
  const { t } = useLingui()
  const field = useRef<HTMLFieldSetElement>(null)
  useEffect(() => {
    if (focused) field.current?.querySelector('button')?.focus()
  }, [focused])
  return (
    <fieldset ref={field} className="flex min-w-0 flex-col">
      <legend className="mb-1 text-sm font-medium">
        <Trans>Customer</Trans>
      </legend>
      {person ? (
        <span className="flex h-9 min-w-0 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-sm">
          <span className="min-w-0 flex-1 truncate">{person.name}</span>
          <IconButton label={t`Not only ${person.name}`} onClick={onDrop}>
            <X size={14} aria-hidden />
          </IconButton>
        </span>
      ) : (
        <Button className="h-9 self-start" onClick={onSeek}>
          <Trans>Choose a customer</Trans>
        </Button>
      )}
      {person?.is === 'erased' && (
        <p className="text-xs text-soon">
          <Trans>This customer's data was erased: the rule is about nobody.</Trans>
        </p>
      )}
    </fieldset>
  )
}

function PersonSearch({
  onPick,
  onClose,
}: {
  onPick(person: PersonSummary): void
  onClose(): void
}) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const field = useRef<HTMLDivElement>(null)
  useEffect(() => field.current?.querySelector('input')?.focus(), [])
  const people = useInfiniteQuery(peopleQuery({ text: useDeferredValue(text.trim()) }))
  const found = people.data?.pages[0]?.items.slice(0, MOST_SHOWN) ?? []
  const queries = useQueryClient()
  /** Picks the first that fits the words, also when they were typed faster than they are found. */
  async function pickFirst(words: string) {
    const answer = await queries.fetchInfiniteQuery(peopleQuery({ text: words }))
    const first = answer.pages[0]?.items[0]
    const stillAsked = field.current?.querySelector('input')?.value.trim() === words
    if (first && stillAsked) onPick(first)
  }
  return (
    <div ref={field} className="flex min-w-0 flex-col gap-1.5">
      <Field label={t`Customer`} hint={t`By name, handle or address`}>
        {(wiring) => (
          <div className="flex gap-1.5">
            <TextInput
              {...wiring}
              type="search"
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                // Enter takes the first that was found, and is not the form's.
                if (event.key !== 'Enter') return
                event.preventDefault()
                const words = text.trim()
                // What fails is shown by the list, which asks the same.
                if (words !== '') pickFirst(words).catch(() => undefined)
              }}
            />
            <IconButton label={t`Whoever it is`} onClick={onClose} className="size-9">
              <X size={14} aria-hidden />
            </IconButton>
          </div>
        )}
      </Field>
      {people.isError && <LoadProblem error={people.error} onRetry={() => void people.refetch()} />}
      {people.isSuccess && found.length === 0 && (
        <p className="text-xs text-text-3">
          {text.trim() === '' ? t`Nobody wrote yet.` : t`Nobody fits. Try fewer letters.`}
        </p>
      )}
      <ul className="flex flex-col">
        {found.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              onClick={() => onPick(person)}
              className="flex min-h-9 w-full items-center gap-2 rounded-md px-2 py-1 text-left text-sm hover:bg-hover"
            >
              <Avatar name={person.name} />
              <span className="flex min-w-0 flex-col">
                <span className="truncate">{person.name}</span>
                <span className="truncate text-xs text-text-3">
                  {person.identities.slice(0, 1).map(atHandle)}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
