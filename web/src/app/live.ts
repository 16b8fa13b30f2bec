import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type LiveState, openLive } from '../lib/live-connection.ts'
import { gather, type StaleKey } from '../lib/live-events.ts'

const GATHER_FOR = 120

/** Keeps what is on the screen true while the page is open; answers how the connection stands. */
export function useLive(): LiveState {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(() => {
    let waiting: StaleKey[] = []
    let timer: number | undefined
    const flush = () => {
      timer = undefined
      // The session is no live matter, and asking for it again would remount the page.
      const isLive = (key: readonly unknown[]) => key[0] !== 'session' && key[0] !== 'networks'
      for (const key of waiting)
        void client.invalidateQueries({
          queryKey: key,
          predicate: (query) => isLive(query.queryKey),
        })
      waiting = []
    }
    const close = openLive({
      onState: setState,
      onEvent: (event) => {
        waiting = gather(waiting, event)
        // A burst of news is one reading, not a hundred.
        timer ??= window.setTimeout(flush, GATHER_FOR)
      },
    })
    return () => {
      close()
      window.clearTimeout(timer)
    }
  }, [client])
  return state
}
