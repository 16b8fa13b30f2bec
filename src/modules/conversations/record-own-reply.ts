import { sql } from 'kysely'
import { MessageId } from '../../../contract/ids.ts'
import type { Sent } from '../../connectors/contract.ts'
import { announce, type Tx } from '../../platform/db.ts'
import { previewOf, wordsOf } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import type { Delivery } from '../deliveries/index.ts'
import { holdClockVersion } from '../reply-clock/index.ts'
import { refreshConversations } from './refresh-conversations.ts'
import { holdPlaceOf } from './standing.ts'

/**
 * A reply stands on the network: it becomes a message of its conversation and, when it is a person's,
 * answers the customer. It stands where the message stands that it answers, also when that one was merged
 * or split off while the reply was on its way.
 * When the network told us of it before we knew that it was ours, that message is marked as ours.
 */
export async function recordOwnReply(tx: Tx, delivery: Delivery, sent: Sent): Promise<void> {
  const { content, workspaceId, replyToMessageId } = delivery
  // Before the conversation is held: whoever joins two people takes the rules first, and then conversations.
  await holdClockVersion(tx)
  const { conversationId, homeId } = await holdPlaceOf(tx, workspaceId, replyToMessageId)
  // Only a person stops the reply clock; what a program sent by itself answers nobody.
  const author = content.automatic ? 'automation' : 'member'
  await tx
    .insertInto('messages')
    .values({
      workspace_id: delivery.workspaceId,
      id: newId(MessageId),
      conversation_id: conversationId,
      home_id: homeId,
      channel_id: delivery.channelId,
      author,
      member_id: delivery.memberId,
      delivery_id: delivery.id,
      identity_id: null,
      remote_id: sent.remoteId,
      remote_version: '',
      parent_remote_id: content.replyTo.remoteId,
      quoted_remote_id: null,
      visibility: content.visibility,
      text: content.text,
      preview: previewOf(content.text),
      html: null,
      content_warning: content.contentWarning,
      language: content.language,
      media: JSON.stringify(
        content.media.map(({ id, alt }) => ({
          kind: 'image',
          url: `/api/v1/media/${id}`,
          previewUrl: null,
          alt,
          width: null,
          height: null,
        })),
      ),
      url: sent.url,
      ref: JSON.stringify(content.replyTo.ref),
      search: sql<string>`${wordsOf(content.text).join(' ')}::tsvector`,
      sent_at: sent.at,
      received_at: sql<Date>`now()`,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'channel_id', 'remote_id']).doUpdateSet({
        author,
        member_id: delivery.memberId,
        delivery_id: delivery.id,
        conversation_id: conversationId,
        home_id: homeId,
      }),
    )
    .execute()
  await refreshConversations(tx, workspaceId, [conversationId])
  if (conversationId !== delivery.conversationId)
    await announce(tx, { workspace: workspaceId, kind: 'conversation', id: conversationId })
}
