import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import {
  ConversationId,
  MemberId,
  type PageCallId,
  PageId,
  type PushSubscriptionId,
  WorkspaceId,
} from '../../../contract/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'
import type { Called, Tier } from './next-call.ts'

export type PageRow = Selectable<Tables['pages']>
export type CallRow = Selectable<Tables['page_calls']>
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

/** How often each was called about it. */
export async function readCalled(tx: Tx, { workspaceId, id }: PagePlace): Promise<Called[]> {
  const { rows } = await sql<{ tier: Tier; member_id: string; steps: number }>`
    select tier, member_id, count(distinct step) as steps from page_calls
    where workspace_id = ${workspaceId} and page_id = ${id} group by tier, member_id`.execute(tx)
  return rows.map(({ tier, member_id, steps }) => ({
    tier,
    memberId: MemberId.parse(member_id),
    steps,
  }))
}

/** Whom the newest step called. */
export async function lastCalled(tx: Tx, { workspaceId, id }: PagePlace): Promise<Set<string>> {
  const { rows } = await sql<{ member_id: string }>`
    select distinct member_id from page_calls
    where workspace_id = ${workspaceId} and page_id = ${id} and step = (
      select max(step) from page_calls where workspace_id = ${workspaceId} and page_id = ${id})`.execute(
    tx,
  )
  return new Set(rows.map((row) => row.member_id))
}

export type NewCall = {
  id: PageCallId
  step: number
  tier: Tier
  memberId: MemberId
  now: Date
} & (
  | {
      way: 'mail'
      state: 'sent' | 'failed'
      problem: string | null
      token: { hash: Buffer; endsAt: Date } | null
    }
  | { way: 'push'; subscriptionId: PushSubscriptionId }
)

export async function insertCall(
  tx: Tx,
  { workspaceId, id: pageId }: PagePlace,
  call: NewCall,
): Promise<void> {
  await tx
    .insertInto('page_calls')
    .values({
      workspace_id: workspaceId,
      id: call.id,
      page_id: pageId,
      step: call.step,
      tier: call.tier,
      member_id: call.memberId,
      way: call.way,
      created_at: call.now,
      ...(call.way === 'mail'
        ? {
            subscription_id: null,
            state: call.state,
            problem: call.problem,
            token_hash: call.token?.hash ?? null,
            token_ends_at: call.token?.endsAt ?? null,
          }
        : { subscription_id: call.subscriptionId, state: 'waiting' }),
    })
    .execute()
}

type CallPlace = { workspaceId: WorkspaceId; id: PageCallId }

export async function lockCall(
  tx: Tx,
  { workspaceId, id }: CallPlace,
): Promise<CallRow | undefined> {
  return tx
    .selectFrom('page_calls')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function changeCall(
  tx: Tx,
  { workspaceId, id }: CallPlace,
  change: Partial<Pick<CallRow, 'state' | 'problem' | 'attempts' | 'lease_until'>>,
): Promise<void> {
  await tx
    .updateTable('page_calls')
    .set(change)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

/** Mails of a page that went in line, of one member or all. */
export async function mailCalls(
  tx: Tx,
  { workspaceId, id }: PagePlace,
  memberId?: MemberId,
): Promise<string[]> {
  const rows = await tx
    .selectFrom('page_calls')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('page_id', '=', id)
    .where('way', '=', 'mail')
    .where('state', '=', 'sent')
    .$if(memberId !== undefined, (query) => query.where('member_id', '=', memberId ?? ''))
    .execute()
  return rows.map((row) => row.id)
}

/** What did not go out is not needed any more: these mails, and the page's messages that wait. */
export async function withdrawCalls(
  tx: Tx,
  { workspaceId, id }: PagePlace,
  { mails, pushes }: { mails: readonly string[]; pushes: boolean },
): Promise<void> {
  await sql`
    update page_calls set state = 'withdrawn' where workspace_id = ${workspaceId} and page_id = ${id}
      and (id = any(${mails}::uuid[]) or (${pushes} and way = 'push' and state = 'waiting'))`.execute(
    tx,
  )
}

/** What a link in a mail stands for, until it ends. */
export async function findByToken(
  tx: Tx,
  workspaceId: WorkspaceId,
  { hash, now }: { hash: Buffer; now: Date },
): Promise<{ pageId: PageId; memberId: MemberId } | undefined> {
  const row = await tx
    .selectFrom('page_calls')
    .select(['page_id', 'member_id'])
    .where('workspace_id', '=', workspaceId)
    .where('token_hash', '=', hash)
    .where('token_ends_at', '>', now)
    .executeTakeFirst()
  return row && { pageId: PageId.parse(row.page_id), memberId: MemberId.parse(row.member_id) }
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
