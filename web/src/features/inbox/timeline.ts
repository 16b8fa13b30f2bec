import type { Conversation, Message, Note } from '../../../../contract/conversations.ts'
import type { DeliveryView } from '../../../../contract/deliveries.ts'
import { DeliveryId } from '../../../../contract/ids.ts'
import type { Move } from '../../../../contract/moves.ts'
import type { PrivateMove } from '../../../../contract/private-moves.ts'

/** What stands in the middle pane, oldest first. `day` begins a new day in the reader's time zone. */
export type Entry =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'message'; key: string; at: string; message: Message }
  | { kind: 'note'; key: string; at: string; note: Note }
  | { kind: 'delivery'; key: string; at: string; delivery: DeliveryView }
  | { kind: 'move'; key: string; at: string; move: Move }
  | { kind: 'private'; key: string; at: string; move: PrivateMove }

/**
 * Merges messages, notes, sendings, and merges and splits by time. A sending that has become a message is shown once, as the
 * message. Things of the same instant stay in the order: message, note, sending.
 */
export function timeline(
  conversation: Pick<Conversation, 'messages' | 'notes' | 'deliveries' | 'moves' | 'privateMoves'>,
  dayOf: (at: string) => string = localDay,
): Entry[] {
  const { messages, notes, deliveries, moves, privateMoves } = conversation
  const told = new Set(messages.map((message) => message.deliveryId))
  const entries: Entry[] = [
    ...messages.map((message) => entry('message', message.id, message.sentAt, { message })),
    ...notes.map((note) => entry('note', note.id, note.createdAt, { note })),
    ...deliveries
      .filter((delivery) => !told.has(delivery.id))
      .map((delivery) => entry('delivery', delivery.id, delivery.createdAt, { delivery })),
    ...moves.map((move) => entry('move', move.id, move.at, { move })),
    ...privateMoves.map((move) => entry('private', move.deliveryId, move.at, { move })),
  ]
  entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  return entries.flatMap((each, index) => {
    const before = entries[index - 1]
    if (before && dayOf(before.at) === dayOf(each.at)) return [each]
    return [{ kind: 'day' as const, key: `day-${dayOf(each.at)}`, at: each.at }, each]
  })
}

function entry<Kind extends string, Rest>(kind: Kind, id: string, at: string, rest: Rest) {
  return { kind, key: `${kind}-${id}`, at, ...rest }
}

function localDay(at: string): string {
  return new Date(at).toDateString()
}

/** The newest message of the customer: what a reply answers unless another is chosen. */
export function newestOfCustomer(messages: readonly Message[]): Message | undefined {
  return messages.findLast((message) => message.author === 'customer' && message.deletedAt === null)
}

/** The newest of our replies that stands on the network, by its sending; their ids are ordered by time. */
export function newestStanding(
  conversation: Pick<Conversation, 'messages' | 'deliveries'>,
): DeliveryView['id'] | null {
  const told = conversation.messages.flatMap(({ deliveryId }) => deliveryId ?? [])
  const sent = conversation.deliveries.filter(({ state }) => state === 'sent').map(({ id }) => id)
  const newest = [...told, ...sent].sort().at(-1)
  return newest === undefined ? null : DeliveryId.parse(newest)
}
