import { type Selectable, sql } from 'kysely'
import {
  MemberId,
  type PageCallId,
  PageId,
  type PushSubscriptionId,
  type WorkspaceId,
} from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'
import type { Called, Tier } from './next-call.ts'
import type { PagePlace } from './page-store.ts'

export type CallRow = Selectable<Tables['page_calls']>

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

export async function findCall(tx: Tx, place: CallPlace): Promise<CallRow | undefined> {
  return oneCall(tx, place).executeTakeFirst()
}

/** The call, locked until the transaction ends. */
export async function lockCall(tx: Tx, place: CallPlace): Promise<CallRow | undefined> {
  return oneCall(tx, place).forUpdate().executeTakeFirst()
}

function oneCall(tx: Tx, { workspaceId, id }: CallPlace) {
  return tx
    .selectFrom('page_calls')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
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
