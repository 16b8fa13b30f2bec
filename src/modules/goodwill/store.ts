import { type Selectable, sql } from 'kysely'
import type { ConversationId, GoodwillId, WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type GoodwillRow = Selectable<Tables['goodwill_acts']>
export type NamedRow = GoodwillRow & { person: string }

type Wanted = {
  conversationId?: ConversationId
  /** Not older than this. */
  since?: Date
  before?: GoodwillId | null
  limit: number
}

/** Acts that stand, newest first (ids are made in the order of time). */
export async function readActs(
  tx: Tx,
  workspaceId: WorkspaceId,
  { conversationId, since, before, limit }: Wanted,
): Promise<NamedRow[]> {
  const { rows } = await sql<NamedRow>`
    select g.*, coalesce(nullif(i.display_name, ''), i.handle) as person
    from goodwill_acts g
    join conversations c on c.workspace_id = g.workspace_id and c.id = g.conversation_id
    join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
    where g.workspace_id = ${workspaceId} and g.removed_at is null
      ${conversationId === undefined ? sql`` : sql`and g.conversation_id = ${conversationId}`}
      ${since === undefined ? sql`` : sql`and g.at >= ${since}`}
      ${before ? sql`and (g.at, g.id) < (select b.at, b.id from goodwill_acts b where b.workspace_id = ${workspaceId} and b.id = ${before})` : sql``}
    order by g.at desc, g.id desc limit ${limit}`.execute(tx)
  return rows
}

/** The act, locked, removed or not. */
export async function lockAct(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: GoodwillId,
): Promise<NamedRow | undefined> {
  const { rows } = await sql<NamedRow>`
    select g.*, coalesce(nullif(i.display_name, ''), i.handle) as person
    from goodwill_acts g
    join conversations c on c.workspace_id = g.workspace_id and c.id = g.conversation_id
    join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
    where g.workspace_id = ${workspaceId} and g.id = ${id}
    for update of g`.execute(tx)
  return rows[0]
}

/** Whom the conversation is with; undefined: there is no such conversation. */
export async function personOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ConversationId,
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('conversations as c')
    .innerJoin('identities as i', (join) =>
      join.onRef('i.workspace_id', '=', 'c.workspace_id').onRef('i.id', '=', 'c.identity_id'),
    )
    .select(['i.display_name', 'i.handle'])
    .where('c.workspace_id', '=', workspaceId)
    .where('c.id', '=', id)
    .executeTakeFirst()
  return row && (row.display_name || row.handle)
}

export async function insertAct(tx: Tx, row: Omit<GoodwillRow, 'removed_at'>): Promise<void> {
  await tx.insertInto('goodwill_acts').values(row).execute()
}

export async function updateAct(
  tx: Tx,
  { workspace_id, id }: Pick<GoodwillRow, 'workspace_id' | 'id'>,
  change: Partial<Pick<GoodwillRow, 'kind' | 'cost' | 'note' | 'removed_at'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await tx
    .updateTable('goodwill_acts')
    .set(change)
    .where('workspace_id', '=', workspace_id)
    .where('id', '=', id)
    .execute()
}

export type MonthRow = { month: string; currency: string; count: number; cost: number }

/** Sums of the newest months in the workspace's zone, a row for each currency. */
export async function sumMonths(
  tx: Tx,
  workspaceId: WorkspaceId,
  limit: number,
): Promise<MonthRow[]> {
  const { rows } = await sql<MonthRow>`
    select to_char(g.at at time zone w.time_zone, 'YYYY-MM') as month, g.currency,
      count(*) as count, sum(g.cost)::bigint as cost
    from goodwill_acts g join workspaces w on w.id = g.workspace_id
    where g.workspace_id = ${workspaceId} and g.removed_at is null
    group by 1, 2 order by 1 desc, 2 limit ${limit}`.execute(tx)
  return rows
}

/** The workspace's currency: as chosen, otherwise the usual one of its language. */
export async function readCurrency(tx: Tx, workspaceId: WorkspaceId): Promise<string> {
  const row = await tx
    .selectFrom('workspaces as w')
    .leftJoin('goodwill_settings as s', 's.workspace_id', 'w.id')
    .select(['s.currency', 'w.locale'])
    .where('w.id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return row.currency ?? (row.locale === 'ro' ? 'RON' : 'EUR')
}

export async function writeCurrency(
  tx: Tx,
  workspaceId: WorkspaceId,
  currency: string,
): Promise<void> {
  await tx
    .insertInto('goodwill_settings')
    .values({ workspace_id: workspaceId, currency })
    .onConflict((conflict) => conflict.column('workspace_id').doUpdateSet({ currency }))
    .execute()
}

/** Empties what was noted in conversations of somebody who is erased; kind, cost and time stay for the sums. */
export async function forgetGoodwill(
  tx: Tx,
  {
    workspaceId,
    conversationIds,
  }: { workspaceId: WorkspaceId; conversationIds: readonly ConversationId[] },
): Promise<void> {
  await sql`
    update goodwill_acts set note = ''
    where workspace_id = ${workspaceId} and conversation_id = any(${conversationIds}::uuid[])`.execute(
    tx,
  )
}
