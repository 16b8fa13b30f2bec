import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { type ComponentProps, type KeyboardEvent, useId, useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { fillSnippet, openGaps, type Snippet } from '../../../../contract/snippets.ts'
import { atHandle } from '../../lib/handles.ts'
import { useMe } from '../../lib/queries/session.ts'
import { snippetsQuery } from '../../lib/queries/snippets.ts'
import { classes } from '../../ui/classes.ts'
import { findSnippets, searchAt, textFor } from './snippet-words.ts'
import { newestOfCustomer } from './timeline.ts'

type Props = Omit<ComponentProps<'textarea'>, 'onChange' | 'value' | 'ref'> & {
  conversation: Conversation
  value: string
  area: React.RefObject<HTMLTextAreaElement | null>
  onWrite(text: string): void
}

/** The box for the words; a `;` at the beginning of a word looks for a snippet. */
export function ReplyField({ conversation, value, area, onWrite, onKeyDown, ...rest }: Props) {
  const { t } = useLingui()
  const list = useId()
  const [cursor, setCursor] = useState<number | null>(null)
  const [at, setAt] = useState(0)
  const search = cursor === null ? null : searchAt(value, cursor)
  const { data: snippets } = useQuery({ ...snippetsQuery, enabled: search !== null })
  const found = search && snippets ? findSnippets(snippets, search.words) : []
  const chosen = found[Math.min(at, found.length - 1)]
  const fill = useFill(conversation)

  const insert = (snippet: Snippet) => {
    if (!search) return
    const words = fill(snippet)
    onWrite(value.slice(0, search.from) + words + value.slice(search.to))
    setCursor(null)
    const gap = openGaps(words)[0]
    const from = search.from + (gap?.from ?? words.length)
    const to = search.from + (gap?.to ?? words.length)
    window.setTimeout(() => {
      area.current?.focus()
      area.current?.setSelectionRange(from, to)
    }, 0)
  }
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (!chosen || event.nativeEvent.isComposing) return onKeyDown?.(event)
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const take = (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab'
    if (step !== 0) setAt((Math.min(at, found.length - 1) + step + found.length) % found.length)
    else if (take) insert(chosen)
    else if (event.key === 'Escape') setCursor(null)
    else return onKeyDown?.(event)
    event.preventDefault()
  }
  return (
    <div className="relative">
      {found.length > 0 && (
        <div
          id={list}
          role="listbox"
          aria-label={t`Snippets`}
          className="absolute inset-x-0 bottom-full z-20 mb-1 max-h-64 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-2"
        >
          {found.map((snippet) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text box's, which keeps the focus.
            <div
              key={snippet.id}
              id={`${list}-${snippet.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={snippet === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => insert(snippet)}
              className={classes(
                'flex cursor-pointer flex-col rounded px-2 py-1',
                snippet === chosen ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <span className="truncate text-sm font-medium">{snippet.name}</span>
              <span className="truncate text-xs text-text-2">{fill(snippet)}</span>
            </div>
          ))}
        </div>
      )}
      <textarea
        {...rest}
        ref={area}
        value={value}
        aria-controls={found.length > 0 ? list : undefined}
        aria-activedescendant={chosen ? `${list}-${chosen.id}` : undefined}
        onChange={(event) => {
          setCursor(event.target.selectionEnd)
          setAt(0)
          onWrite(event.target.value)
        }}
        onBlur={() => setCursor(null)}
        onKeyDown={keys}
      />
    </div>
  )
}

/** Fills a snippet with what is known here, in the customer's language. */
function useFill(conversation: Conversation): (snippet: Snippet) => string {
  const { me, workspace } = useMe()
  const { person, network, messages } = conversation
  const values = {
    name: person.name.split(' ')[0],
    handle: atHandle({ handle: person.handle, network }),
    me: me.name.split(' ')[0],
    business: workspace.name,
  }
  const language = newestOfCustomer(messages)?.language ?? null
  return (snippet) => fillSnippet(textFor(snippet, language), values)
}
