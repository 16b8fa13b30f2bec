import {
  type Connector,
  ConnectorError,
  type Failure,
  type Session,
} from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { messageOf } from '../../platform/errors.ts'
import {
  checkChannel,
  findChannel,
  hookAddress,
  openSession,
  reportFailure,
  type StoredChannel,
} from '../channels/index.ts'
import type { IngestDeps } from './deps.ts'
import { type IngestChannel, ingestPage } from './ingest-page.ts'
import { createAlarm, keepListening, type Live, type Place } from './keep-listening.ts'
import { recheckMessages } from './recheck-messages.ts'
import { resolvePending } from './resolve-pending.ts'
import { readCursor } from './store.ts'

/** How often things are done, in milliseconds. */
export type Pace = {
  /** Without a live connection to the network. */
  pollMs: number
  /** With one: only in case it missed something. */
  pollLiveMs: number
  /** Whole check of account, permissions and limits. */
  checkMs: number
  recheckMs: number
  /** An outage shorter than this is nobody's business. */
  patienceMs: number
  /** The longest that a connector may have us rest between rounds; missing: as long as it likes. */
  mostRestMs?: number
}

/** News may be an edit or a deletion, but a busy hour is no reason to ask for all messages again and again. */
const soonestRecheckMs = 2000

export const usualPace: Pace = {
  pollMs: 4000,
  pollLiveMs: 20_000,
  checkMs: 45_000,
  recheckMs: 30_000,
  patienceMs: 20_000,
}

/**
 * Receives one channel until `signal` aborts or it is disconnected: fills the gap since last time, then
 * follows what comes. Trouble is told by the channel's health; it never ends the following.
 */
export async function followChannel(
  deps: IngestDeps,
  place: Place,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const alarm = createAlarm(signal)
  const live: Live = { open: false, hints: [] }
  const last = { check: 0, recheck: 0, owed: false }
  const trouble = { since: 0, tries: 0 }
  // A disconnected channel's live connection must not outlive its rounds, or it is never taken up again.
  const over = new AbortController()
  const listening = keepListening(deps, place, live, alarm, AbortSignal.any([signal, over.signal]))
  while (!signal.aborted) {
    const channel = await inWorkspace(deps.database.db, place.workspaceId, (tx) =>
      findChannel(tx, place.workspaceId, place.channelId),
    ).catch(() => undefined)
    if (channel?.state === 'disconnected') break
    const woken = alarm.rang()
    let pause = live.open ? pace.pollLiveMs : pace.pollMs
    try {
      if (!channel) throw new Error('the channel cannot be read')
      await round(deps, channel, pace, last, { woken, live })
      Object.assign(trouble, { since: 0, tries: 0 })
      if (last.owed) pause = Math.min(pause, soonestRecheckMs)
    } catch (error) {
      pause = await handleTrouble(deps, channel, error, trouble, pace)
    }
    const rest = deps.connectors.get(channel?.network ?? '')?.restMs ?? 0
    await alarm.wait(Math.max(pause, Math.min(rest, pace.mostRestMs ?? rest)))
  }
  over.abort()
  await listening
}

async function round(
  deps: IngestDeps,
  channel: StoredChannel,
  pace: Pace,
  last: { check: number; recheck: number; owed: boolean },
  { woken, live }: { woken: boolean; live: Live },
): Promise<void> {
  const now = Date.now()
  const opened = await openSession(deps, channel, 'stream')
  const ingest = ingestChannelOf(channel)
  const ill = channel.state === 'attention'
  if (ill || now - last.check > pace.checkMs) {
    await checkChannel(deps, channel)
    await tendHook(deps, ingest, opened)
    last.check = now
  }
  if (!isBrought(deps, ingest, opened)) await pull(deps, ingest, opened, live)
  while ((await resolvePending(deps, ingest, opened)) > 0);
  const due = now - last.recheck > pace.recheckMs
  last.owed ||= woken
  if (due || (last.owed && now - last.recheck > soonestRecheckMs)) {
    await recheckMessages(deps, ingest, opened, due ? 200 : 20)
    last.recheck = now
    last.owed = false
  }
}

type Opened = { connector: Connector; session: Session }

/** Whether the network brings all events itself, so that it must not be asked for them as well. */
function isBrought(deps: IngestDeps, channel: IngestChannel, opened: Opened): boolean {
  const { hook } = opened.connector
  return hook?.use(opened.session.credential) === 'instead' && hookAddress(deps, channel) !== null
}

/** Tells the network where to bring events, or that it should not. */
async function tendHook(
  deps: IngestDeps,
  channel: IngestChannel,
  { connector, session }: Opened,
): Promise<void> {
  const { hook } = connector
  if (!hook) return
  const address = hook.use(session.credential) === 'none' ? null : hookAddress(deps, channel)
  if (address === null) await hook.close?.(session)
  else await hook.open?.(session, address)
}

/** Everything since the cursor, page by page; each page stands before the next is asked for. */
async function pull(
  deps: IngestDeps,
  channel: IngestChannel,
  { connector, session }: Opened,
  live: Live,
): Promise<void> {
  if (!connector.receive) return
  let cursor = await inWorkspace(deps.database.db, channel.workspaceId, (tx) =>
    readCursor(tx, channel),
  )
  let more = true
  while (more) {
    const hints = [...live.hints]
    const page = await connector.receive(session, cursor, hints)
    await ingestPage(deps.database.db, connector, channel, page)
    live.hints.splice(0, hints.length)
    more = page.more && (page.cursor !== cursor || page.events.length > 0)
    cursor = page.cursor
  }
}

export function ingestChannelOf(channel: StoredChannel): IngestChannel {
  const { workspaceId, id, network, account } = channel
  return { workspaceId, channelId: id, network, account }
}

/** @returns how long to wait before the next round, in milliseconds */
async function handleTrouble(
  deps: IngestDeps,
  channel: StoredChannel | undefined,
  error: unknown,
  trouble: { since: number; tries: number },
  pace: Pace,
): Promise<number> {
  const now = Date.now()
  trouble.since ||= now
  trouble.tries += 1
  const failure: Failure =
    error instanceof ConnectorError
      ? error.failure
      : { kind: 'unavailable', detail: messageOf(error) }
  if (!(error instanceof ConnectorError)) deps.log.warn({ err: error }, 'receiving broke off')
  const lasting = failure.kind === 'auth-expired' || now - trouble.since >= pace.patienceMs
  if (channel && lasting)
    await reportFailure(deps, channel, failure).catch((err: unknown) =>
      deps.log.warn({ err }, 'a failure could not be written down'),
    )
  if (failure.kind === 'rate-limited')
    return Math.min(Math.max(failure.retryAt.getTime() - now, 1000), 15 * 60_000)
  return Math.min(500 * 2 ** Math.min(trouble.tries, 5), pace.patienceMs)
}
