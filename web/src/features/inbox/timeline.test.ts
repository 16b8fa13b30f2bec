import { describe, expect, it } from 'vitest'
import { Message, Note } from '../../../../contract/conversations.ts'
import { DeliveryView } from '../../../../contract/deliveries.ts'
import { Move } from '../../../../contract/moves.ts'
import { newestOfCustomer, timeline } from './timeline.ts'

const id = (n: number) => `0193a000-0000-7000-8000-00000000000${n}`
const day = (at: string) => at.slice(0, 10)

function message(n: number, sentAt: string, over: Partial<Message> = {}): Message {
  const empty = {
    html: null,
    contentWarning: null,
    language: null,
    reading: null,
    url: null,
    editedAt: null,
    deletedAt: null,
  }
  const rest = {
    remoteId: 'r',
    text: 't',
    visibility: 'public',
    media: [],
    earlierVersions: [],
    deliveryId: null,
    via: { channelId: id(8), network: 'town', networkName: 'Town', handle: 'shop' },
    waitsFrom: null,
    returned: null,
  }
  const base = {
    ...empty,
    ...rest,
    id: id(n),
    author: 'customer',
    authorName: 'Ana',
    sentAt,
    receivedAt: sentAt,
  }
  return { ...Message.parse(base), ...over }
}

function delivery(n: number, createdAt: string): DeliveryView {
  const nothing = { undoUntil: null, reason: null, remote: null, sentAt: null }
  const can = { cancel: true, retry: false, decide: false }
  const ids = { id: id(n), channelId: id(8), conversationId: id(9), replyTo: id(1) }
  const rest = {
    state: 'queued',
    text: 'x',
    media: [],
    createdBy: 'Ion',
    createdAt,
    attempts: [],
    contentWarning: null,
    can,
  }
  return DeliveryView.parse({ ...nothing, ...ids, ...rest })
}

const note = (n: number, createdAt: string) =>
  Note.parse({ id: id(n), authorName: 'Ion', text: 'n', createdAt })

const move = (n: number, at: string) =>
  Move.parse({
    id: id(n),
    kind: 'merge',
    at,
    byName: 'Ion',
    keptId: id(9),
    others: [],
    undoneAt: null,
    undoneByName: null,
    can: { undo: true },
  })

describe('timeline', () => {
  it('puts messages, notes, merges and sendings in the order of time, with a line for each day', () => {
    const entries = timeline(
      {
        messages: [message(1, '2026-11-20T10:00:00Z'), message(2, '2026-11-21T10:00:00Z')],
        notes: [note(3, '2026-11-20T11:00:00Z')],
        deliveries: [delivery(4, '2026-11-21T10:05:00Z')],
        moves: [move(5, '2026-11-21T10:04:00Z')],
        privateMoves: [],
      },
      day,
    )
    expect(entries.map((entry) => entry.kind)).toEqual([
      'day',
      'message',
      'note',
      'day',
      'message',
      'move',
      'delivery',
    ])
  })
  it('shows a sending once it stands as a message only as that message', () => {
    const entries = timeline(
      {
        messages: [message(1, '2026-11-20T10:00:00Z', { author: 'member', deliveryId: id(4) })],
        notes: [],
        deliveries: [delivery(4, '2026-11-20T10:00:00Z')],
        moves: [],
        privateMoves: [],
      },
      day,
    )
    expect(entries.map((entry) => entry.kind)).toEqual(['day', 'message'])
  })
  it('is empty for an empty conversation', () => {
    expect(
      timeline({ messages: [], notes: [], deliveries: [], moves: [], privateMoves: [] }, day),
    ).toEqual([])
  })
})

describe('newestOfCustomer', () => {
  it('passes over our own messages and those the customer deleted', () => {
    const at = '2026-11-20T10:00:00Z'
    const messages = [
      message(1, at),
      message(2, at, { deletedAt: at }),
      message(3, at, { author: 'member' }),
    ]
    expect(newestOfCustomer(messages)?.id).toBe(id(1))
  })
})
