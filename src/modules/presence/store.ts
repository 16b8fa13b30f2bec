import { sql } from 'kysely'
import { ConversationId, type WorkspaceId } from '../../../contract/ids.ts'
import type { PresenceInput } from '../../../contract/replies.ts'
import type { Tx } from '../../platform/db.ts'

/** Seconds for which a beat is believed: a browser that was killed is gone after them. */
export const believedFor = 12

export type Beat = {
  workspaceId: WorkspaceId
  conversationId: ConversationId
  author: string
  authorName: string
  session: string
}

export type PresenceRow = {
  conversation_id: string
  author: string
  author_name: string
  kind: 'looking' | 'writing'
  since: Date
  until: Date
}

/** The conversation that stands for the one a browser shows, when that one was merged meanwhile. */
export async function standingFor(
  tx: Tx,
  conversationId: ConversationId,
): Promise<ConversationId | null> {
  const { rows } = await sql<{ id: string | null }>`
    select parley.standing(${conversationId}) as id`.execute(tx)
  return ConversationId.nullable().parse(rows[0]?.id ?? null)
}

/**
 * Notes a beat, by the database's clock: the clocks of several web processes need not agree.
 * @returns true when others see a difference; null: there is no such conversation
 */
export async function noteBeat(
  tx: Tx,
  beat: Beat,
  kind: Exclude<PresenceInput['kind'], 'gone'>,
): Promise<boolean | null> {
  const { rows } = await sql<{ was: string | null }>`
    with here as (
      select id from conversations where workspace_id = ${beat.workspaceId} and id = ${beat.conversationId}
    ), before as (
      select kind from presence
      where workspace_id = ${beat.workspaceId} and conversation_id = ${beat.conversationId}
        and author = ${beat.author} and session = ${beat.session} and until > now()
    ), written as (
      insert into presence (workspace_id, conversation_id, author, session, author_name, kind, since, until)
      select ${beat.workspaceId}, id, ${beat.author}, ${beat.session}, ${beat.authorName}, ${kind}, now(),
        now() + make_interval(secs => ${believedFor})
      from here
      on conflict (workspace_id, conversation_id, author, session) do update set
        author_name = excluded.author_name, kind = excluded.kind, until = excluded.until,
        since = case when presence.kind = excluded.kind and presence.until > now()
          then presence.since else excluded.since end
      returning kind
    )
    select (select kind from before) as was from written`.execute(tx)
  const row = rows[0]
  return row ? row.was !== kind : null
}

/** @returns true when it was there */
export async function forgetBeat(tx: Tx, beat: Beat): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('presence')
    .where('workspace_id', '=', beat.workspaceId)
    .where('conversation_id', '=', beat.conversationId)
    .where('author', '=', beat.author)
    .where('session', '=', beat.session)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Removes rows that nobody believes any more; those that another beat is at are left to it. */
export async function sweep(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await sql`
    delete from presence p using (
      select conversation_id, author, session from presence
      where workspace_id = ${workspaceId} and until < now() - interval '1 minute'
      limit 50 for update skip locked
    ) old
    where p.workspace_id = ${workspaceId} and p.conversation_id = old.conversation_id
      and p.author = old.author and p.session = old.session`.execute(tx)
}

/** Who is where now: each person once for each conversation, writing before looking. */
export async function readPresence(
  tx: Tx,
  workspaceId: WorkspaceId,
  { conversationId }: { conversationId?: ConversationId } = {},
): Promise<PresenceRow[]> {
  const one =
    conversationId === undefined ? sql`` : sql`and conversation_id = ${conversationId}::uuid`
  const { rows } = await sql<PresenceRow>`
    select distinct on (conversation_id, author) conversation_id, author, author_name, kind, since, until
    from presence where workspace_id = ${workspaceId} and until > now() ${one}
    order by conversation_id, author, kind desc, until desc limit 5000`.execute(tx)
  return rows
}

/** Whoever sent what they wrote goes on looking. */
export async function endWriting(
  tx: Tx,
  { workspaceId, conversationId, author }: Pick<Beat, 'workspaceId' | 'conversationId' | 'author'>,
): Promise<void> {
  await sql`
    update presence set kind = 'looking', since = now()
    where workspace_id = ${workspaceId} and conversation_id = ${conversationId}
      and author = ${author} and kind = 'writing'`.execute(tx)
}
