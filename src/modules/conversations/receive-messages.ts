import type { ConversationId, MessageId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { type Received, routeReceived } from '../routing/index.ts'
import type { Known, ReceivingChannel } from './known.ts'
import type { Heard } from './next-state.ts'
import { placeMessages } from './place-messages.ts'
import type { Post } from './posts.ts'
import { insertMessages, type NewMessage } from './receive-store.ts'
import { refreshConversations } from './refresh-conversations.ts'
import {
  type Deletable,
  forgetMessages,
  keepVersions,
  type Revision,
  reviseMessages,
} from './revise-messages.ts'

// The path of a page's messages, in one transaction under the channel's stream lock. Before it comes here its
// events are stored, all that it speaks of is read (`Known`), and each message knows its thread (modules/ingest).
//   1. read     each message once, in its newest version             posts.ts
//   2. revise   messages that we hold follow their edits             revise-messages.ts
//   3. place    new ones find their person and their conversation    place-messages.ts, open-conversations.ts
//   4. write    conversations and messages are added; what was
//               taken back is emptied                                receive-store.ts, revise-messages.ts
//   5. refresh  what is said of a conversation (who waits since
//               when, its state) is worked out from its messages     refresh-conversations.ts, next-state.ts
//   6. route    new and reopened ones get their place by the rules   modules/routing

/** What a page brings for the conversations, with what is stored of it. */
export type Receiving = {
  /** As `readPosts` made them. */
  posts: readonly Post[]
  /** When messages were taken back, by the network's id. */
  deletions: ReadonlyMap<string, Date>
  known: Known
}

export type ReceivedMessages = {
  /** All conversations that changed, with those that are new. */
  changed: ConversationId[]
  opened: ConversationId[]
  /** The customers' messages that were added. */
  added: { id: MessageId; conversationId: ConversationId }[]
}

/**
 * Puts a channel's messages into conversations: new ones are added to the conversation of their thread
 * and person, known ones are revised when this version is newer, and those that were taken back are
 * emptied. Idempotent, and right in whatever order messages come. The caller holds the channel's stream
 * lock, so a channel is never received by two, and read `known` under it.
 */
export async function receiveMessages(
  tx: Tx,
  channel: ReceivingChannel,
  { posts, deletions, known }: Receiving,
): Promise<ReceivedMessages> {
  const revised = await reviseMessages(tx, channel, revisionsOf(posts, known))
  const fresh = posts.filter(({ message }) => !known.messages.has(message.remoteId))
  const placed = await placeMessages(tx, channel, { posts: fresh, known })
  const added = await insertMessages(tx, channel, placed)
  await keepVersions(tx, channel, earlierVersions(added))
  const forgotten = await forgetMessages(tx, channel, deletable(known, added, deletions))
  const grown = placed.received.filter(({ opened }) => !opened)
  const touched = new Set([
    ...[...revised, ...forgotten],
    ...[...grown, ...placed.answers].map(({ conversationId }) => conversationId),
  ])
  const heard = whatStands(grown, deletions)
  const { reopened } = await refreshConversations(tx, channel.workspaceId, [...touched], heard)
  await route(tx, channel, { received: placed.received, reopened })
  const opened = placed.opened.map(({ id }) => id)
  const said = added.filter(({ author }) => author === 'customer')
  return {
    changed: [...new Set([...touched, ...opened])],
    opened,
    added: said.map(({ id, conversationId }) => ({ id, conversationId })),
  }
}

async function route(
  tx: Tx,
  channel: ReceivingChannel,
  { received, reopened }: { received: readonly Received[]; reopened: ReadonlySet<ConversationId> },
): Promise<void> {
  const graver = await routeReceived(
    tx,
    channel,
    received.filter(({ opened, conversationId }) => opened || reopened.has(conversationId)),
  )
  // How soon an answer is due may hang on how grave it is.
  await refreshConversations(tx, channel.workspaceId, graver)
}

function revisionsOf(posts: readonly Post[], known: Known): Revision[] {
  return posts.flatMap((post) => {
    const stored = known.messages.get(post.message.remoteId)
    return stored ? [{ stored, post }] : []
  })
}

/** What conversations gained that was not taken back at once. */
function whatStands(
  grown: readonly Received[],
  deletions: ReadonlyMap<string, Date>,
): Map<ConversationId, Heard> {
  const heard = new Map<ConversationId, Heard>()
  for (const { conversationId, posts } of grown) {
    const times = posts.flatMap(({ message: { remoteId, createdAt } }) =>
      deletions.has(remoteId) ? [] : [createdAt.getTime()],
    )
    if (times.length > 0)
      heard.set(conversationId, { at: new Date(Math.max(...times)), count: times.length })
  }
  return heard
}

function deletable(
  known: Known,
  added: readonly NewMessage[],
  deletions: ReadonlyMap<string, Date>,
): Deletable[] {
  if (deletions.size === 0) return []
  const standing = [...known.messages.values()].filter(({ deletedAt }) => deletedAt === null)
  const fresh = added.map(({ post, ...one }) => ({ ...one, remoteId: post.message.remoteId }))
  return [...standing, ...fresh].flatMap(({ id, conversationId, remoteId }) => {
    const deletedAt = deletions.get(remoteId)
    return deletedAt ? [{ id, conversationId, deletedAt }] : []
  })
}

function earlierVersions(added: readonly NewMessage[]) {
  return added.flatMap(({ id, post }) => post.older.map((version) => ({ id, version })))
}
