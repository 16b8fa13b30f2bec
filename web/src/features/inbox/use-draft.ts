import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useReducer, useRef } from 'react'
import type { Conversation, Draft } from '../../../../contract/conversations.ts'
import { keepDraft } from '../../lib/queries/conversations.ts'
import { beginDraft, blankDraft, isDirty, nextDraft } from './draft-state.ts'

const PAUSE = 700

/** A draft that keeps itself on the server: after a pause in writing, and at once when the page is left. */
export function useDraft(
  conversationId: string,
  server: Draft | null,
  /** The warning that an answer begins with. */
  warning: string | null,
) {
  const client = useQueryClient()
  const [state, dispatch] = useReducer(nextDraft, null, () =>
    beginDraft(server, blankDraft(warning)),
  )
  const newest = useRef(state)
  newest.current = state

  useEffect(() => dispatch({ kind: 'server', draft: server }), [server])

  useEffect(() => {
    if (!isDirty(state) || state.saving || state.failed) return
    const timer = window.setTimeout(() => {
      dispatch({ kind: 'saving' })
      keepDraft(conversationId, state.current).then(
        () => dispatch({ kind: 'saved' }),
        () => dispatch({ kind: 'not-saved' }),
      )
    }, PAUSE)
    return () => window.clearTimeout(timer)
  }, [conversationId, state])

  useEffect(() => {
    const leave = () => {
      // The answer comes to a page that is gone; the next visit reads what was kept.
      if (isDirty(newest.current))
        void keepDraft(conversationId, newest.current.current, true).catch(nobodyToTell)
      remember(client, conversationId, newest.current.current)
    }
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [client, conversationId])

  const write = useCallback((change: Partial<Draft>) => {
    const draft = { ...newest.current.current, ...change }
    // Two changes in one event both count.
    newest.current = { ...newest.current, current: draft }
    dispatch({ kind: 'written', draft })
  }, [])
  const clear = useCallback(() => {
    newest.current = beginDraft(null, newest.current.blank)
    dispatch({ kind: 'sent' })
    void keepDraft(conversationId, blankDraft(null)).catch(nobodyToTell)
  }, [conversationId])

  const status = isDirty(state)
    ? state.failed
      ? ('failed' as const)
      : ('saving' as const)
    : ('kept' as const)
  return { draft: state.current, status, write, clear }
}

/** Coming back to the conversation shows these words, also before the server is asked again. */
function remember(client: QueryClient, id: string, draft: Draft): void {
  client.setQueryData<Conversation>(
    ['conversations', 'one', id],
    (known) => known && { ...known, draft },
  )
}

/** Nobody is left to tell, or the server clears the draft of a reply it accepted itself. */
function nobodyToTell(): undefined {
  return undefined
}
