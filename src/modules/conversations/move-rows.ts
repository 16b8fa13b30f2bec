import { sql } from 'kysely'
import type { ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Moved } from './moves-store.ts'

type Way = { workspaceId: WorkspaceId; from: ConversationId; to: ConversationId }

/**
 * Moves messages to another conversation. Each keeps its own thread's as its home, and has none where it
 * stands there: so a way back and forth ends as it began.
 */
export async function moveMessages(
  tx: Tx,
  { workspaceId, from, to }: Way,
  ids: readonly string[] | 'all',
): Promise<string[]> {
  const which = ids === 'all' ? sql`true` : sql`id = any(${ids}::uuid[])`
  const { rows } = await sql<{ id: string }>`
    update messages set conversation_id = ${to},
      home_id = nullif(coalesce(home_id, conversation_id), ${to}::uuid)
    where workspace_id = ${workspaceId} and conversation_id = ${from} and ${which}
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Whatever belongs to a conversation by a plain reference. */
type Owned = 'notes' | 'deliveries' | 'goodwill_acts' | 'hand_overs' | 'reply_warnings' | 'pages'

export async function moveOwned(
  tx: Tx,
  table: Owned,
  { workspaceId, from, to }: Way,
  ids: readonly string[] | 'all',
): Promise<string[]> {
  const which = ids === 'all' ? sql`true` : sql`id = any(${ids}::uuid[])`
  const { rows } = await sql<{ id: string }>`
    update ${sql.table(table)} set conversation_id = ${to}
    where workspace_id = ${workspaceId} and conversation_id = ${from} and ${which}
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** At most one hand-over is pinned: that of the conversation that stays, or else the other's. */
export async function unpinSecond(tx: Tx, { workspaceId, from, to }: Way): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    update hand_overs set settled_at = now()
    where workspace_id = ${workspaceId} and conversation_id = ${from} and settled_at is null
      and exists (select from hand_overs h where h.workspace_id = ${workspaceId}
        and h.conversation_id = ${to} and h.settled_at is null)
    returning id`.execute(tx)
  return rows[0]?.id ?? null
}

export async function pinAgain(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<void> {
  await sql`
    update hand_overs set settled_at = null
    where workspace_id = ${workspaceId} and id = ${id}`.execute(tx)
}

/**
 * Drafts go over. Where somebody has one in both, theirs is joined below the other, and the first stays
 * where it is besides, so that it is there again when this is undone.
 */
export async function moveDrafts(tx: Tx, { workspaceId, from, to }: Way): Promise<Moved['drafts']> {
  const { rows: joined } = await sql<{ author: string; length: number }>`
    update drafts d set text = d.text || E'\n\n' || o.text, updated_at = now()
    from drafts o, (select author, length(text) as length from drafts
      where workspace_id = ${workspaceId} and conversation_id = ${to}) b
    where d.workspace_id = ${workspaceId} and d.conversation_id = ${to} and o.workspace_id = ${workspaceId}
      and o.conversation_id = ${from} and o.author = d.author and b.author = d.author
    returning d.author, b.length`.execute(tx)
  const { rows: gone } = await sql<{ author: string }>`
    update drafts d set conversation_id = ${to}
    where d.workspace_id = ${workspaceId} and d.conversation_id = ${from}
      and not exists (select from drafts o where o.workspace_id = ${workspaceId}
        and o.conversation_id = ${to} and o.author = d.author)
    returning d.author`.execute(tx)
  return [
    ...joined.map(({ author, length }) => ({ author, joined: Number(length) })),
    ...gone.map(({ author }) => ({ author, joined: null })),
  ]
}

/** Drafts go back. What was joined is cut off again, unless somebody went on writing: then it stays. */
export async function returnDrafts(
  tx: Tx,
  { workspaceId, from, to }: Way,
  drafts: Moved['drafts'],
): Promise<void> {
  for (const { author, joined } of drafts) {
    const key = sql`d.workspace_id = ${workspaceId} and d.conversation_id = ${from} and d.author = ${author}`
    if (joined === null)
      await sql`
        update drafts d set conversation_id = ${to} where ${key} and not exists (select from drafts o
          where o.workspace_id = ${workspaceId} and o.conversation_id = ${to} and o.author = ${author})`.execute(
        tx,
      )
    else
      await sql`
        update drafts d set text = left(d.text, ${joined}::int) from drafts o
        where ${key} and o.workspace_id = ${workspaceId} and o.conversation_id = ${to} and o.author = ${author}
          and d.text = left(d.text, ${joined}::int) || E'\n\n' || o.text`.execute(tx)
  }
}

/** Those who look or write there are here now. What is believed of them lasts some seconds. */
export async function movePresence(tx: Tx, { workspaceId, from, to }: Way): Promise<void> {
  await sql`
    insert into presence (workspace_id, conversation_id, author, session, author_name, kind, since, until)
    select workspace_id, ${to}, author, session, author_name, kind, since, until from presence
    where workspace_id = ${workspaceId} and conversation_id = ${from}
    on conflict do nothing`.execute(tx)
  await sql`
    delete from presence where workspace_id = ${workspaceId} and conversation_id = ${from}`.execute(
    tx,
  )
}

/** Conversations that were merged into one lead to where that one leads. */
export async function leadOn(tx: Tx, { workspaceId, from, to }: Way): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update conversations set merged_into = ${to}, version = version + 1
    where workspace_id = ${workspaceId} and merged_into = ${from} returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

export async function leadBack(
  tx: Tx,
  { workspaceId, to }: Pick<Way, 'workspaceId' | 'to'>,
  ids: readonly string[],
): Promise<void> {
  await sql`
    update conversations set merged_into = ${to}, version = version + 1
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(tx)
}

/**
 * Whoever waits goes on waiting: what was unanswered before the merge is not answered by what somebody had
 * said in the other conversation. Marked are only those that the others' answers would hide. To be called
 * before anything moves.
 * @returns what was marked, by conversation, with the mark it had before
 */
export async function markWaiting(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<Map<string, Moved['waiting']>> {
  const { rows } = await sql<{ id: string; conversation_id: string; before: string | null }>`
    with replied as (
      select conversation_id, max(sent_at) as at from messages
      where workspace_id = ${workspaceId} and conversation_id = any(${ids}::uuid[])
        and author = 'member' and returned_at is null
      group by conversation_id
    ), newest as (select max(at) + interval '1 millisecond' as at from replied), hidden as (
      select m.id, m.conversation_id, to_json(m.waits_from) #>> '{}' as before, n.at
      from messages m left join replied r using (conversation_id) cross join newest n
      where m.workspace_id = ${workspaceId} and m.conversation_id = any(${ids}::uuid[])
        and m.author = 'customer' and m.deleted_at is null
        and (r.at is null or greatest(m.sent_at, m.waits_from) > r.at)
        and greatest(m.sent_at, m.waits_from) < n.at
    )
    update messages m set waits_from = h.at from hidden h
    where m.workspace_id = ${workspaceId} and m.id = h.id
    returning m.id, h.conversation_id, h.before`.execute(tx)
  return Map.groupBy(rows, (row) => row.conversation_id)
}

/** Their marks as they were before. */
export async function unmarkWaiting(
  tx: Tx,
  workspaceId: WorkspaceId,
  waiting: Moved['waiting'],
): Promise<void> {
  await sql`
    update messages m set waits_from = n.before
    from unnest(${waiting.map(({ id }) => id)}::uuid[], ${waiting.map(({ before }) => before)}::timestamptz[])
      as n (id, before)
    where m.workspace_id = ${workspaceId} and m.id = n.id`.execute(tx)
}
