import { sql } from 'kysely'
import { z } from 'zod'
import {
  type ChannelId,
  ConversationId,
  type IdentityId,
  MessageId,
  type WorkspaceId,
} from '../../../contract/ids.ts'
import type { Json, NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { previewOf, wordsOf } from '../../platform/fold-text.ts'
import { sanitiseRemoteHtml } from '../../platform/remote-html.ts'

// Every statement here takes arrays (unnest): the number of round trips does not grow with the batch.
// One statement for each table and ids mapped here, because a single statement that joins its own
// RETURNING rows is planned for a handful of rows and turns quadratic at a thousand.

export type ReceivingChannel = { workspaceId: WorkspaceId; channelId: ChannelId; network: string }
export type ChannelKey = Pick<ReceivingChannel, 'workspaceId' | 'channelId'>

export type StoredMessage = {
  id: MessageId
  conversationId: ConversationId
  /** The conversation of its own thread, where it stands in another one. */
  homeId: ConversationId | null
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
  { workspaceId, channelId }: ChannelKey,
  remoteIds: readonly string[],
): Promise<Map<string, StoredMessage>> {
  if (remoteIds.length === 0) return new Map()
  const rows = await tx
    .selectFrom('messages as m')
    .select([
      'm.id',
      'm.conversation_id',
      'm.home_id',
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
        homeId: ConversationId.nullable().parse(row.home_id),
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

export type NewMessage = {
  id: MessageId
  conversationId: ConversationId
  homeId: ConversationId | null
  author: 'customer' | 'member' | 'other'
  identityId: IdentityId | null
  message: NetworkMessage
}

/**
 * Adds messages that are known not to be there; only one of ours may have come in meanwhile, by the
 * delivery that sent it.
 */
export async function insertMessages(
  tx: Tx,
  { workspaceId, channelId }: ChannelKey,
  rows: readonly NewMessage[],
): Promise<void> {
  if (rows.length === 0) return
  const conflict = rows.some(({ author }) => author === 'member')
    ? sql`on conflict (workspace_id, channel_id, remote_id) do nothing`
    : sql``
  const column = <Value>(read: (message: NetworkMessage) => Value) =>
    rows.map((row) => read(row.message))
  await sql`
    insert into messages (
      workspace_id, channel_id, received_at, id, conversation_id, home_id, author, identity_id, remote_id, remote_version,
      parent_remote_id, quoted_remote_id, visibility, text, preview, html, content_warning, language, media, url,
      ref, search, sent_at, edited_at)
    select ${workspaceId}, ${channelId}, now(), n.id, n.conversation_id, n.home_id, n.author, n.identity_id, n.remote_id,
      n.version, n.parent, n.quoted, n.visibility, n.text, n.preview, n.html, n.warning, n.language, n.media::jsonb, n.url,
      n.ref::jsonb, n.words::tsvector, n.sent_at, n.edited_at
    from unnest(
      ${rows.map((row) => row.id)}::uuid[],
      ${rows.map((row) => row.conversationId)}::uuid[],
      ${rows.map((row) => row.homeId)}::uuid[],
      ${rows.map((row) => row.author)}::text[],
      ${rows.map((row) => row.identityId)}::uuid[],
      ${column((message) => message.remoteId)}::text[],
      ${column((message) => message.version)}::text[],
      ${column((message) => message.parentId)}::text[],
      ${column((message) => message.quotedId)}::text[],
      ${column((message) => message.visibility)}::text[],
      ${column((message) => message.text)}::text[],
      ${column((message) => previewOf(message.text))}::text[],
      ${column((message) => safeHtml(message.html))}::text[],
      ${column((message) => message.contentWarning)}::text[],
      ${column((message) => message.language)}::text[],
      ${column((message) => jsonText(message.media))}::text[],
      ${column((message) => message.url)}::text[],
      ${column((message) => jsonText(message.ref))}::text[],
      ${column(searchText)}::text[],
      ${column((message) => message.createdAt)}::timestamptz[],
      ${column((message) => message.editedAt)}::timestamptz[]
    ) as n (id, conversation_id, home_id, author, identity_id, remote_id, version, parent, quoted, visibility, text, preview,
      html, warning, language, media, url, ref, words, sent_at, edited_at)
    ${conflict}`.execute(tx)
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
  { workspaceId, channelId }: ChannelKey,
  { since, limit }: { since: Date; limit: number },
): Promise<RecentMessage[]> {
  const rows = await tx
    .selectFrom('messages')
    .select(['remote_id', 'remote_version', 'ref'])
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .where('author', '=', 'customer')
    .where('deleted_at', 'is', null)
    .where('erased_at', 'is', null)
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
