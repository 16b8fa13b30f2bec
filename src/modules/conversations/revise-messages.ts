import { sql } from 'kysely'
import type { ConversationId } from '../../../contract/ids.ts'
import type { NetworkMessage } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import {
  findMessages,
  jsonText,
  type ReceivingChannel,
  type StoredMessage,
  safeHtml,
  searchText,
} from './receive-store.ts'

type Revision = { message: NetworkMessage; stored: StoredMessage }

/**
 * Follows edits: the text shown becomes the customer's newest, the earlier one is kept as a version.
 * An older version that comes late changes nothing.
 * @returns the conversations whose messages changed
 */
export async function reviseMessages(
  tx: Tx,
  { workspaceId }: ReceivingChannel,
  revisions: readonly Revision[],
): Promise<ConversationId[]> {
  const newer = revisions.filter(isNewer)
  for (const { message, stored } of newer) {
    await tx
      .insertInto('message_versions')
      .values({
        workspace_id: workspaceId,
        message_id: stored.id,
        remote_version: stored.remoteVersion,
        text: stored.text,
        seen_at: message.editedAt ?? message.createdAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await tx
      .updateTable('messages')
      .set({
        remote_version: message.version,
        text: message.text,
        html: safeHtml(message.html),
        content_warning: message.contentWarning,
        media: jsonText(message.media),
        ref: jsonText(message.ref),
        search: sql<string>`to_tsvector('simple', ${searchText(message)})`,
        edited_at: message.editedAt,
      })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', stored.id)
      .execute()
  }
  return newer.map(({ stored }) => stored.conversationId)
}

function isNewer({ message, stored }: Revision): boolean {
  if (stored.deletedAt !== null || message.version === stored.remoteVersion) return false
  const seen = stored.editedAt?.getTime() ?? 0
  return (message.editedAt?.getTime() ?? 0) > seen
}

/**
 * Follows deletions: what the customer took back is gone here too, in all its versions; that something
 * stood there remains. Messages that we wrote are marked as deleted and keep their text.
 * @returns the conversations whose messages changed
 */
export async function forgetMessages(
  tx: Tx,
  channel: ReceivingChannel,
  deletions: ReadonlyMap<string, Date>,
): Promise<ConversationId[]> {
  const stored = [...(await findMessages(tx, channel, [...deletions.keys()])).values()].filter(
    (message) => message.deletedAt === null,
  )
  for (const message of stored) {
    const deletedAt = deletions.get(message.remoteId) ?? new Date(0)
    const gone = { text: '', html: null, content_warning: null, media: '[]', ref: '{}' }
    await tx
      .updateTable('messages')
      .set({
        deleted_at: deletedAt,
        ...(message.author === 'customer'
          ? { ...gone, search: sql<string>`to_tsvector('simple', '')` }
          : {}),
      })
      .where('workspace_id', '=', channel.workspaceId)
      .where('id', '=', message.id)
      .execute()
    await tx
      .deleteFrom('message_versions')
      .where('workspace_id', '=', channel.workspaceId)
      .where('message_id', '=', message.id)
      .execute()
  }
  return stored.map((message) => message.conversationId)
}
