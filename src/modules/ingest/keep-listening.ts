import { ConnectorError, type Json } from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { findChannel, openSession, type StoredChannel } from '../channels/index.ts'
import type { IngestDeps } from './deps.ts'
import { readCursor } from './store.ts'

/** A channel, by ids. */
export type Place = Pick<StoredChannel, 'workspaceId'> & { channelId: StoredChannel['id'] }

/** The live connection, and what it told that no stored page knows yet. */
export type Live = { open: boolean; hints: Json[] }

/** Keeps the network's live connection open, where it has one; each piece of news rings. */
export async function keepListening(
  deps: IngestDeps,
  place: Place,
  live: Live,
  alarm: Alarm,
  signal: AbortSignal,
): Promise<void> {
  let tries = 0
  while (!signal.aborted) {
    let least = 0
    try {
      const channel = await inWorkspace(deps.database.db, place.workspaceId, (tx) =>
        findChannel(tx, place.workspaceId, place.channelId),
      )
      if (!channel || channel.state === 'disconnected') return
      const { connector, session } = await openSession(deps, channel, 'stream')
      if (!connector.listen) return
      const cursor = await inWorkspace(deps.database.db, place.workspaceId, (tx) =>
        readCursor(tx, place),
      )
      await connector.listen(
        session,
        (hint) => {
          live.open = true
          tries = 0
          if (hint !== undefined) live.hints.push(hint)
          alarm.ring()
        },
        signal,
        cursor,
      )
    } catch (error) {
      deps.log.debug({ err: error }, 'the live connection could not be opened; polling goes on')
      least = leastPause(error)
    }
    live.open = false
    alarm.ring()
    tries += 1
    await pauseFor(Math.max(Math.min(500 * 2 ** tries, 30_000), least), signal)
  }
}

/** What a network refuses it refuses again at once, and some count how often they are asked. */
function leastPause(error: unknown): number {
  if (!(error instanceof ConnectorError)) return 0
  const { failure } = error
  if (failure.kind === 'rate-limited')
    return Math.min(failure.retryAt.getTime() - Date.now(), 60 * 60_000)
  return failure.kind === 'auth-expired' || failure.kind === 'rejected' ? 60_000 : 0
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
}

export type Alarm = { ring(): void; rang(): boolean; wait(ms: number): Promise<void> }

/** Waits that end early when it rings; one ring during a round counts for the next. */
export function createAlarm(signal: AbortSignal): Alarm {
  let rung = false
  let wake: (() => void) | undefined
  const ring = () => {
    rung = true
    wake?.()
  }
  signal.addEventListener('abort', ring)
  return {
    ring,
    rang() {
      const was = rung
      rung = false
      return was
    },
    wait(ms) {
      if (rung) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(done, ms)
        function done() {
          clearTimeout(timer)
          wake = undefined
          resolve()
        }
        wake = done
      })
    },
  }
}
