import { z } from 'zod'
import { Visibility } from '../../../contract/conversations.ts'
import { type ConversationId, MessageId, type WorkspaceId } from '../../../contract/ids.ts'
import type { OutgoingReply } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'
import type { SummaryRow } from './view.ts'

const Answered = z.object({
  id: MessageId,
  remote_id: z.string(),
  visibility: Visibility,
  content_warning: z.string().nullable(),
  ref: z.json(),
})
export type Answered = z.infer<typeof Answered>

/** The message a reply answers: the one named, else the customer's newest that still stands. */
export async function findAnswered(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ConversationId,
  wanted?: MessageId,
): Promise<Answered | undefined> {
  const row = await tx
    .selectFrom('messages')
    .select(['id', 'remote_id', 'visibility', 'content_warning', 'ref'])
    .where('workspace_id', '=', workspaceId)
    .where('conversation_id', '=', id)
    .where('deleted_at', 'is', null)
    .where('erased_at', 'is', null)
    .$if(wanted === undefined, (query) => query.where('author', '=', 'customer'))
    .$if(wanted !== undefined, (query) => query.where('id', '=', wanted ?? ''))
    .orderBy('sent_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && Answered.parse(row)
}

/** Where a reply goes, in the connector's words. */
export function targetOf(
  conversation: Pick<SummaryRow, 'thread_key' | 'person_handle'>,
  answered: Answered,
): OutgoingReply['replyTo'] {
  return {
    remoteId: answered.remote_id,
    rootId: conversation.thread_key,
    ref: answered.ref,
    handle: conversation.person_handle,
  }
}
