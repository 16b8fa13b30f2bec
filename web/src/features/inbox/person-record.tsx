import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Conversation } from '../../../../contract/conversations.ts'
import { WinBackState } from '../../../../contract/people.ts'
import { useWinBackWords } from '../../lib/people-words.ts'
import { personQuery, setWinBack } from '../../lib/queries/people.ts'
import { Field, Select } from '../../ui/field.tsx'
import { Badge, FormProblem } from '../../ui/messages.tsx'
import { Bar } from '../../ui/skeleton.tsx'

/** The person behind a conversation in short: tags, the newest note, how it stands after a complaint. */
export function PersonRecord({ conversation }: { conversation: Conversation }) {
  const { t } = useLingui()
  const words = useWinBackWords()
  const client = useQueryClient()
  const { id } = conversation.person
  const person = useQuery(personQuery(id))
  const change = useMutation({
    mutationFn: (state: WinBackState) =>
      setWinBack(id, { state, ...(state === 'unhappy' && { conversationId: conversation.id }) }),
    onSuccess: (fresh) => client.setQueryData(['people', 'one', id], fresh),
    onSettled: () => client.invalidateQueries({ queryKey: ['people'] }),
  })
  if (person.isPending) return <Bar className="h-12 w-full rounded-lg" />
  if (!person.data) return null
  const { tags, notes, suggestions, can, winBacks } = person.data
  const [current] = winBacks
  const choices: readonly WinBackState[] = current ? WinBackState.options : ['unhappy']
  return (
    <section aria-label={t`Their record`} className="flex flex-col gap-2">
      {tags.length > 0 && (
        <p className="flex flex-wrap justify-center gap-1">
          {tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </p>
      )}
      {notes[0] && (
        <p className="line-clamp-3 rounded-md bg-note-soft px-3 py-2 text-sm break-words text-note">
          {notes[0].text}
        </p>
      )}
      {can.note && (
        <Field label={t`After a complaint`}>
          {(wiring) => (
            <Select
              {...wiring}
              value={current?.state ?? ''}
              disabled={change.isPending}
              onChange={(event) => change.mutate(WinBackState.parse(event.target.value))}
            >
              {!current && <option value="">{t`No complaint`}</option>}
              {choices.map((state) => (
                <option key={state} value={state}>
                  {words[state]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <FormProblem error={change.error} />
      <Link
        to="/people/$personId"
        params={{ personId: id }}
        className="inline-flex min-h-6 items-center self-start text-sm font-medium text-accent-text hover:underline"
      >
        <Trans>Everything about them</Trans>
      </Link>
      {suggestions.length > 0 && (
        <p className="text-sm text-text-3">
          <Trans>They may have a second record: see their page.</Trans>
        </p>
      )}
    </section>
  )
}
