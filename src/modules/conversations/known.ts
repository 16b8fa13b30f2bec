import type { ChannelId, ConversationId, MessageId, WorkspaceId } from '../../../contract/ids.ts'
import type { KnownIdentity } from '../people/index.ts'

export type ReceivingChannel = { workspaceId: WorkspaceId; channelId: ChannelId; network: string }
export type ChannelKey = Pick<ReceivingChannel, 'workspaceId' | 'channelId'>

export type StoredMessage = {
  id: MessageId
  conversationId: ConversationId
  /** The conversation of its own thread, where it stands in another one. */
  homeId: ConversationId | null
  threadKey: string
  remoteId: string
  remoteVersion: string
  author: string
  text: string
  sentAt: Date
  editedAt: Date | null
  deletedAt: Date | null
}

/** `id`: the conversation where it stands; `home`: its thread's own one, whether or not it was merged. */
export type Place = { id: ConversationId; home: ConversationId }

/** What the database holds of all that a page of events speaks of, read once, under the stream lock. */
export type Known = {
  /** By the network's id: messages told of, and those that are answered. */
  messages: ReadonlyMap<string, StoredMessage>
  /** Thread keys of posts that were seen in a thread, by the network's id. */
  threads: ReadonlyMap<string, string>
  /** By the author's id on the network. */
  identities: ReadonlyMap<string, KnownIdentity>
  /** By `groupName(identity, thread)`. */
  conversations: ReadonlyMap<string, Place>
  /** Of messages that customers answer, those that do not stand in their own thread's conversation. */
  moved: ReadonlyMap<string, Place>
  /** Which conversations were looked for, by `askedName(author, thread)`: of others nothing is known. */
  asked: ReadonlySet<string>
  /** What `parley.clock_version()` said. */
  clockVersion: number | null
}

/** How a person's part in a thread is called in maps. */
export function groupName(identityId: string, threadKey: string): string {
  return `${identityId} ${threadKey}`
}

/** The same, by the author's id on the network. */
export function askedName(authorId: string, threadKey: string): string {
  return `${authorId}\0${threadKey}`
}
