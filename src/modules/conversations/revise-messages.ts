import { sql } from 'kysely'
import type { ConversationId, MessageId } from '../../../contract/ids.ts'
import type { NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import { previewOf } from '../../platform/fold-text.ts'
import {
  type ChannelKey,
  jsonText,
  type ReceivingChannel,
  type StoredMessage,
  safeHtml,
  searchText,
} from './receive-store.ts'

/** What was told of a message that is stored: one or more versions, oldest first. */
type Revision = { stored: StoredMessage; versions: NetworkMessage[] }

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
  const newer = standing.flatMap(({ stored, versions }) => {
    const message = versions.at(-1)
    return message && isNewer(message, stored) ? [{ stored, message }] : []
  })
  const replaced = new Map(newer.map(({ stored, message }) => [stored.id, message.version]))
  // What we sent ourselves is stored as written, without the network's name for that version.
  const others = standing.flatMap(({ stored, versions }) =>
    (stored.author === 'customer' ? versions : [])
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
  await keepVersions(tx, channel, [...before, ...others])
  await rewrite(tx, channel, newer)
  const changed = new Set([...before, ...others].map(({ id }) => id))
  return standing.flatMap(({ stored }) => (changed.has(stored.id) ? [stored.conversationId] : []))
}

type Version = Pick<NetworkMessage, 'version' | 'text' | 'editedAt' | 'createdAt'>

/** Keeps what a message said at another time; known versions are passed over. */
export async function keepVersions(
  tx: Tx,
  { workspaceId }: ChannelKey,
  versions: readonly { id: MessageId; version: Version }[],
): Promise<void> {
  if (versions.length === 0) return
  await sql`
    insert into message_versions (workspace_id, message_id, remote_version, text, seen_at)
    select ${workspaceId}, * from unnest(
      ${versions.map(({ id }) => id)}::uuid[],
      ${versions.map(({ version }) => version.version)}::text[],
      ${versions.map(({ version }) => version.text)}::text[],
      ${versions.map(({ version }) => version.editedAt ?? version.createdAt)}::timestamptz[])
    on conflict do nothing`.execute(tx)
}

async function rewrite(
  tx: Tx,
  { workspaceId }: ChannelKey,
  newer: readonly { stored: StoredMessage; message: NetworkMessage }[],
): Promise<void> {
  if (newer.length === 0) return
  const column = <Value>(read: (message: NetworkMessage) => Value) =>
    newer.map(({ message }) => read(message))
  await sql`
    update messages m set
      remote_version = n.version, text = n.text, preview = n.preview, html = n.html, content_warning = n.warning,
      media = n.media::jsonb, ref = n.ref::jsonb, search = n.words::tsvector, edited_at = n.edited_at
    from unnest(
      ${newer.map(({ stored }) => stored.id)}::uuid[],
      ${column((message) => message.version)}::text[],
      ${column((message) => message.text)}::text[],
      ${column((message) => previewOf(message.text))}::text[],
      ${column((message) => safeHtml(message.html))}::text[],
      ${column((message) => message.contentWarning)}::text[],
      ${column((message) => jsonText(message.media))}::text[],
      ${column((message) => jsonText(message.ref))}::text[],
      ${column(searchText)}::text[],
      ${column((message) => message.editedAt)}::timestamptz[]
    ) as n (id, version, text, preview, html, warning, media, ref, words, edited_at)
    where m.workspace_id = ${workspaceId} and m.id = n.id`.execute(tx)
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
  const ids = deleted.map(({ id }) => id)
  const times = deleted.map(({ deletedAt }) => deletedAt)
  await sql`
    update messages m set deleted_at = n.at,
      text = case when author = 'customer' then '' else text end,
      preview = case when author = 'customer' then '' else preview end,
      html = case when author = 'customer' then null else html end,
      content_warning = case when author = 'customer' then null else content_warning end,
      media = case when author = 'customer' then '[]' else media end,
      ref = case when author = 'customer' then '{}' else ref end,
      search = case when author = 'customer' then '' else search end
    from unnest(${ids}::uuid[], ${times}::timestamptz[]) as n (id, at)
    where m.workspace_id = ${workspaceId} and m.id = n.id`.execute(tx)
  await sql`
    delete from message_versions
    where workspace_id = ${workspaceId} and message_id = any(${ids}::uuid[])`.execute(tx)
  return deleted.map(({ conversationId }) => conversationId)
}
