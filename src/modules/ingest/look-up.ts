import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { ConversationId, IdentityId, MessageId, PersonId } from '../../../contract/ids.ts'
import type { NetworkEvent, NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { often } from '../../platform/db-pool.ts'
import { byteas, texts } from '../../platform/pg-arrays.ts'
import { askedName, groupName, type Known, type ReceivingChannel } from '../conversations/index.ts'

/** What is known of a page: see `Known`. */
export type PageKnown = Known & {
  /** Keys, in hexadecimal, of those events that were taken in before. */
  events: ReadonlySet<string>
  /** When deletions of these messages were received: a deletion may come before what it deletes. */
  deletions: ReadonlyMap<string, Date>
}

/**
 * Reads in one statement all that the database holds of what these events speak of; what cannot be there is
 * not asked for. The caller holds the stream lock, taken by an earlier statement: only then is what
 * another process stored before it seen here.
 * `eventKeys` are looked for among the stored events.
 */
export async function lookUp(
  tx: Tx,
  channel: ReceivingChannel,
  { events, eventKeys }: { events: readonly (NetworkEvent | null)[]; eventKeys: readonly Buffer[] },
): Promise<PageKnown> {
  const wanted = wantedOf(events)
  const { rows } = await sql`${sql.raw(often)}
    select (select parley.clock_version()) as clock_version,
      ${when(eventKeys, eventsWith(channel, eventKeys))} as events,
      ${when(wanted.told, deletionsOf(channel, wanted.told))} as deletions,
      ${when(wanted.messages, messagesOf(channel, wanted.messages))} as messages,
      ${when(wanted.open, threadsOf(channel, wanted.open))} as threads,
      ${when(wanted.authors, identitiesOf(channel, wanted.authors))} as identities,
      ${when(wanted.groups, conversationsOf(channel, wanted.groups))} as conversations,
      ${when(wanted.answered, movedOf(channel, wanted.answered))} as moved`.execute(tx)
  const found = Found.parse(rows[0])
  return {
    clockVersion: found.clock_version,
    events: new Set(found.events),
    deletions: new Map(found.deletions),
    messages: new Map(found.messages.map((one) => [one.remoteId, one])),
    threads: new Map(found.threads),
    identities: new Map(found.identities.map((one) => [one.remoteId, one])),
    conversations: new Map(
      found.conversations.map(([home, into, identityId, key]) => [
        groupName(identityId, key),
        { id: into ?? home, home },
      ]),
    ),
    moved: new Map(found.moved.map(([remoteId, id, home]) => [remoteId, { id, home }])),
    asked: new Set(wanted.groups.map(({ author, thread }) => askedName(author, thread))),
  }
}

type Wanted = {
  /** Messages told of that may have been taken back before. */
  told: string[]
  messages: string[]
  /** What messages answer whose thread the network did not say. */
  open: string[]
  /** What customers answer. */
  answered: string[]
  authors: string[]
  groups: { author: string; thread: string }[]
}

function wantedOf(events: readonly (NetworkEvent | null)[]): Wanted {
  const told: NetworkMessage[] = []
  const messages = new Set<string>()
  const open = new Set<string>()
  for (const event of events) {
    if (event?.kind === 'deleted') messages.add(event.remoteId)
    if (event?.kind !== 'message') continue
    told.push(event)
    messages.add(event.remoteId)
    if (event.parentId !== null && (event.mine || event.automatic || event.rootId === undefined))
      messages.add(event.parentId)
    if (event.parentId !== null && event.rootId === undefined) open.add(event.parentId)
  }
  const theirs = told.filter(({ mine, automatic }) => !mine && !automatic)
  const groups = theirs.flatMap(({ author, rootId, remoteId }) =>
    rootId === undefined ? [] : [{ author: author.remoteId, thread: rootId ?? remoteId }],
  )
  return {
    told: [...new Set(told.map(({ remoteId }) => remoteId))],
    messages: [...messages],
    open: [...open],
    answered: [...new Set(theirs.flatMap(({ parentId }) => (parentId === null ? [] : [parentId])))],
    authors: [...new Set(theirs.map(({ author }) => author.remoteId))],
    groups: [...new Map(groups.map((one) => [askedName(one.author, one.thread), one])).values()],
  }
}

function when(wanted: readonly unknown[], query: RawBuilder<unknown>): RawBuilder<unknown> {
  return wanted.length > 0 ? sql`(${query})` : sql`null::json`
}

function eventsWith({ workspaceId, channelId }: ReceivingChannel, keys: readonly Buffer[]) {
  return sql`
    select json_agg(encode(event_key, 'hex')) from events
    where workspace_id = ${workspaceId} and channel_id = ${channelId}
      and event_key = any(${byteas(keys)}::bytea[])`
}

function deletionsOf({ workspaceId, channelId }: ReceivingChannel, told: readonly string[]) {
  return sql`
    select json_agg(json_build_array(subject_id, received_at)) from events
    where workspace_id = ${workspaceId} and channel_id = ${channelId} and kind = 'deleted'
      and subject_id = any(${texts(told)}::text[])`
}

// `case`, not `coalesce`: behind row-level security PostgreSQL takes that one for leaky, uses no index for the join,
// and reads all conversations.
function messagesOf({ workspaceId, channelId }: ReceivingChannel, remoteIds: readonly string[]) {
  return sql`
    select json_agg(json_build_object('id', m.id, 'conversationId', m.conversation_id, 'homeId', m.home_id, 'threadKey', c.thread_key,
      'remoteId', m.remote_id, 'remoteVersion', m.remote_version, 'author', m.author, 'text', m.text,
      'sentAt', m.sent_at, 'editedAt', m.edited_at, 'deletedAt', m.deleted_at))
    from messages m join conversations c on c.workspace_id = m.workspace_id and c.id = case when m.home_id is null then m.conversation_id else m.home_id end
    where m.workspace_id = ${workspaceId} and m.channel_id = ${channelId}
      and m.remote_id = any(${texts(remoteIds)}::text[])`
}

function threadsOf({ workspaceId, channelId }: ReceivingChannel, remoteIds: readonly string[]) {
  return sql`
    select json_agg(json_build_array(remote_id, thread_key)) from thread_posts
    where workspace_id = ${workspaceId} and channel_id = ${channelId}
      and remote_id = any(${texts(remoteIds)}::text[])`
}

function identitiesOf({ workspaceId, network }: ReceivingChannel, authors: readonly string[]) {
  return sql`
    select json_agg(json_build_object('identityId', id, 'personId', person_id, 'remoteId', remote_id,
      'handle', handle, 'displayName', display_name, 'avatarUrl', avatar_url))
    from identities
    where workspace_id = ${workspaceId} and network = ${network} and remote_id = any(${texts(authors)}::text[])`
}

function conversationsOf(
  { workspaceId, channelId, network }: ReceivingChannel,
  groups: Wanted['groups'],
) {
  return sql`
    select json_agg(json_build_array(c.id, c.merged_into, c.identity_id, c.thread_key))
    from unnest(
      ${texts(groups.map(({ author }) => author))}::text[],
      ${texts(groups.map(({ thread }) => thread))}::text[]
    ) as n (author, thread_key)
    join identities i on i.workspace_id = ${workspaceId} and i.network = ${network} and i.remote_id = n.author
    join conversations c on c.workspace_id = ${workspaceId} and c.channel_id = ${channelId}
      and c.thread_key = n.thread_key and c.identity_id = i.id`
}

/** Of those that do not stand in their own thread's conversation: where they stand, and where at home. */
function movedOf({ workspaceId, channelId }: ReceivingChannel, remoteIds: readonly string[]) {
  return sql`
    select json_agg(json_build_array(remote_id, conversation_id, home_id)) from messages
    where workspace_id = ${workspaceId} and channel_id = ${channelId}
      and remote_id = any(${texts(remoteIds)}::text[]) and home_id is not null`
}

const time = z.string().transform((text) => new Date(text))

function list<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullable()
    .transform((items) => items ?? [])
}

const Found = z.object({
  clock_version: z.int().nullable(),
  events: list(z.string()),
  deletions: list(z.tuple([z.string(), time])),
  messages: list(
    z.object({
      id: MessageId,
      conversationId: ConversationId,
      homeId: ConversationId.nullable(),
      threadKey: z.string(),
      remoteId: z.string(),
      remoteVersion: z.string(),
      author: z.string(),
      text: z.string(),
      sentAt: time,
      editedAt: time.nullable(),
      deletedAt: time.nullable(),
    }),
  ),
  threads: list(z.tuple([z.string(), z.string()])),
  identities: list(
    z.object({
      identityId: IdentityId,
      personId: PersonId,
      remoteId: z.string(),
      handle: z.string(),
      displayName: z.string(),
      avatarUrl: z.string().nullable(),
    }),
  ),
  conversations: list(z.tuple([ConversationId, ConversationId.nullable(), IdentityId, z.string()])),
  moved: list(z.tuple([z.string(), ConversationId, ConversationId])),
})
