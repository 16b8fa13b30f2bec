import { sql } from 'kysely'
import type { DeliveryId, WorkspaceId } from '../../../contract/ids.ts'
import type { ReplyRules } from '../../../contract/replies.ts'
import type { Tx } from '../../platform/db.ts'
import { often } from '../../platform/db-pool.ts'

/** What holds where a workspace chose nothing; how the threshold was measured: docs/near-copies.md. */
export const usualRules: ReplyRules = { windowDays: 90, threshold: 0.7 }

export async function readRules(tx: Tx, workspaceId: WorkspaceId): Promise<ReplyRules> {
  const row = await tx
    .selectFrom('reply_rules')
    .select(['window_days', 'threshold'])
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  return row ? { windowDays: row.window_days, threshold: row.threshold } : usualRules
}

export async function writeRules(
  tx: Tx,
  workspaceId: WorkspaceId,
  { windowDays, threshold }: ReplyRules,
): Promise<void> {
  const values = { window_days: windowDays, threshold, changed_at: sql<Date>`now()` }
  await tx
    .insertInto('reply_rules')
    .values({ workspace_id: workspaceId, ...values })
    .onConflict((conflict) => conflict.column('workspace_id').doUpdateSet(values))
    .execute()
}

/** One reply of a workspace at a time from here to the end of the transaction: after the conversation's lock, before the audit log's. */
export async function lockReplies(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await sql`select pg_advisory_xact_lock(4403, hashtext(${workspaceId}))`.execute(tx)
}

export type Candidate = { delivery_id: string; words: string }

/** A reply that stands or may stand, as it is shown to who is refused because of it. */
export type Earlier = {
  delivery_id: string
  conversation_id: string
  text: string
  by: string
  created_at: Date
  person: string
}

type Search = {
  workspaceId: WorkspaceId
  bands: readonly number[]
  since: Date
}

/** Newest replies looked at for each band, and candidates compared: the work stays the same at any size. */
const mostOfBand = 200
const mostCandidates = 200

/** What replies say that share a band, those that share most first. */
export async function findCandidates(
  tx: Tx,
  { workspaceId, bands, since }: Search,
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`${sql.raw(often)}
    with found as (
      select b.delivery_id, count(*) as shared, max(b.created_at) as newest
      from unnest(${[...bands]}::bigint[]) as wanted (band)
      cross join lateral (
        select k.delivery_id, k.created_at from reply_bands k
        where k.workspace_id = ${workspaceId} and k.band = wanted.band and k.created_at > ${since}
        order by k.created_at desc limit ${sql.lit(mostOfBand)}
      ) b
      group by b.delivery_id order by shared desc, newest desc limit ${sql.lit(mostCandidates)}
    )
    select f.delivery_id, p.words from found f
    join reply_prints p on p.workspace_id = ${workspaceId} and p.delivery_id = f.delivery_id`.execute(
    tx,
  )
  return rows
}

/**
 * Those of the deliveries that are queued, held, being sent, sent or unknown: cancelled and failed ones never
 * reached the customer.
 */
export async function findEarlier(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly string[],
): Promise<Earlier[]> {
  const { rows } = await sql<Earlier>`
    select d.id as delivery_id, d.conversation_id, d.content ->> 'text' as text, d.created_by_name as by,
      d.created_at, i.display_name as person
    from deliveries d
    join conversations c on c.workspace_id = ${workspaceId} and c.id = d.conversation_id
    join identities i on i.workspace_id = ${workspaceId} and i.id = c.identity_id
    where d.workspace_id = ${workspaceId} and d.id = any(${[...ids]}::uuid[])
      and d.state in ('queued', 'held', 'sending', 'sent', 'unknown')`.execute(tx)
  return rows
}

export async function insertPrint(
  tx: Tx,
  print: {
    workspaceId: WorkspaceId
    deliveryId: DeliveryId
    words: string
    bands: readonly number[]
    at: Date
  },
): Promise<void> {
  const { workspaceId, deliveryId, words, bands, at } = print
  await tx
    .insertInto('reply_prints')
    .values({ workspace_id: workspaceId, delivery_id: deliveryId, words, created_at: at })
    .execute()
  await sql`
    insert into reply_bands (workspace_id, band, created_at, delivery_id)
    select ${workspaceId}, band, ${at}, ${deliveryId} from unnest(${[...bands]}::bigint[]) as n (band)
    on conflict do nothing`.execute(tx)
}

export async function readPrint(
  tx: Tx,
  workspaceId: WorkspaceId,
  deliveryId: DeliveryId,
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('reply_prints')
    .select('words')
    .where('workspace_id', '=', workspaceId)
    .where('delivery_id', '=', deliveryId)
    .executeTakeFirst()
  return row?.words
}

/** Forgets some prints older than any window may be. Two for each that is added: it never falls behind. */
export async function forgetOld(
  tx: Tx,
  workspaceId: WorkspaceId,
  before: Date,
  bandsOf: (words: string) => number[],
): Promise<void> {
  const { rows } = await sql<{ words: string; delivery_id: string; created_at: Date }>`
    delete from reply_prints where workspace_id = ${workspaceId} and delivery_id in (
      select delivery_id from reply_prints
      where workspace_id = ${workspaceId} and created_at < ${before} order by created_at limit 2)
    returning words, delivery_id, created_at`.execute(tx)
  for (const row of rows)
    await sql`
      delete from reply_bands where workspace_id = ${workspaceId} and delivery_id = ${row.delivery_id}
        and band = any(${bandsOf(row.words)}::bigint[])`.execute(tx)
}
