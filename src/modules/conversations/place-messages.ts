import { type ConversationId, MessageId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { recogniseAuthors } from '../people/index.ts'
import type { Received } from '../routing/index.ts'
import { groupName, type Known, type Place, type ReceivingChannel } from './known.ts'
import { type Group, type NewConversation, openConversations } from './open-conversations.ts'
import type { Post } from './posts.ts'
import type { NewMessage } from './receive-store.ts'

/** Where the new messages of a page belong. */
export type Placed = {
  /** Conversations that begin with this page. */
  opened: NewConversation[]
  /** What customers said, and in which conversations. */
  heard: NewMessage[]
  received: Received[]
  /** What was answered on the network itself. */
  answers: NewMessage[]
}

/**
 * Finds for each new message its person and its conversation, and says which conversations have to be opened.
 * People and identities are written here, messages and conversations by `insertMessages`.
 */
export async function placeMessages(
  tx: Tx,
  channel: ReceivingChannel,
  { posts, known }: { posts: readonly Post[]; known: Known },
): Promise<Placed> {
  const isOwn = ({ message }: Post) => message.mine || message.automatic === true
  const customers = posts.filter((post) => !isOwn(post))
  const placed = await placeCustomers(tx, channel, { posts: customers, known })
  const answers = placeAnswers(posts.filter(isOwn), placesOf(known, placed.heard))
  return { ...placed, answers }
}

async function placeCustomers(
  tx: Tx,
  channel: ReceivingChannel,
  { posts, known }: { posts: readonly Post[]; known: Known },
): Promise<Omit<Placed, 'answers'>> {
  if (posts.length === 0) return { opened: [], heard: [], received: [] }
  const groups = await groupByPerson(tx, channel, { posts, known })
  const { places, opened } = await openConversations(tx, channel, { groups, known })
  const isNew = new Set(opened.map(({ id }) => id))
  const moved = new Map(known.moved)
  const heard: NewMessage[] = []
  const received: Received[] = []
  for (const [name, { key, posts: theirs }] of groups) {
    const own = places.get(name)
    if (!own) throw new Error(`conversation of ${name} was not opened`)
    const { identityId, personId } = key
    for (const [conversationId, some] of byPlace(theirs, own, moved)) {
      received.push({ conversationId, opened: isNew.has(conversationId), personId, posts: some })
      const place = { conversationId, homeId: conversationId === own.home ? null : own.home }
      for (const post of some)
        heard.push({ id: newId(MessageId), ...place, author: 'customer', identityId, post })
    }
  }
  return { opened, heard, received }
}

/**
 * Where what one person says in one thread stands: in the thread's conversation, but what answers a message
 * that was split off goes where that one stands now, and so does what answers it in turn (`moved`).
 */
function byPlace(
  posts: readonly Post[],
  own: Place,
  moved: Map<string, Place>,
): Map<ConversationId, Post[]> {
  if (moved.size === 0) return new Map([[own.id, [...posts]]])
  const ordered = posts.toSorted(
    (a, b) => a.message.createdAt.getTime() - b.message.createdAt.getTime(),
  )
  return Map.groupBy(ordered, ({ message }) => {
    const parent = message.parentId === null ? undefined : moved.get(message.parentId)
    if (parent?.home !== own.home || parent.id === own.id) return own.id
    moved.set(message.remoteId, parent)
    return parent.id
  })
}

/** What one person says in one thread belongs together. @returns by `groupName` */
async function groupByPerson(
  tx: Tx,
  channel: ReceivingChannel,
  { posts, known }: { posts: readonly Post[]; known: Known },
): Promise<Map<string, Group>> {
  const authors = posts.map(({ message }) => message.author)
  const recognised = await recogniseAuthors(tx, channel, { authors, known: known.identities })
  const groups = new Map<string, Group>()
  for (const post of posts) {
    const authorId = post.message.author.remoteId
    const who = recognised.get(authorId)
    if (!who) throw new Error(`author ${authorId} was not recognised`)
    const { threadKey } = post
    const { identityId, personId } = who
    const name = groupName(identityId, threadKey)
    const group = groups.get(name)
    if (group) group.posts.push(post)
    else groups.set(name, { key: { identityId, personId, authorId, threadKey }, posts: [post] })
  }
  return groups
}

type Where = Pick<NewMessage, 'conversationId' | 'homeId'>

/** In which conversations messages stand, by the network's id. */
function placesOf(known: Known, heard: readonly NewMessage[]): Map<string, Where> {
  const places = new Map<string, Where>(known.messages)
  for (const one of heard) places.set(one.post.message.remoteId, one)
  return places
}

/**
 * A post of ours that answers a message we hold joins its conversation: somebody answered on the network
 * itself. So does what a machine answers, which waits for nobody. Repeated, because the message answered
 * may be another of these. What answers nothing that we hold is left out.
 */
function placeAnswers(own: readonly Post[], places: Map<string, Where>): NewMessage[] {
  const answers: NewMessage[] = []
  let rest = own
  for (;;) {
    const left: Post[] = []
    for (const post of rest) {
      const { message } = post
      const parent = message.parentId ? places.get(message.parentId) : undefined
      if (parent === undefined) {
        left.push(post)
        continue
      }
      const { conversationId, homeId } = parent
      places.set(message.remoteId, { conversationId, homeId })
      const author = message.mine ? 'member' : 'other'
      answers.push({
        id: newId(MessageId),
        conversationId,
        homeId,
        author,
        identityId: null,
        post,
      })
    }
    if (left.length === rest.length) return answers
    rest = left
  }
}
