import type { NetworkEvent, NetworkMessage } from '../../connectors/contract.ts'
import type { Known, ThreadedMessage } from '../conversations/index.ts'
import type { PageKnown } from './look-up.ts'
import type { NewEvent, ReadEvent } from './store.ts'

type Told = { event: NetworkEvent | null }
type Telling<One extends Told> = { one: One; message: NetworkMessage }

/** What follows from the events of a page. */
export type Plan<One extends Told> = {
  threaded: ThreadedMessage[]
  /** Those whose thread is not known yet. */
  waiting: ReadonlySet<One>
  /** When messages were taken back, by the network's id. */
  gone: ReadonlyMap<string, Date>
  /** What never reached its reader. */
  back: Extract<NetworkEvent, { kind: 'returned' }>[]
}

/** Decides what becomes of each event, by what is known and by the others of its page. Pure. */
export function planEvents<One extends Told>(events: readonly One[], known: PageKnown): Plan<One> {
  const gone = new Map(known.deletions)
  for (const { event } of events) if (event?.kind === 'deleted') gone.set(event.remoteId, event.at)
  const messages = events.flatMap((one): Telling<One>[] => {
    const { event } = one
    if (event?.kind !== 'message') return []
    return [{ one, message: gone.has(event.remoteId) ? withoutWords(event) : event }]
  })
  const back = events.flatMap(({ event }) =>
    event?.kind === 'returned' && event.lasting ? [event] : [],
  )
  return { ...threadMessages(messages, known), gone, back }
}

/** How an event of the plan is stored. */
export function storedAs(one: ReadEvent, { waiting, gone }: Plan<ReadEvent>): NewEvent {
  const { event } = one
  const state = event === null ? 'aside' : waiting.has(one) ? 'pending' : 'done'
  // What still waits for its thread is needed for that, and is dropped as soon as it is threaded.
  const isGone = event?.kind === 'message' && state === 'done' && gone.has(event.remoteId)
  return { event: one, raw: isGone ? null : one.raw, state }
}

/** A customer's message that was taken back before it came: that it was there is kept, not what it said. */
function withoutWords(message: NetworkMessage): NetworkMessage {
  if (message.mine) return message
  return { ...message, text: '', html: null, contentWarning: null, media: [], ref: {} }
}

/**
 * Finds each message's thread: as the network said, or that of the message it answers, in the store or
 * in this very page (in which a parent may come after its answer).
 */
function threadMessages<One extends Told>(
  messages: readonly Telling<One>[],
  known: Known,
): { threaded: ThreadedMessage[]; waiting: Set<One> } {
  const keys = threadKeys(
    messages.map(({ message }) => message),
    known,
  )
  const threaded: ThreadedMessage[] = []
  const waiting = new Set<One>()
  for (const { one, message } of messages) {
    const threadKey = keys.get(message.remoteId)
    if (threadKey === undefined) waiting.add(one)
    else threaded.push({ message, threadKey })
  }
  return { threaded, waiting }
}

function threadKeys(messages: readonly NetworkMessage[], known: Known): Map<string, string> {
  const keys = new Map<string, string>()
  for (const { remoteId, rootId } of messages)
    if (rootId !== undefined) keys.set(remoteId, rootId ?? remoteId)
  const open = messages.filter(({ rootId }) => rootId === undefined)
  for (const { parentId } of open) {
    const key = parentId && threadOf(parentId, known)
    if (parentId && key) keys.set(parentId, key)
  }
  let found = true
  while (found) {
    found = false
    for (const { remoteId, parentId } of open) {
      const key = parentId ? keys.get(parentId) : remoteId
      if (key === undefined || keys.has(remoteId)) continue
      keys.set(remoteId, key)
      found = true
    }
  }
  return keys
}

/** The thread of a post that we hold as a message or saw in a thread. */
function threadOf(remoteId: string, known: Known): string | undefined {
  return known.messages.get(remoteId)?.threadKey ?? known.threads.get(remoteId)
}
