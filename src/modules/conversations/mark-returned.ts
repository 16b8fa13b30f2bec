import { sql } from 'kysely'
import { ConversationId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { cleanText } from '../../platform/fold-text.ts'
import type { ChannelKey } from './known.ts'
import { refreshConversations } from './refresh-conversations.ts'

export type Returned = { remoteId: string; at: Date; why: string }

/**
 * Notes at messages of ours that they came back. What never arrived is no answer: the customer waits
 * since they wrote, and the conversation is open again. Told twice, the first telling stays.
 * @returns the conversations that changed
 */
export async function markReturned(
  tx: Tx,
  { workspaceId, channelId }: ChannelKey,
  returned: readonly Returned[],
): Promise<ConversationId[]> {
  if (returned.length === 0) return []
  const { rows } = await sql<{ conversation_id: string }>`
    update messages m set returned_at = r.at, returned_why = r.why
    from unnest(
      ${returned.map(({ remoteId }) => remoteId)}::text[],
      ${returned.map(({ at }) => at)}::timestamptz[],
      ${returned.map(({ why }) => cleanText(why))}::text[]
    ) as r (remote_id, at, why)
    where m.workspace_id = ${workspaceId} and m.channel_id = ${channelId} and m.remote_id = r.remote_id
      and m.author = 'member' and m.returned_at is null
    returning m.conversation_id`.execute(tx)
  const ids = [...new Set(rows.map((row) => ConversationId.parse(row.conversation_id)))]
  await refreshConversations(tx, workspaceId, ids)
  return ids
}
