import { sql } from 'kysely'
import { z } from 'zod'
import {
  type ChannelId,
  ConversationId,
  type IdentityId,
  MessageId,
  type PersonId,
  type WorkspaceId,
} from '../../../contract/ids.ts'
import type { Json, NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { wordsOf } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { sanitiseRemoteHtml } from '../../platform/remote-html.ts'

// Every statement here takes arrays (unnest): the number of round trips does not grow with the batch.
// One statement for each table and ids mapped here, because a single statement that joins its own
// RETURNING rows is planned for a handful of rows and turns quadratic at a thousand.

export type ReceivingChannel = { workspaceId: WorkspaceId; channelId: ChannelId; network: string }
type Channel = Pick<ReceivingChannel, 'workspaceId' | 'channelId'>

export type StoredMessage = {
  id: MessageId
  conversationId: ConversationId
  threadKey: string
  remoteId: string
  remoteVersion: string
  author: string
  text: string
  sentAt: Date
  editedAt: Date | null
  deletedAt: Date | null
}

/** Messages of the channel by the network's ids. */
export async function findMessages(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  remoteIds: readonly string[],
): Promise<Map<string, StoredMessage>> {
  if (remoteIds.length === 0) return new Map()
  const rows = await tx
    .selectFrom('messages as m')
    .innerJoin('conversations as c', (join) =>
      join.onRef('c.workspace_id', '=', 'm.workspace_id').onRef('c.id', '=', 'm.conversation_id'),
    )
    .select([
      'm.id',
      'm.conversation_id',
      'c.thread_key',
      'm.remote_id',
      'm.remote_version',
      'm.author',
      'm.text',
      'm.sent_at',
      'm.edited_at',
      'm.deleted_at',
    ])
    .where('m.workspace_id', '=', workspaceId)
    .where('m.channel_id', '=', channelId)
    .where('m.remote_id', '=', sql<string>`any(${remoteIds}::text[])`)
    .execute()
  return new Map(
    rows.map((row) => [
      row.remote_id,
      {
        id: MessageId.parse(row.id),
        conversationId: ConversationId.parse(row.conversation_id),
        threadKey: row.thread_key,
        remoteId: row.remote_id,
        remoteVersion: row.remote_version,
        author: row.author,
        text: row.text,
        sentAt: row.sent_at,
        editedAt: row.edited_at,
        deletedAt: row.deleted_at,
      },
    ]),
  )
}

export type ConversationKey = { identityId: IdentityId; personId: PersonId; threadKey: string }
export type Group = { key: ConversationKey; messages: readonly NetworkMessage[] }

/**
 * The conversation of each group, opened when there is none. A new one is complete at once; one that
 * was there must be refreshed by the caller. Under the stream lock nobody else opens one meanwhile.
 * @returns by `<identityId> <threadKey>`
 */
export async function openConversations(
  tx: Tx,
  channel: Channel,
  groups: ReadonlyMap<string, Group>,
): Promise<Map<string, { id: ConversationId; opened: boolean }>> {
  const known = await findConversations(tx, channel, [...groups.values()])
  const missing = [...groups].filter(([name]) => !known.has(name))
  const ids = missing.map(() => newId(ConversationId))
  const keys = missing.map(([, { key }]) => key)
  const facts = missing.map(([, { messages }]) => summarise(messages))
  if (missing.length > 0)
    await sql`
      insert into conversations (
        workspace_id, channel_id, state, id, identity_id, person_id, thread_key, visibility,
        unanswered_since, due_at, last_message_at, last_customer_text, message_count)
      select ${channel.workspaceId}, ${channel.channelId}, 'new', n.id, n.identity_id, n.person_id, n.thread_key,
        n.visibility, n.first_at, n.first_at + make_interval(mins => w.reply_target_minutes), n.last_at,
        parley.preview(n.last_text), n.count
      from unnest(
        ${ids}::uuid[],
        ${keys.map((key) => key.identityId)}::uuid[],
        ${keys.map((key) => key.personId)}::uuid[],
        ${keys.map((key) => key.threadKey)}::text[],
        ${facts.map((fact) => fact.visibility)}::text[],
        ${facts.map((fact) => fact.firstAt)}::timestamptz[],
        ${facts.map((fact) => fact.lastAt)}::timestamptz[],
        ${facts.map((fact) => fact.lastText)}::text[],
        ${facts.map((fact) => fact.count)}::int[]
      ) as n (id, identity_id, person_id, thread_key, visibility, first_at, last_at, last_text, count),
      workspaces w where w.id = ${channel.workspaceId}`.execute(tx)
  const opened = missing.flatMap(([name], index) => {
    const id = ids[index]
    return id === undefined ? [] : [[name, { id, opened: true }] as const]
  })
  return new Map([...[...known].map(([name, id]) => [name, { id, opened: false }] as const), ...opened])
}

async function findConversations(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  groups: readonly Group[],
): Promise<Map<string, ConversationId>> {
  const { rows } = await sql<{ id: string; identity_id: string; thread_key: string }>`
    select c.id, c.identity_id, c.thread_key
    from unnest(
      ${groups.map(({ key }) => key.threadKey)}::text[],
      ${groups.map(({ key }) => key.identityId)}::uuid[]
    ) as n (thread_key, identity_id)
    join conversations c on c.thread_key = n.thread_key and c.identity_id = n.identity_id
    where c.workspace_id = ${workspaceId} and c.channel_id = ${channelId}`.execute(tx)
  return new Map(
    rows.map((row) => [groupName(row.identity_id, row.thread_key), ConversationId.parse(row.id)]),
  )
}

/** How a person's part in a thread is called in maps. */
export function groupName(identityId: string, threadKey: string): string {
  return `${identityId} ${threadKey}`
}

function summarise(messages: readonly NetworkMessage[]) {
  const ordered = [...messages].sort(
    (a, b) =>
      a.createdAt.getTime() - b.createdAt.getTime() || (a.remoteId < b.remoteId ? -1 : 1),
  )
  const first = ordered[0]
  const last = ordered.at(-1)
  if (!first || !last) throw new Error('a conversation begins with a message')
  return {
    visibility: first.visibility === 'private' ? 'private' : 'public',
    firstAt: first.createdAt,
    lastAt: last.createdAt,
    lastText: last.text,
    count: messages.length,
  }
}

export type NewMessage = {
  id: MessageId
  conversationId: ConversationId
  author: 'customer' | 'member'
  identityId: IdentityId | null
  message: NetworkMessage
}

/** Adds messages that are known not to be there. */
export async function insertMessages(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  rows: readonly NewMessage[],
): Promise<void> {
  if (rows.length === 0) return
  const column = <Value>(read: (message: NetworkMessage) => Value) =>
    rows.map((row) => read(row.message))
  await sql`
    insert into messages (
      workspace_id, channel_id, received_at, id, conversation_id, author, identity_id, remote_id, remote_version,
      parent_remote_id, quoted_remote_id, visibility, text, html, content_warning, language, media, url, ref,
      search, sent_at, edited_at)
    select ${workspaceId}, ${channelId}, now(), n.id, n.conversation_id, n.author, n.identity_id, n.remote_id,
      n.version, n.parent, n.quoted, n.visibility, n.text, n.html, n.warning, n.language, n.media::jsonb, n.url,
      n.ref::jsonb, n.words::tsvector, n.sent_at, n.edited_at
    from unnest(
      ${rows.map((row) => row.id)}::uuid[],
      ${rows.map((row) => row.conversationId)}::uuid[],
      ${rows.map((row) => row.author)}::text[],
      ${rows.map((row) => row.identityId)}::uuid[],
      ${column((message) => message.remoteId)}::text[],
      ${column((message) => message.version)}::text[],
      ${column((message) => message.parentId)}::text[],
      ${column((message) => message.quotedId)}::text[],
      ${column((message) => message.visibility)}::text[],
      ${column((message) => message.text)}::text[],
      ${column((message) => safeHtml(message.html))}::text[],
      ${column((message) => message.contentWarning)}::text[],
      ${column((message) => message.language)}::text[],
      ${column((message) => jsonText(message.media))}::text[],
      ${column((message) => message.url)}::text[],
      ${column((message) => jsonText(message.ref))}::text[],
      ${column(searchText)}::text[],
      ${column((message) => message.createdAt)}::timestamptz[],
      ${column((message) => message.editedAt)}::timestamptz[]
    ) as n (id, conversation_id, author, identity_id, remote_id, version, parent, quoted, visibility, text, html,
      warning, language, media, url, ref, words, sent_at, edited_at)
    on conflict (workspace_id, channel_id, remote_id) do nothing`.execute(tx)
}

/** What a search in messages looks through, as a `tsvector` without places. */
export function searchText({ text, contentWarning, author }: NetworkMessage): string {
  const names = `${author.displayName} ${author.handle}`
  return wordsOf(`${names} ${contentWarning ?? ''} ${text}`).join(' ')
}

export function safeHtml(html: string | null): string | null {
  return html === null ? null : sanitiseRemoteHtml(html)
}

/** JSON that `jsonb` accepts: NUL and lone surrogates, which it refuses, are replaced. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.toWellFormed().replaceAll('\0', '\ufffd') : part,
  )
}

/** A customer message that may have been edited or deleted since. */
export type RecentMessage = { remoteId: string; version: string; ref: Json }

/** The channel's newest customer messages that still stand, at most `limit`, not older than `since`. */
export async function recentMessages(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  { since, limit }: { since: Date; limit: number },
): Promise<RecentMessage[]> {
  const rows = await tx
    .selectFrom('messages')
    .select(['remote_id', 'remote_version', 'ref'])
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .where('author', '=', 'customer')
    .where('deleted_at', 'is', null)
    .where('received_at', '>', since)
    .orderBy('received_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    remoteId: row.remote_id,
    version: row.remote_version,
    ref: z.json().parse(row.ref),
  }))
}
