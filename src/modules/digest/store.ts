import { type Selectable, sql } from 'kysely'
import { MemberId, type ThresholdId, WorkspaceId } from '../../../contract/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type SubscriptionRow = Selectable<Tables['digest_subscriptions']>
export type ThresholdRow = Selectable<Tables['call_thresholds']>
export type Subscriber = { workspaceId: WorkspaceId; memberId: MemberId }

/** Whose digest is to be looked at, in all workspaces, the longest due first. Asks as the dispatcher. */
export async function dueSubscribers(
  dispatch: Db,
  { now, limit }: { now: Date; limit: number },
): Promise<Subscriber[]> {
  const rows = await dispatch
    .selectFrom('digest_subscriptions')
    .select(['workspace_id', 'member_id'])
    .where('wanted_since', 'is not', null)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    workspaceId: WorkspaceId.parse(row.workspace_id),
    memberId: MemberId.parse(row.member_id),
  }))
}

/** Workspaces that want to be called. Asks as the dispatcher. */
export async function watchedWorkspaces(dispatch: Db): Promise<WorkspaceId[]> {
  const rows = await dispatch
    .selectFrom('call_thresholds')
    .select('workspace_id')
    .distinct()
    .execute()
  return rows.map((row) => WorkspaceId.parse(row.workspace_id))
}

export async function findSubscription(
  tx: Tx,
  { workspaceId, memberId }: Subscriber,
): Promise<SubscriptionRow | undefined> {
  return tx
    .selectFrom('digest_subscriptions')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
}

/** The subscription, locked until the transaction ends. */
export async function lockSubscription(
  tx: Tx,
  { workspaceId, memberId }: Subscriber,
): Promise<SubscriptionRow | undefined> {
  return tx
    .selectFrom('digest_subscriptions')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('member_id', '=', memberId)
    .forUpdate()
    .executeTakeFirst()
}

export async function saveSubscription(
  tx: Tx,
  { workspaceId, memberId }: Subscriber,
  values: Pick<SubscriptionRow, 'hour' | 'locale' | 'wanted_since' | 'next_at'>,
): Promise<void> {
  await tx
    .insertInto('digest_subscriptions')
    .values({ workspace_id: workspaceId, member_id: memberId, settled_day: null, ...values })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'member_id']).doUpdateSet(values))
    .execute()
}

export async function changeSubscription(
  tx: Tx,
  { workspaceId, memberId }: Subscriber,
  change: Partial<Pick<SubscriptionRow, 'wanted_since' | 'settled_day' | 'next_at'>>,
): Promise<void> {
  await tx
    .updateTable('digest_subscriptions')
    .set(change)
    .where('workspace_id', '=', workspaceId)
    .where('member_id', '=', memberId)
    .execute()
}

/** A member who has not left; undefined: there is none. */
export async function findMember(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: string,
): Promise<{ id: MemberId; name: string; email: string } | undefined> {
  const row = await tx
    .selectFrom('members')
    .select(['id', 'name', 'email'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('left_at', 'is', null)
    .executeTakeFirst()
  return row && { ...row, id: MemberId.parse(row.id) }
}

export async function findPlace(tx: Tx, workspaceId: WorkspaceId) {
  return tx
    .selectFrom('workspaces')
    .select(['name', 'time_zone', 'locale'])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow()
}

/** Locked, in one order, so that two workers do not wait for each other. */
export async function lockThresholds(tx: Tx, workspaceId: WorkspaceId): Promise<ThresholdRow[]> {
  return tx
    .selectFrom('call_thresholds')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('id')
    .forUpdate()
    .execute()
}

export type NamedThreshold = ThresholdRow & { member_name: string }

export async function readThresholds(tx: Tx, workspaceId: WorkspaceId): Promise<NamedThreshold[]> {
  return tx
    .selectFrom('call_thresholds as t')
    .innerJoin('members as m', (join) =>
      join.onRef('m.workspace_id', '=', 't.workspace_id').onRef('m.id', '=', 't.member_id'),
    )
    .selectAll('t')
    .select('m.name as member_name')
    .where('t.workspace_id', '=', workspaceId)
    .orderBy('t.id')
    .execute()
}

export async function insertThreshold(
  tx: Tx,
  row: Pick<ThresholdRow, 'workspace_id' | 'id' | 'kind' | 'bound' | 'member_id' | 'created_at'>,
): Promise<void> {
  await tx.insertInto('call_thresholds').values(row).execute()
}

/** @returns what was removed; undefined: there was none */
export async function deleteThreshold(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ThresholdId,
): Promise<ThresholdRow | undefined> {
  return tx
    .deleteFrom('call_thresholds')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

export async function noteCall(
  tx: Tx,
  { workspace_id, id }: Pick<ThresholdRow, 'workspace_id' | 'id'>,
  change: Partial<Pick<ThresholdRow, 'above_since' | 'calls'>>,
): Promise<void> {
  await tx
    .updateTable('call_thresholds')
    .set(change)
    .where('workspace_id', '=', workspace_id)
    .where('id', '=', id)
    .execute()
}

/** How many conversations are late, wait since before `before`, or are urgent and wait; counted to `most`. */
export async function countWaiting(
  tx: Tx,
  workspaceId: WorkspaceId,
  what: { kind: ThresholdRow['kind']; before: Date; most: number },
): Promise<number> {
  const condition = {
    late: sql`c.due_at < ${what.before}`,
    waits: sql`c.unanswered_since < ${what.before}`,
    urgent: sql`c.severity = 'urgent'`,
  }[what.kind]
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from conversations c where c.workspace_id = ${workspaceId} and c.state <> 'done'
        and c.unanswered_since is not null and ${condition} limit ${what.most}) found`.execute(tx)
  return rows[0]?.count ?? 0
}
