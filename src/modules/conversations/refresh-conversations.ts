import { sql } from 'kysely'
import type { ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'

/**
 * Works out again, from the messages as they stand, what a conversation's row says of them: when the
 * oldest unanswered customer message came, when an answer is due, the last words, the count, and the
 * state (a customer who speaks reopens it; an answer makes it wait for the customer; one that was ever
 * answered is not new). Because nothing is added up step by step, messages may come in any order, twice,
 * or vanish.
 */
export async function refreshConversations(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<void> {
  if (ids.length === 0) return
  await sql`
    with answered as (
      select conversation_id, max(sent_at) as at from messages
      where workspace_id = ${workspaceId} and conversation_id = any(${ids}::uuid[]) and author = 'member'
      group by conversation_id
    ), facts as (
      select m.conversation_id, a.at as answered_at, count(*) as count, max(m.sent_at) as last_at,
        min(m.sent_at) filter (where m.author = 'customer' and m.deleted_at is null
          and (a.at is null or m.sent_at > a.at)) as since,
        max(m.sent_at) filter (where m.author = 'customer' and m.deleted_at is null
          and (a.at is null or m.sent_at > a.at)) as heard_at,
        (array_agg(m.preview order by m.sent_at desc, m.remote_id collate "C" desc)
          filter (where m.author = 'customer' and m.deleted_at is null))[1] as preview,
        (array_agg(m.visibility order by m.sent_at, m.remote_id collate "C")
          filter (where m.author = 'customer'))[1] as visibility
      from messages m left join answered a using (conversation_id)
      where m.workspace_id = ${workspaceId} and m.conversation_id = any(${ids}::uuid[])
      group by m.conversation_id, a.at
    )
    update conversations c set
      unanswered_since = f.since,
      due_at = coalesce(f.since + make_interval(mins => w.reply_target_minutes), 'infinity'),
      last_message_at = f.last_at,
      last_customer_text = coalesce(f.preview, ''),
      visibility = case f.visibility when 'private' then 'private' else 'public' end,
      message_count = f.count,
      version = c.version + 1,
      state = case
        when f.since is not null and c.unanswered_since is distinct from f.since
          and c.state in ('done', 'waiting-customer') then 'open'
        when f.heard_at > c.last_message_at and c.state = 'done' then 'open'
        when f.since is not null and f.answered_at is not null and c.state = 'new' then 'open'
        when f.since is null and f.answered_at is not null and c.state in ('new', 'open') then 'waiting-customer'
        else c.state end
    from facts f, workspaces w
    where c.workspace_id = ${workspaceId} and c.id = any(${ids}::uuid[]) and c.id = f.conversation_id
      and w.id = ${workspaceId}`.execute(tx)
}
