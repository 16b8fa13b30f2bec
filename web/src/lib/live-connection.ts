import { LiveEvent } from '../../../contract/events.ts'

export type LiveState = 'connecting' | 'live' | 'reconnecting'

const KINDS = ['conversation', 'delivery', 'channel', 'thread', 'draft', 'presence', 'resync']
const FIRST_DELAY = 1_000
const LONGEST_DELAY = 30_000

/** Milliseconds to wait before attempt `attempt` (1 is the first repetition): doubling, capped, half of it random. */
export function backOff(attempt: number, random: number): number {
  const full = Math.min(FIRST_DELAY * 2 ** (attempt - 1), LONGEST_DELAY)
  return Math.round(full / 2 + (full / 2) * random)
}

/**
 * Keeps a stream of live events open until the answer is called. After a break it waits by `backOff`,
 * or tries at once when the browser says that the network is back; the server then sends `resync`.
 */
export function openLive(handlers: {
  onEvent(event: LiveEvent): void
  onState(state: LiveState): void
}): () => void {
  let source: EventSource | undefined
  let timer: number | undefined
  let attempt = 0

  function open(): void {
    window.clearTimeout(timer)
    source?.close()
    const opened = new EventSource('/api/v1/events')
    source = opened
    opened.onopen = () => {
      attempt = 0
      handlers.onState('live')
    }
    opened.onerror = () => {
      opened.close()
      attempt += 1
      handlers.onState('reconnecting')
      timer = window.setTimeout(open, backOff(attempt, Math.random()))
    }
    for (const kind of KINDS)
      opened.addEventListener(kind, (message: MessageEvent<string>) => {
        const event = parseEvent(message.data)
        if (event) handlers.onEvent(event)
      })
  }

  handlers.onState('connecting')
  open()
  window.addEventListener('online', open)
  return () => {
    window.removeEventListener('online', open)
    window.clearTimeout(timer)
    source?.close()
  }
}

/** A newer server may say things this page does not know; those it leaves alone. */
export function parseEvent(data: string): LiveEvent | undefined {
  try {
    return LiveEvent.safeParse(JSON.parse(data)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
