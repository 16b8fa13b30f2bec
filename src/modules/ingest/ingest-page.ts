import type { ConversationId, MessageId } from '../../../contract/ids.ts'
import type { Connector, Page, RawEvent } from '../../connectors/contract.ts'
import { announce, type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import {
  findThreadKeys,
  markReturned,
  type ReceivingChannel,
  receiveMessages,
  type ThreadedMessage,
} from '../conversations/index.ts'
import { markMailsReturned } from '../mail/index.ts'
import { type News, tell } from '../webhooks/index.ts'
import {
  advanceCursor,
  deletedBefore,
  forgetRaw,
  insertEvents,
  type NewEvent,
  type ReadEvent,
  settleEvents,
} from './store.ts'
import { understand } from './understand.ts'

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
  return events.map(({ id, raw, aside }) => ({
    remoteEventId: id,
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
  const fresh = await insertEvents(tx, channel, events)
  const result = await applyEvents(tx, channel, fresh)
  return { ...result, stored: fresh.length }
}

/**
 * Applies stored events to the conversations: messages threaded and put in, deletions followed.
 * Idempotent. The caller holds the stream lock.
 */
export async function applyEvents(
  tx: Tx,
  channel: IngestChannel,
  events: readonly NewEvent[],
): Promise<Omit<Ingested, 'stored'>> {
  const messages = events.flatMap((one) =>
    one.event?.kind === 'message' ? [{ ...one, message: one.event }] : [],
  )
  const gone = await deletedBefore(
    tx,
    channel,
    messages.map(({ message }) => message.remoteId),
  )
  for (const { event } of events) if (event?.kind === 'deleted') gone.set(event.remoteId, event.at)
  const { threaded, waiting } = await threadMessages(
    tx,
    channel,
    messages.map((one) => (gone.has(one.message.remoteId) ? withoutWords(one) : one)),
  )
  const received = await receiveMessages(tx, channel, threaded, gone)
  const back = events.flatMap(({ event }) =>
    event?.kind === 'returned' && event.lasting ? [event] : [],
  )
  const changed = [...new Set([...received.changed, ...(await markReturned(tx, channel, back))])]
  await markMailsReturned(tx, channel.workspaceId, back)
  await settleEvents(tx, channel, { waiting: waiting.map(({ id }) => id) })
  await forgetRaw(tx, channel, [...gone.keys()])
  await tellLive(tx, channel, changed)
  await tell(tx, channel.workspaceId, [
    ...received.opened.map((id) => opened(channel, id)),
    ...received.added.map((message) => arrived(channel, message)),
  ])
  return {
    aside: events.filter(({ event }) => event === null).length,
    pending: waiting.length,
    changed,
  }
}

function opened({ channelId }: IngestChannel, conversationId: ConversationId): News {
  return {
    type: 'conversation.opened',
    data: { conversationId, channelId },
    once: `opened:${conversationId}`,
  }
}

function arrived(
  { channelId }: IngestChannel,
  message: { id: MessageId; conversationId: ConversationId },
): News {
  const { conversationId } = message
  return { type: 'message.received', data: { messageId: message.id, conversationId, channelId } }
}

type Telling = NewEvent & { message: ThreadedMessage['message'] }

/** A customer's message that was taken back before it came: that it was there is kept, not what it said. */
function withoutWords(one: Telling): Telling {
  if (one.message.mine) return one
  const nothing = { text: '', html: null, contentWarning: null, media: [], ref: {} }
  return { ...one, message: { ...one.message, ...nothing } }
}

/**
 * Finds each message's thread: as the network said, or that of the message it answers, in the store or
 * in this very page (in which a parent may come after its answer).
 */
async function threadMessages(
  tx: Tx,
  channel: IngestChannel,
  messages: readonly Telling[],
): Promise<{ threaded: ThreadedMessage[]; waiting: Telling[] }> {
  const keys = new Map<string, string>()
  for (const { message } of messages) {
    if (message.rootId === null) keys.set(message.remoteId, message.remoteId)
    else if (message.rootId !== undefined) keys.set(message.remoteId, message.rootId)
  }
  const open = messages.filter(({ message }) => message.rootId === undefined)
  const parents = open.flatMap(({ message }) => (message.parentId ? [message.parentId] : []))
  for (const [remoteId, key] of await findThreadKeys(tx, channel, parents)) keys.set(remoteId, key)
  let found = true
  while (found) {
    found = false
    for (const { message } of open) {
      const key = message.parentId ? keys.get(message.parentId) : message.remoteId
      if (key === undefined || keys.has(message.remoteId)) continue
      keys.set(message.remoteId, key)
      found = true
    }
  }
  const threaded: ThreadedMessage[] = []
  const waiting: Telling[] = []
  for (const one of messages) {
    const threadKey = keys.get(one.message.remoteId)
    if (threadKey === undefined) waiting.push(one)
    else threaded.push({ message: one.message, threadKey })
  }
  return { threaded, waiting }
}

// A notification for each conversation of a big page would only tell everyone to read everything.
const mostAnnounced = 50

async function tellLive(
  tx: Tx,
  { workspaceId }: IngestChannel,
  changed: readonly ConversationId[],
): Promise<void> {
  if (changed.length > mostAnnounced)
    return announce(tx, { workspace: workspaceId, kind: 'resync', id: '' })
  return announce(
    tx,
    ...changed.map((id) => ({ workspace: workspaceId, kind: 'conversation' as const, id })),
  )
}
