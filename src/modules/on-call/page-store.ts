import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import { ConversationId, PageId, WorkspaceId } from '../../../contract/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type PageRow = Selectable<Tables['pages']>
export type PagePlace = { workspaceId: WorkspaceId; id: PageId }

/** A conversation with what decides whether somebody is paged about it, and its newest page. */
export type Standing = {
  id: string
  channel_id: string
  person_id: string
  language: string | null
  severity: string | null
  state: string
  unanswered_since: Date | null
  clock_version: number | null
  /** Null: by the reply times. */
  paging: string[] | null
  page_id: string | null
  page_state: PageRow['state'] | null
  page_severity: string | null
  page_ended_at: Date | null
  /** When the customer's newest message came; null unless the newest page was acknowledged. */
  heard_at: Date | null
  now: Date
}

/** Those of the conversations that are of any severity or have an open page. */
export async function readStandings(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    select c.id, c.channel_id, c.person_id, c.language, c.severity, c.state, c.unanswered_since,
      (select p.version from clock_policies p where p.workspace_id = c.workspace_id) as clock_version,
      s.severities as paging, l.id as page_id, l.state as page_state, l.severity as page_severity,
      l.ended_at as page_ended_at, now() as now,
      case when l.state = 'acknowledged' then (select max(m.received_at) from messages m
        where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.author = 'customer'
          and m.deleted_at is null) end as heard_at
    from conversations c
    left join on_call_settings s on s.workspace_id = c.workspace_id
    left join lateral (
      select p.id, p.state, p.severity, p.ended_at from pages p
      where p.workspace_id = c.workspace_id and p.conversation_id = c.id
      order by p.opened_at desc, p.id desc limit 1) l on true
    where c.workspace_id = ${workspaceId} and c.id = any(${ids}::uuid[])
      and (c.severity is not null or l.state = 'open')`.execute(tx)
  return rows
}

/** @returns undefined when there is an open one already */
export async function insertPage(
  tx: Tx,
  { workspaceId, id }: PagePlace,
  page: { conversationId: ConversationId; severity: string },
): Promise<PageRow | undefined> {
  const now = sql<Date>`now()`
  return tx
    .insertInto('pages')
    .values({
      workspace_id: workspaceId,
      id,
      conversation_id: page.conversationId,
      severity: page.severity,
      state: 'open',
      opened_at: now,
      next_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

/** The page, locked until the transaction ends. */
export async function lockPage(
  tx: Tx,
  { workspaceId, id }: PagePlace,
): Promise<PageRow | undefined> {
  return tx
    .selectFrom('pages')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function changePage(
  tx: Tx,
  { workspaceId, id }: PagePlace,
  change: Partial<Pick<PageRow, 'steps' | 'next_at' | 'severity'>>,
): Promise<void> {
  await tx
    .updateTable('pages')
    .set(change)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

export type Ending = Pick<PageRow, 'state'> &
  Partial<Pick<PageRow, 'ended_by' | 'ended_name' | 'ended_via'>>

/** @returns undefined when it was over already */
export async function closePage(
  tx: Tx,
  { workspaceId, id }: PagePlace,
  ending: Ending,
): Promise<PageRow | undefined> {
  return tx
    .updateTable('pages')
    .set({ ...ending, ended_at: sql<Date>`now()` })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .returningAll()
    .executeTakeFirst()
}

/** The open page of a conversation. */
export async function findOpenPage(
  tx: Tx,
  workspaceId: WorkspaceId,
  conversationId: ConversationId,
): Promise<PageId | undefined> {
  const row = await tx
    .selectFrom('pages')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('conversation_id', '=', conversationId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return row && PageId.parse(row.id)
}

const Due = z.object({ workspace_id: WorkspaceId, id: PageId })

/** Open pages of all workspaces whose step should have been taken before `before`. Asks as the dispatcher. */
export async function overduePages(dispatch: Db, before: Date): Promise<PagePlace[]> {
  const rows = await dispatch
    .selectFrom('pages')
    .select(['workspace_id', 'id'])
    .where('state', '=', 'open')
    .where('next_at', '<', before)
    .orderBy('next_at')
    .limit(500)
    .execute()
  return rows.map((row) => {
    const { workspace_id: workspaceId, id } = Due.parse(row)
    return { workspaceId, id }
  })
}

export function conversationOf(page: Pick<PageRow, 'conversation_id'>): ConversationId {
  return ConversationId.parse(page.conversation_id)
}
