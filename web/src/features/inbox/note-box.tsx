import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, type Ref, useState } from 'react'
import { type Conversation, Note } from '../../../../contract/conversations.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { addNote } from '../../lib/queries/conversations.ts'
import { useMe } from '../../lib/queries/session.ts'
import { randomId } from '../../lib/random-id.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { NoteHint } from './composer-parts.tsx'

/** Writes an internal note: on the note's own ground, so that nobody takes it for a reply. */
export function NoteBox({
  conversation,
  areaRef,
  tabs,
  onDone,
}: {
  conversation: Conversation
  areaRef: Ref<HTMLTextAreaElement>
  tabs: ReactNode
  onDone(): void
}) {
  const { t } = useLingui()
  const [text, setText] = useKeptText(`parley.note.${conversation.id}`)
  const add = useAddNote(conversation.id, setText)
  const submit = () => {
    const words = text.trim()
    if (words === '') return
    setText('')
    add.mutate(words)
    onDone()
  }
  return (
    <form
      aria-label={t`Internal note`}
      className="border-t border-note-line bg-note-soft px-3 pt-2 pb-3 md:px-6"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="mx-auto flex max-w-3xl flex-col gap-2">
        <div className="flex flex-wrap items-center justify-between gap-2">
          {tabs}
          <NoteHint />
        </div>
        <textarea
          ref={areaRef}
          value={text}
          aria-label={t`Internal note`}
          aria-keyshortcuts="Control+Enter"
          placeholder={t`What should a colleague know?`}
          rows={2}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
          className="field-sizing-content block max-h-[35dvh] min-h-16 w-full resize-none rounded-lg border border-note-line bg-surface px-3 py-2 text-base leading-[22px] placeholder:text-text-3"
        />
        <div className="flex justify-end">
          <Button type="submit" disabled={text.trim() === ''}>
            <Trans>Add the note</Trans>
          </Button>
        </div>
      </div>
    </form>
  )
}

/** Shows the note at once; when the server refuses it, the words go back into the box. */
function useAddNote(id: string, putBack: (text: string) => void) {
  const { t } = useLingui()
  const client = useQueryClient()
  const { me } = useMe()
  const words = useProblemWords()
  const key = ['conversations', 'one', id]
  return useMutation({
    mutationFn: (text: string) => addNote(id, text),
    onMutate: async (text) => {
      await client.cancelQueries({ queryKey: key })
      const before = client.getQueryData<Conversation>(key)
      const createdAt = new Date().toISOString()
      const note = Note.parse({ id: randomId(), authorName: me.name, text, createdAt })
      client.setQueryData<Conversation>(
        key,
        (known) => known && { ...known, notes: [...known.notes, note] },
      )
      return before
    },
    onError: (error, text, before) => {
      client.setQueryData(key, before)
      putBack(text)
      const why = words(error)
      toast(t`The note was not kept; its words are in the note box again. ${why}`, {
        tone: 'problem',
      })
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  })
}

/** Words that survive a reload of this tab. */
function useKeptText(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? '')
  const keep = (next: string) => {
    setText(next)
    if (next === '') sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, next)
  }
  return [text, keep]
}
