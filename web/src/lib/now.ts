import { useSyncExternalStore } from 'react'

type Ticker = { now: number; listeners: Set<() => void>; timer: number | undefined }
const tickers = new Map<number, Ticker>()

/** The time, renewed every `every` milliseconds; all users of one interval share one timer. */
export function useNow(every: number): number {
  const ticker = tickerOf(every)
  return useSyncExternalStore(
    (listener) => listen(ticker, every, listener),
    () => ticker.now,
  )
}

function tickerOf(every: number): Ticker {
  const known = tickers.get(every)
  if (known) {
    // Nobody listened for a while: what it last said is stale.
    if (known.listeners.size === 0)
      known.now = Math.max(known.now, Date.now() - (Date.now() % 1000))
    return known
  }
  const made: Ticker = { now: Date.now(), listeners: new Set(), timer: undefined }
  tickers.set(every, made)
  return made
}

function listen(ticker: Ticker, every: number, listener: () => void): () => void {
  ticker.listeners.add(listener)
  ticker.timer ??= window.setInterval(() => {
    ticker.now = Date.now()
    for (const each of ticker.listeners) each()
  }, every)
  return () => {
    ticker.listeners.delete(listener)
    if (ticker.listeners.size > 0) return
    window.clearInterval(ticker.timer)
    ticker.timer = undefined
  }
}
