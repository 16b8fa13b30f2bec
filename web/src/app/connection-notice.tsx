import { Trans } from '@lingui/react/macro'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { LiveState } from '../lib/live-connection.ts'

const PATIENCE = 2_500

/** Says that what is on the screen may be old: no network, or the server is away for a moment. */
export function ConnectionNotice({ live }: { live: LiveState }) {
  const online = useSyncExternalStore(listen, () => navigator.onLine)
  const lasting = useLasting(live === 'reconnecting', PATIENCE)
  if (online && !lasting) return null
  return (
    <div role="status" className="bg-text px-4 py-1.5 text-center text-sm text-bg">
      {online ? (
        <Trans>
          Connecting to the server again. What you see may be a little old; what you write is kept.
        </Trans>
      ) : (
        <Trans>
          You are offline. What you see may be old; nothing is sent until the connection is back.
        </Trans>
      )}
    </div>
  )
}

/** True once something has been so for a while: a blink is not worth a word. */
function useLasting(value: boolean, after: number): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!value) return setLasting(false)
    const timer = window.setTimeout(() => setLasting(true), after)
    return () => window.clearTimeout(timer)
  }, [value, after])
  return lasting
}

function listen(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}
