import { type ConversationId, MessageId } from '../../../contract/ids.ts'
import type { NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { recogniseAuthors } from '../people/index.ts'
import {
  type ConversationKey,
  findMessages,
  insertMessages,
  type NewMessage,
  openConversations,
  type ReceivingChannel,
} from './receive-store.ts'
import { refreshConversations } from './refresh-conversations.ts'
import { reviseMessages } from './revise-messages.ts'

/** A message with its thread known. */
export type ThreadedMessage = { message: NetworkMessage; threadKey: string }

/**
 * Puts a channel's messages into conversations: new ones are added to the conversation of their thread
 * and person, known ones are revised when this version is newer. Idempotent, and right in whatever
 * order messages come. The caller holds the channel's stream lock, so a channel is never received by two.
 * @returns the conversations that changed
 */
export async function receiveMessages(
  tx: Tx,
  channel: ReceivingChannel,
  threaded: readonly ThreadedMessage[],
): Promise<ConversationId[]> {
  const newest = newestVersions(threaded.map(cleanMessage))
  if (newest.length === 0) return []
  const known = await findMessages(
    tx,
    channel,
    newest.map(({ message }) => message.remoteId),
  )
  const revised = await reviseMessages(
    tx,
    channel,
    newest.flatMap(({ message }) => {
      const stored = known.get(message.remoteId)
      return stored ? [{ message, stored }] : []
    }),
  )
  const fresh = newest.filter(({ message }) => !known.has(message.remoteId))
  const own = await placeOwnPosts(
    tx,
    channel,
    fresh.filter(({ message }) => message.mine),
  )
  const customers = fresh.filter(({ message }) => !message.mine)
  const { added, grown, opened } = await addCustomerMessages(tx, channel, customers)
  await insertMessages(tx, channel, [...own, ...added])
  const touched = new Set([...revised, ...own.map((row) => row.conversationId), ...grown])
  await refreshConversations(tx, channel.workspaceId, [...touched])
  return [...new Set([...touched, ...opened])]
}

async function addCustomerMessages(
  tx: Tx,
  channel: ReceivingChannel,
  threaded: readonly ThreadedMessage[],
): Promise<{ added: NewMessage[]; grown: ConversationId[]; opened: ConversationId[] }> {
  if (threaded.length === 0) return { added: [], grown: [], opened: [] }
  const recognised = await recogniseAuthors(
    tx,
    channel,
    threaded.map(({ message }) => message.author),
  )
  const groups = new Map<string, { key: ConversationKey; messages: NetworkMessage[] }>()
  for (const { message, threadKey } of threaded) {
    const who = recognised.get(message.author.remoteId)
    if (!who) throw new Error(`author ${message.author.remoteId} was not recognised`)
    const name = `${who.identityId} ${threadKey}`
    const group = groups.get(name) ?? { key: { ...who, threadKey }, messages: [] }
    group.messages.push(message)
    groups.set(name, group)
  }
  const conversations = await openConversations(tx, channel, [...groups.values()])
  const added: NewMessage[] = []
  const grown: ConversationId[] = []
  const opened: ConversationId[] = []
  for (const [name, { key, messages }] of groups) {
    const conversation = conversations.get(name)
    if (!conversation) throw new Error(`conversation of ${name} was not opened`)
    ;(conversation.opened ? opened : grown).push(conversation.id)
    for (const message of messages)
      added.push({
        id: newId(MessageId),
        conversationId: conversation.id,
        author: 'customer',
        identityId: key.identityId,
        message,
      })
  }
  return { added, grown, opened }
}

/** A post of ours that answers a message we hold joins its conversation: somebody answered on the network itself. */
async function placeOwnPosts(
  tx: Tx,
  channel: ReceivingChannel,
  own: readonly ThreadedMessage[],
): Promise<NewMessage[]> {
  const answered = own.flatMap(({ message }) => (message.parentId ? [message.parentId] : []))
  if (answered.length === 0) return []
  const parents = await findMessages(tx, channel, answered)
  return own.flatMap(({ message }) => {
    const parent = message.parentId ? parents.get(message.parentId) : undefined
    if (!parent) return []
    return [
      {
        id: newId(MessageId),
        conversationId: parent.conversationId,
        author: 'member' as const,
        identityId: null,
        message,
      },
    ]
  })
}

function newestVersions(threaded: readonly ThreadedMessage[]): ThreadedMessage[] {
  const newest = new Map<string, ThreadedMessage>()
  for (const one of threaded) {
    const other = newest.get(one.message.remoteId)
    if (!other || editTime(one.message) >= editTime(other.message))
      newest.set(one.message.remoteId, one)
  }
  return [...newest.values()]
}

function editTime(message: NetworkMessage): number {
  return (message.editedAt ?? message.createdAt).getTime()
}

/** What the database cannot hold (NUL, broken surrogates) never stops a customer from being heard. */
function cleanMessage({ message, threadKey }: ThreadedMessage): ThreadedMessage {
  const { author } = message
  return {
    threadKey,
    message: {
      ...message,
      text: cleanText(message.text),
      html: message.html === null ? null : cleanText(message.html),
      contentWarning: message.contentWarning === null ? null : cleanText(message.contentWarning),
      author: {
        ...author,
        handle: cleanText(author.handle),
        displayName: cleanText(author.displayName),
      },
    },
  }
}
