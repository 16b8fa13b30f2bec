import { sql } from 'kysely'
import { z } from 'zod'
import type { ConversationId, IdentityId, MessageId } from '../../../contract/ids.ts'
import type { Json, NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { often, onward } from '../../platform/db-pool.ts'
import { ints, jsonbs, texts, times, tsvectors, uuids } from '../../platform/pg-arrays.ts'
import type { ChannelKey } from './known.ts'
import { insertConversations, type NewConversation } from './open-conversations.ts'
import type { Post, Shown } from './posts.ts'

// Every statement here takes arrays (unnest): the number of round trips does not grow with the batch.
// Ids are mapped here, because a statement that joins its own RETURNING rows is planned for a handful of rows
// and turns quadratic at a thousand.

export type NewMessage = {
  id: MessageId
  conversationId: ConversationId
  /** Its thread's own conversation, where that is another one. */
  homeId: ConversationId | null
  author: 'customer' | 'member' | 'other'
  identityId: IdentityId | null
  post: Post
}

/** What a page adds: conversations that begin, what customers said, and what was answered on the network itself. */
export type NewRows = {
  opened: readonly NewConversation[]
  heard: readonly NewMessage[]
  answers: readonly NewMessage[]
}

/**
 * Opens conversations and adds messages that are known not to be there; only an answer may have come in
 * meanwhile, by the delivery that sent it.
 * @returns the messages that were added
 */
export async function insertMessages(
  tx: Tx,
  channel: ChannelKey,
  { opened, heard, answers }: NewRows,
): Promise<NewMessage[]> {
  const added = [...heard, ...answers]
  if (added.length === 0) return []
  await insertConversations(tx, channel, opened)
  const mayMeet = answers.length > 0
  const conflict = mayMeet
    ? sql`on conflict (workspace_id, channel_id, remote_id) do nothing returning id`
    : sql``
  const { rows } = await sql<{ id: string }>`${sql.raw(mayMeet ? often : onward)}
    ${messagesInsertion(channel, added)} ${conflict}`.execute(tx)
  if (!mayMeet) return added
  const written = new Set(rows.map(({ id }) => id))
  return added.filter(({ id }) => written.has(id))
}

function messagesInsertion({ workspaceId, channelId }: ChannelKey, rows: readonly NewMessage[]) {
  const column = <Value>(read: (message: NetworkMessage) => Value) =>
    rows.map(({ post }) => read(post.message))
  const shown = <Value>(read: (shown: Shown) => Value) => rows.map(({ post }) => read(post.shown))
  return sql`
    insert into messages (
      workspace_id, channel_id, received_at, id, conversation_id, home_id, author, identity_id, remote_id,
      remote_version, parent_remote_id, quoted_remote_id, visibility, text, preview, html, content_warning, language, media, url,
      ref, search, kind, feeling, sent_at, edited_at)
    select ${workspaceId}, ${channelId}, now(), * from unnest(
      ${uuids(rows.map((row) => row.id))}::uuid[],
      ${uuids(rows.map((row) => row.conversationId))}::uuid[],
      ${uuids(rows.map((row) => row.homeId))}::uuid[],
      ${texts(rows.map((row) => row.author))}::text[],
      ${uuids(rows.map((row) => row.identityId))}::uuid[],
      ${texts(column((message) => message.remoteId))}::text[],
      ${texts(column((message) => message.version))}::text[],
      ${texts(column((message) => message.parentId))}::text[],
      ${texts(column((message) => message.quotedId))}::text[],
      ${texts(column((message) => message.visibility))}::text[],
      ${texts(column((message) => message.text))}::text[],
      ${texts(shown(({ preview }) => preview))}::text[],
      ${texts(shown(({ html }) => html))}::text[],
      ${texts(column((message) => message.contentWarning))}::text[],
      ${texts(column((message) => message.language))}::text[],
      ${jsonbs(column((message) => jsonText(message.media)))}::jsonb[],
      ${texts(column((message) => message.url))}::text[],
      ${jsonbs(column((message) => jsonText(message.ref)))}::jsonb[],
      ${tsvectors(shown(({ words }) => words))}::tsvector[],
      ${texts(shown(({ reading }) => reading?.kind ?? null))}::text[],
      ${ints(shown(({ reading }) => reading?.feeling ?? null))}::int[],
      ${times(column((message) => message.createdAt))}::timestamptz[],
      ${times(column((message) => message.editedAt))}::timestamptz[])`
}

/** JSON that `jsonb` accepts: NUL and lone surrogates, which it refuses, are replaced. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  // Both are written as escapes, so most values need not be looked through.
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text
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
