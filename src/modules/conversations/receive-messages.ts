import { type ConversationId, MessageId } from '../../../contract/ids.ts'
import type { NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { recogniseAuthors } from '../people/index.ts'
import { type Received, settleReceived } from '../routing/index.ts'
import { type Group, groupName, openConversations } from './open-conversations.ts'
import { placeMessages } from './place-messages.ts'
import {
  findMessages,
  insertMessages,
  type NewMessage,
  type ReceivingChannel,
  type StoredMessage,
} from './receive-store.ts'
import { refreshConversations } from './refresh-conversations.ts'
import { type Deletable, forgetMessages, keepVersions, reviseMessages } from './revise-messages.ts'

/** A message with its thread known. */
export type ThreadedMessage = { message: NetworkMessage; threadKey: string }

/**
 * Puts a channel's messages into conversations: new ones are added to the conversation of their thread
 * and person, known ones are revised when this version is newer, and those that were taken back are
 * emptied. Idempotent, and right in whatever order messages come. The caller holds the channel's stream
 * lock, so a channel is never received by two.
 * @param deletions when messages were taken back, by the network's id
 * @returns the conversations that changed, those that are new, and the customers' messages that were added
 */
export async function receiveMessages(
  tx: Tx,
  channel: ReceivingChannel,
  threaded: readonly ThreadedMessage[],
  deletions: ReadonlyMap<string, Date>,
): Promise<ReceivedMessages> {
  const posts = [...Map.groupBy(threaded.map(cleanMessage), postOf).values()].flatMap(sortVersions)
  const told = new Set([...posts.map(({ message }) => message.remoteId), ...deletions.keys()])
  const known = await findMessages(tx, channel, [...told])
  const revised = await reviseMessages(
    tx,
    channel,
    posts.flatMap(({ message, older }) => {
      const stored = known.get(message.remoteId)
      return stored ? [{ stored, versions: [...older, message] }] : []
    }),
  )
  const fresh = posts.filter(({ message }) => !known.has(message.remoteId))
  const customers = fresh.filter(({ message }) => !message.mine && !message.automatic)
  const { added, received } = await addCustomerMessages(tx, channel, customers)
  await insertMessages(tx, channel, added)
  const own = await addAnswers(
    tx,
    channel,
    fresh.filter(({ message }) => message.mine || message.automatic),
  )
  await keepVersions(tx, channel, earlierVersions(fresh, [...added, ...own]))
  const forgotten = await forgetMessages(
    tx,
    channel,
    deletable(known, [...added, ...own], deletions),
  )
  const graver = await settleReceived(tx, channel, received)
  const idsOf = (opened: boolean) =>
    received.filter((one) => one.opened === opened).map((one) => one.conversationId)
  const touched = new Set([
    // How soon an answer is due may hang on how grave it is.
    ...[...revised, ...idsOf(false), ...graver, ...forgotten],
    ...own.map((row) => row.conversationId),
  ])
  await refreshConversations(tx, channel.workspaceId, [...touched])
  return {
    changed: [...new Set([...touched, ...idsOf(true)])],
    opened: idsOf(true),
    added: added.map(({ id, conversationId }) => ({ id, conversationId })),
  }
}

export type ReceivedMessages = {
  changed: ConversationId[]
  opened: ConversationId[]
  added: { id: MessageId; conversationId: ConversationId }[]
}

/** A post in its newest version known now, and the older ones that came with it. */
type Post = ThreadedMessage & { older: NetworkMessage[] }

async function addCustomerMessages(
  tx: Tx,
  channel: ReceivingChannel,
  posts: readonly Post[],
): Promise<{ added: NewMessage[]; received: Received[] }> {
  if (posts.length === 0) return { added: [], received: [] }
  const recognised = await recogniseAuthors(
    tx,
    channel,
    posts.map(({ message }) => message.author),
  )
  const groups = new Map<string, Group>()
  for (const { message, threadKey } of posts) {
    const who = recognised.get(message.author.remoteId)
    if (!who) throw new Error(`author ${message.author.remoteId} was not recognised`)
    const name = groupName(who.identityId, threadKey)
    const group = groups.get(name) ?? { key: { ...who, threadKey }, messages: [] }
    group.messages.push(message)
    groups.set(name, group)
  }
  const conversations = await openConversations(tx, channel, groups)
  const placed = await placeMessages(tx, channel, groups, conversations)
  const added: NewMessage[] = []
  const received: Received[] = []
  for (const { key, conversationId, homeId, opened, messages } of placed) {
    received.push({ conversationId, opened, personId: key.personId, messages })
    for (const message of messages)
      added.push({
        id: newId(MessageId),
        conversationId,
        homeId,
        author: 'customer',
        identityId: key.identityId,
        message,
      })
  }
  return { added, received }
}

/**
 * A post of ours that answers a message we hold joins its conversation: somebody answered on the network
 * itself. So does what a machine answers, which waits for nobody. Repeated, because the message answered
 * may be another of these.
 */
async function addAnswers(
  tx: Tx,
  channel: ReceivingChannel,
  own: readonly Post[],
): Promise<NewMessage[]> {
  const answered = own.flatMap(({ message }) => (message.parentId ? [message.parentId] : []))
  if (answered.length === 0) return []
  const parents = await findMessages(tx, channel, answered)
  const added = own.flatMap(({ message }): NewMessage[] => {
    const parent = message.parentId ? parents.get(message.parentId) : undefined
    if (!parent) return []
    const { conversationId, homeId } = parent
    const author = message.mine ? 'member' : 'other'
    return [{ id: newId(MessageId), conversationId, homeId, author, identityId: null, message }]
  })
  if (added.length === 0) return []
  await insertMessages(tx, channel, added)
  const placed = new Set(added.map(({ message }) => message.remoteId))
  const rest = own.filter(({ message }) => !placed.has(message.remoteId))
  return [...added, ...(await addAnswers(tx, channel, rest))]
}

function deletable(
  known: ReadonlyMap<string, StoredMessage>,
  added: readonly NewMessage[],
  deletions: ReadonlyMap<string, Date>,
): Deletable[] {
  const standing = [...known.values()].filter(({ deletedAt }) => deletedAt === null)
  const all = [
    ...standing,
    ...added.map(({ id, conversationId, message }) => ({
      id,
      conversationId,
      remoteId: message.remoteId,
    })),
  ]
  return all.flatMap(({ id, conversationId, remoteId }) => {
    const deletedAt = deletions.get(remoteId)
    return deletedAt ? [{ id, conversationId, deletedAt }] : []
  })
}

function earlierVersions(fresh: readonly Post[], added: readonly NewMessage[]) {
  const older = new Map(fresh.map((post) => [post.message.remoteId, post.older]))
  return added.flatMap(({ id, message }) =>
    (older.get(message.remoteId) ?? []).map((version) => ({ id, version })),
  )
}

function postOf({ message }: ThreadedMessage): string {
  return message.remoteId
}

function sortVersions(versions: readonly ThreadedMessage[]): Post[] {
  const sorted = versions.toSorted((a, b) => editTime(a.message) - editTime(b.message))
  const newest = sorted.at(-1)
  if (!newest) return []
  const older = sorted
    .map(({ message }) => message)
    .filter((message) => message.version !== newest.message.version)
  return [{ ...newest, older }]
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
