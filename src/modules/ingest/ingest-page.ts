import type { ConversationId, EventId } from '../../../contract/ids.ts'
import type { Connector, NetworkEvent, Page, RawEvent } from '../../connectors/contract.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import {
  markReturned,
  type Post,
  type ReceivingChannel,
  readPosts,
  receiveMessages,
  understand,
} from '../conversations/index.ts'
import { markMailsReturned } from '../mail/index.ts'
import { lookUp, type PageKnown } from './look-up.ts'
import { type Plan, planEvents, storedAs } from './plan-events.ts'
import {
  advanceCursor,
  eventKey,
  forgetRaw,
  insertEvents,
  markEvent,
  type ReadEvent,
} from './store.ts'
import { tellChanges } from './tell-changes.ts'

// The path of a page, in one transaction:
//   1. translate  each raw event, or say why it cannot be understood    conversations/understand.ts
//   2. lock       the channel's stream, by moving its cursor            store.ts
//   3. look up    all that the page speaks of, in one statement         look-up.ts
//   4. plan       what becomes of each event; nothing is written        plan-events.ts
//   5. store      the new events
//   6. carry out  messages into conversations (conversations/receive-messages.ts), what came back marked,
//                 everybody told                                        tell-changes.ts

export type IngestChannel = ReceivingChannel & { account: { remoteId: string; handle: string } }

/** Events to take in. Without `cursor` the channel goes on from where it stands. */
export type Incoming = Pick<Page, 'events'> & Partial<Page>

export type Ingested = { stored: number; aside: number; pending: number; changed: ConversationId[] }

/**
 * Takes in one page: raw events, the cursor, and everything that follows from them, in one
 * transaction. An event that was taken in before is passed over; one that does not parse is kept aside;
 * one whose thread is not known yet waits for `resolvePending`.
 */
export async function ingestPage(
  db: Db,
  connector: Pick<Connector, 'translate'>,
  channel: IngestChannel,
  page: Incoming,
): Promise<Ingested> {
  const events = readEvents(connector, channel, page.events)
  return inWorkspace(db, channel.workspaceId, async (tx) => {
    await advanceCursor(tx, channel, page.cursor, events.length > 0)
    return takeIn(tx, channel, events)
  })
}

/** An event that came to us by itself. `aside`: why it is kept aside, although it is understood. */
export type ArrivedEvent = RawEvent & { aside?: string }

/**
 * Takes in events that came by a route of ours, in the caller's transaction, as `ingestPage` does with
 * those that were fetched. What was kept aside is taken in when somebody has it replayed.
 */
export async function ingestArrived(
  tx: Tx,
  connector: Pick<Connector, 'translate'>,
  channel: IngestChannel,
  arrived: readonly ArrivedEvent[],
): Promise<Ingested> {
  const events = readEvents(connector, channel, arrived)
  await advanceCursor(tx, channel, null, events.length > 0)
  return takeIn(tx, channel, events)
}

function readEvents(
  connector: Pick<Connector, 'translate'>,
  { account }: IngestChannel,
  events: readonly ArrivedEvent[],
): ReadEvent[] {
  const told = new Map(events.map((one) => [one.id, one]))
  return [...told.values()].map(({ id, raw, aside }) => ({
    key: eventKey(id),
    raw,
    ...(aside === undefined
      ? understand(connector, account, raw)
      : { event: null, problem: aside }),
  }))
}

async function takeIn(
  tx: Tx,
  channel: IngestChannel,
  events: readonly ReadEvent[],
): Promise<Ingested> {
  if (events.length === 0) return { stored: 0, aside: 0, pending: 0, changed: [] }
  const known = await lookUp(tx, channel, {
    events: events.map(({ event }) => event),
    eventKeys: events.map(({ key }) => key),
  })
  const fresh = events.filter(({ key }) => !known.events.has(key.toString('hex')))
  const plan = planEvents(fresh, known)
  const stored = fresh.map((one) => storedAs(one, plan))
  await insertEvents(tx, channel, { events: stored, gone: [...plan.gone.keys()] })
  // The database is still storing them: their statement is not waited for.
  const posts = readPosts(plan.threaded)
  const changed = await carryOut(tx, channel, { plan, posts, known })
  const aside = fresh.filter(({ event }) => event === null).length
  return { stored: fresh.length, aside, pending: plan.waiting.size, changed }
}

/**
 * Applies an event that is stored and was not applied yet, and marks it as done, or as pending while its
 * thread is not known. Idempotent. The caller holds the stream lock.
 */
export async function applyEvent(
  tx: Tx,
  channel: IngestChannel,
  { id, event }: { id: EventId; event: NetworkEvent },
): Promise<void> {
  const known = await lookUp(tx, channel, { events: [event], eventKeys: [] })
  const plan = planEvents([{ event }], known)
  await carryOut(tx, channel, { plan, posts: readPosts(plan.threaded), known })
  const state = plan.waiting.size > 0 ? 'pending' : 'done'
  await markEvent(tx, channel, id, { state, problem: null, event })
  await forgetRaw(tx, channel, [...plan.gone.keys()])
}

async function carryOut<One extends { event: NetworkEvent | null }>(
  tx: Tx,
  channel: IngestChannel,
  { plan, posts, known }: { plan: Plan<One>; posts: readonly Post[]; known: PageKnown },
): Promise<ConversationId[]> {
  const { gone, back } = plan
  const received = await receiveMessages(tx, channel, { posts, deletions: gone, known })
  const returned = await markReturned(tx, channel, back)
  await markMailsReturned(tx, channel.workspaceId, back)
  const changed = [...new Set([...received.changed, ...returned])]
  await tellChanges(tx, channel, { ...received, changed })
  return changed
}
