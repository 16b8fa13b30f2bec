import { sql } from 'kysely'
import type { ConversationId, MessageId } from '../../../contract/ids.ts'
import type { NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { onward } from '../../platform/db-pool.ts'
import { ints, jsonbs, texts, times, tsvectors, uuids } from '../../platform/pg-arrays.ts'
import type { ChannelKey, ReceivingChannel, StoredMessage } from './known.ts'
import type { Post } from './posts.ts'
import { jsonText } from './receive-store.ts'

/** What was told of a message that is stored. */
export type Revision = { stored: StoredMessage; post: Post }

/**
 * Follows edits: the text shown becomes the customer's newest, all others are kept as versions, in
 * whatever order they come.
 * @returns the conversations whose messages changed
 */
export async function reviseMessages(
  tx: Tx,
  channel: ReceivingChannel,
  revisions: readonly Revision[],
): Promise<ConversationId[]> {
  const standing = revisions.filter(({ stored }) => stored.deletedAt === null)
  const newer = standing.filter(({ stored, post }) => isNewer(post.message, stored))
  const replaced = new Map(newer.map(({ stored, post }) => [stored.id, post.message.version]))
  // What we sent ourselves is stored as written, without the network's name for that version.
  const others = standing.flatMap(({ stored, post }) =>
    (stored.author === 'customer' ? [...post.older, post.message] : [])
      .filter(({ version }) => version !== (replaced.get(stored.id) ?? stored.remoteVersion))
      .map((version) => ({ id: stored.id, version })),
  )
  const before = newer.map(({ stored }) => ({
    id: stored.id,
    version: {
      version: stored.remoteVersion,
      text: stored.text,
      editedAt: stored.editedAt,
      createdAt: stored.sentAt,
    },
  }))
  await rewrite(tx, channel, { newer, versions: [...before, ...others] })
  const changed = new Set([...before, ...others].map(({ id }) => id))
  return standing.flatMap(({ stored }) => (changed.has(stored.id) ? [stored.conversationId] : []))
}

type Version = Pick<NetworkMessage, 'version' | 'text' | 'editedAt' | 'createdAt'>

/** Keeps what messages said at another time; known versions are passed over. */
export async function keepVersions(
  tx: Tx,
  channel: ChannelKey,
  versions: readonly OtherVersion[],
): Promise<void> {
  if (versions.length === 0) return
  await sql`${sql.raw(onward)} ${versionsInsertion(channel, versions)}`.execute(tx)
}

type OtherVersion = { id: MessageId; version: Version }

function versionsInsertion({ workspaceId }: ChannelKey, versions: readonly OtherVersion[]) {
  return sql`
    insert into message_versions (workspace_id, message_id, remote_version, text, seen_at)
    select ${workspaceId}, * from unnest(
      ${uuids(versions.map(({ id }) => id))}::uuid[],
      ${texts(versions.map(({ version }) => version.version))}::text[],
      ${texts(versions.map(({ version }) => version.text))}::text[],
      ${times(versions.map(({ version }) => version.editedAt ?? version.createdAt))}::timestamptz[])
    on conflict do nothing`
}

async function rewrite(
  tx: Tx,
  channel: ChannelKey,
  { newer, versions }: { newer: readonly Revision[]; versions: readonly OtherVersion[] },
): Promise<void> {
  if (newer.length === 0) return keepVersions(tx, channel, versions)
  const column = <Value>(read: (message: NetworkMessage) => Value) =>
    newer.map(({ post }) => read(post.message))
  await sql`${sql.raw(onward)}
    with kept as (${versionsInsertion(channel, versions)})
    update messages m set
      remote_version = n.version, text = n.text, preview = n.preview, html = n.html, content_warning = n.warning,
      media = n.media, ref = n.ref, search = n.words, edited_at = n.edited_at,
      kind = n.kind, feeling = n.feeling, kind_by_name = null
    from unnest(
      ${uuids(newer.map(({ stored }) => stored.id))}::uuid[],
      ${texts(column((message) => message.version))}::text[],
      ${texts(column((message) => message.text))}::text[],
      ${texts(newer.map(({ post }) => post.shown.preview))}::text[],
      ${texts(newer.map(({ post }) => post.shown.html))}::text[],
      ${texts(column((message) => message.contentWarning))}::text[],
      ${jsonbs(column((message) => jsonText(message.media)))}::jsonb[],
      ${jsonbs(column((message) => jsonText(message.ref)))}::jsonb[],
      ${tsvectors(newer.map(({ post }) => post.shown.words))}::tsvector[],
      ${times(column((message) => message.editedAt))}::timestamptz[],
      ${texts(newer.map(({ post }) => post.shown.reading?.kind ?? null))}::text[],
      ${ints(newer.map(({ post }) => post.shown.reading?.feeling ?? null))}::int[]
    ) as n (id, version, text, preview, html, warning, media, ref, words, edited_at, kind, feeling)
    where m.workspace_id = ${channel.workspaceId} and m.id = n.id`.execute(tx)
}

function isNewer(message: NetworkMessage, stored: StoredMessage): boolean {
  if (message.version === stored.remoteVersion) return false
  return (message.editedAt?.getTime() ?? 0) > (stored.editedAt?.getTime() ?? 0)
}

/** A message that its author took back. */
export type Deletable = { id: MessageId; conversationId: ConversationId; deletedAt: Date }

/**
 * Follows deletions: what the customer took back is gone here too, in all its versions; that something
 * stood there remains. Messages that we wrote are marked as deleted and keep their text.
 * @returns their conversations
 */
export async function forgetMessages(
  tx: Tx,
  { workspaceId }: ChannelKey,
  deleted: readonly Deletable[],
): Promise<ConversationId[]> {
  if (deleted.length === 0) return []
  const ids = uuids(deleted.map(({ id }) => id))
  await sql`${sql.raw(onward)}
    with versions as (
      delete from message_versions
      where workspace_id = ${workspaceId} and message_id = any(${ids}::uuid[])
    )
    update messages m set deleted_at = n.at,
      text = case when author = 'customer' then '' else text end,
      preview = case when author = 'customer' then '' else preview end,
      html = case when author = 'customer' then null else html end,
      content_warning = case when author = 'customer' then null else content_warning end,
      media = case when author = 'customer' then '[]' else media end,
      ref = case when author = 'customer' then '{}' else ref end,
      search = case when author = 'customer' then '' else search end
    from unnest(${ids}::uuid[], ${times(deleted.map(({ deletedAt }) => deletedAt))}::timestamptz[]) as n (id, at)
    where m.workspace_id = ${workspaceId} and m.id = n.id`.execute(tx)
  return deleted.map(({ conversationId }) => conversationId)
}
