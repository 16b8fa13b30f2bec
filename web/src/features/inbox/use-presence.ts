import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Presence } from '../../../../contract/replies.ts'
import { useNow } from '../../lib/now.ts'
import { presenceQuery, sendBeat } from '../../lib/queries/presence.ts'
import { useMe } from '../../lib/queries/session.ts'
import { randomId } from '../../lib/random-id.ts'

const EVERY = 4000
/** Whoever thinks about the next sentence is still writing. */
const QUIET = 15_000
/** Tells the windows of one person apart. */
const session = randomId()

/** Tells colleagues that this window looks at the conversation, or that somebody writes in it. */
export function useBeat(conversationId: string, writing: boolean): void {
  const kind = writing ? 'writing' : 'looking'
  useEffect(() => {
    const beat = () => {
      if (document.visibilityState === 'visible')
        void sendBeat(conversationId, { session, kind }).catch(nobodyToTell)
    }
    const turn = () => (document.visibilityState === 'visible' ? beat() : leave(conversationId))
    beat()
    const timer = window.setInterval(beat, EVERY)
    document.addEventListener('visibilitychange', turn)
    return () => {
      window.clearInterval(timer)
      document.removeEventListener('visibilitychange', turn)
    }
  }, [conversationId, kind])
  // Apart, or each change of kind would say that one left.
  useEffect(() => {
    const gone = () => leave(conversationId)
    window.addEventListener('pagehide', gone)
    return () => {
      window.removeEventListener('pagehide', gone)
      gone()
    }
  }, [conversationId])
}

/** True from a change of the words until none came for a while. */
export function useWriting(): [boolean, () => void] {
  const [writing, setWriting] = useState(false)
  const timer = useRef<number>(undefined)
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const wrote = useCallback(() => {
    setWriting(true)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setWriting(false), QUIET)
  }, [])
  return [writing, wrote]
}

/** The colleagues who are at a conversation now, without oneself. */
export function useOthersAt(conversationId: string): readonly Presence[] {
  const { me } = useMe()
  const now = useNow(2000)
  const { data } = useQuery(presenceQuery)
  return useMemo(
    () =>
      data?.filter(
        (one) =>
          one.conversationId === conversationId &&
          one.who !== `member:${me.memberId}` &&
          Date.parse(one.until) > now,
      ) ?? [],
    [data, conversationId, me.memberId, now],
  )
}

function leave(conversationId: string): void {
  void sendBeat(conversationId, { session, kind: 'gone' }, true).catch(nobodyToTell)
}

/** A beat that does not arrive is made up for by the next, or by being forgotten. */
function nobodyToTell(): undefined {
  return undefined
}
