import { z } from 'zod'
import { Visibility } from '../../../contract/conversations.ts'
import {
  ChannelId,
  type ConversationId,
  MessageId,
  type WorkspaceId,
} from '../../../contract/ids.ts'
import type { OutgoingReply } from '../../connectors/contract.ts'
import type { Tx } from '../../platform/db.ts'

const Answered = z.object({
  id: MessageId,
  remote_id: z.string(),
  visibility: Visibility,
  content_warning: z.string().nullable(),
  ref: z.json(),
  /** Where it was said: of a merged conversation not all was said in one place. */
  channel_id: ChannelId,
  thread_key: z.string(),
  handle: z.string(),
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
    .selectFrom('messages as m')
    .innerJoin('conversations as h', (join) =>
      join
        .onRef('h.workspace_id', '=', 'm.workspace_id')
        .on((eb) => eb('h.id', '=', eb.fn.coalesce('m.home_id', 'm.conversation_id'))),
    )
    .innerJoin('identities as i', (join) =>
      join.onRef('i.workspace_id', '=', 'h.workspace_id').onRef('i.id', '=', 'h.identity_id'),
    )
    .select(['m.id', 'm.remote_id', 'm.visibility', 'm.content_warning', 'm.ref', 'm.channel_id'])
    .select(['h.thread_key', 'i.handle'])
    .where('m.workspace_id', '=', workspaceId)
    .where('m.conversation_id', '=', id)
    .where('m.deleted_at', 'is', null)
    .where('m.erased_at', 'is', null)
    .$if(wanted === undefined, (query) => query.where('m.author', '=', 'customer'))
    .$if(wanted !== undefined, (query) => query.where('m.id', '=', wanted ?? ''))
    .orderBy('m.sent_at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && Answered.parse(row)
}

/** Where a reply goes, in the connector's words. */
export function targetOf(answered: Answered): OutgoingReply['replyTo'] {
  return {
    remoteId: answered.remote_id,
    rootId: answered.thread_key,
    ref: answered.ref,
    handle: answered.handle,
  }
}
