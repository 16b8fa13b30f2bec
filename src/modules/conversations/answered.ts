import { sql } from 'kysely'
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
  const which = wanted === undefined ? sql`author = 'customer'` : sql`id = ${wanted}`
  // The message first, and then its place: joined as they are, all conversations of the workspace may be read.
  const { rows } = await sql`
    select m.*, h.thread_key, i.handle from (
      select workspace_id, id, remote_id, visibility, content_warning, ref, channel_id,
        coalesce(home_id, conversation_id) as home
      from messages
      where workspace_id = ${workspaceId} and conversation_id = ${id}
        and deleted_at is null and erased_at is null and ${which}
      order by sent_at desc, id desc limit 1
    ) m
    join conversations h on h.workspace_id = m.workspace_id and h.id = m.home
    join identities i on i.workspace_id = h.workspace_id and i.id = h.identity_id`.execute(tx)
  return rows[0] === undefined ? undefined : Answered.parse(rows[0])
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
