import { type Selectable, sql, type Updateable } from 'kysely'
import { SecretId, type WebhookCallId, WebhookId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { often } from '../../platform/db-pool.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type WebhookRow = Selectable<Tables['webhook_endpoints']>
export type CallRow = Selectable<Tables['webhook_calls']>
export type Place = { workspaceId: WorkspaceId; id: WebhookId }

/** How long the log is kept. */
export const LOG_KEPT_MS = 30 * 86_400_000
const INSERTED_AT_ONCE = 1000

export async function activeWebhooks(
  tx: Tx,
  workspaceId: WorkspaceId,
): Promise<{ id: WebhookId; events: string[] }[]> {
  const { rows } = await sql<{ id: string; events: string[] }>`${sql.raw(often)}
    select id, events from webhook_endpoints
    where workspace_id = ${workspaceId} and state = 'active'`.execute(tx)
  return rows.map(({ id, events }) => ({ id: WebhookId.parse(id), events }))
}

export type NewCall = {
  id: WebhookCallId
  type: string
  data: Record<string, string>
  once?: string
  byHand: boolean
}

export async function insertCalls(
  tx: Tx,
  { workspaceId, id }: Place,
  { calls, now }: { calls: readonly NewCall[]; now: Date },
): Promise<void> {
  for (let from = 0; from < calls.length; from += INSERTED_AT_ONCE)
    await tx
      .insertInto('webhook_calls')
      .values(
        calls.slice(from, from + INSERTED_AT_ONCE).map((call) => ({
          workspace_id: workspaceId,
          id: call.id,
          endpoint_id: id,
          type: call.type,
          data: JSON.stringify(call.data),
          once: call.once ?? null,
          state: 'waiting' as const,
          by_hand: call.byHand,
          round_began_at: now,
          next_at: now,
          tried_at: null,
          took_ms: null,
          status: null,
          answer: null,
          problem: null,
          created_at: now,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['workspace_id', 'endpoint_id', 'once']).doNothing(),
      )
      .execute()
}

/** Those that were not removed, oldest first. */
export async function listWebhooks(tx: Tx, workspaceId: WorkspaceId): Promise<WebhookRow[]> {
  return tx
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('state', '<>', 'removed')
    .orderBy('id')
    .execute()
}

/** One that was not removed, locked until the transaction ends. */
export async function lockWebhook(
  tx: Tx,
  { workspaceId, id }: Place,
): Promise<WebhookRow | undefined> {
  return (
    tx
      .selectFrom('webhook_endpoints')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .where('state', '<>', 'removed')
      // Weaker than `for update`: whoever tells it of something need not wait.
      .forNoKeyUpdate()
      .executeTakeFirst()
  )
}

export async function insertWebhook(
  tx: Tx,
  { workspaceId, id }: Place,
  values: { url: string; events: string[]; secretId: SecretId; now: Date },
): Promise<WebhookRow> {
  return tx
    .insertInto('webhook_endpoints')
    .values({
      workspace_id: workspaceId,
      id,
      url: values.url,
      events: values.events,
      secret_id: values.secretId,
      state: 'active',
      paused_why: null,
      busy_until: null,
      rest_until: null,
      succeeded_at: null,
      created_at: values.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function updateWebhook(
  tx: Tx,
  { workspaceId, id }: Place,
  change: Updateable<Tables['webhook_endpoints']>,
): Promise<WebhookRow> {
  return tx
    .updateTable('webhook_endpoints')
    .set(change)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The next calls that may be made now: all that are due, or only those a person asked for. */
export async function dueCalls(
  tx: Tx,
  { workspaceId, id }: Place,
  { now, limit, onlyByHand }: { now: Date; limit: number; onlyByHand: boolean },
): Promise<CallRow[]> {
  let query = tx
    .selectFrom('webhook_calls')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('endpoint_id', '=', id)
    .where('state', '=', 'waiting')
    .where('next_at', '<=', now)
  if (onlyByHand) query = query.where('by_hand', '=', true)
  return query.orderBy('by_hand', 'desc').orderBy('next_at').limit(limit).execute()
}

/** When the next call waits to be made, or null. */
export async function nextCallAt(
  tx: Tx,
  { workspaceId, id }: Place,
  onlyByHand: boolean,
): Promise<Date | null> {
  let query = tx
    .selectFrom('webhook_calls')
    .select('next_at')
    .where('workspace_id', '=', workspaceId)
    .where('endpoint_id', '=', id)
    .where('state', '=', 'waiting')
  if (onlyByHand) query = query.where('by_hand', '=', true)
  return (await query.orderBy('next_at').limit(1).executeTakeFirst())?.next_at ?? null
}

export async function updateCalls(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly string[],
  change: Updateable<Tables['webhook_calls']>,
): Promise<void> {
  await tx
    .updateTable('webhook_calls')
    .set(change)
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', [...ids])
    .execute()
}

/** Forgets what is older than the log is kept. @returns when the oldest that is left falls due, or null */
export async function forgetOldCalls(
  tx: Tx,
  { workspaceId, id }: Place,
  now: Date,
): Promise<Date | null> {
  await tx
    .deleteFrom('webhook_calls')
    .where('workspace_id', '=', workspaceId)
    .where('endpoint_id', '=', id)
    .where('created_at', '<', new Date(now.getTime() - LOG_KEPT_MS))
    .execute()
  const oldest = await tx
    .selectFrom('webhook_calls')
    .select('created_at')
    .where('workspace_id', '=', workspaceId)
    .where('endpoint_id', '=', id)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return oldest ? new Date(oldest.created_at.getTime() + LOG_KEPT_MS + 1000) : null
}

export async function deleteCalls(tx: Tx, { workspaceId, id }: Place): Promise<void> {
  await tx
    .deleteFrom('webhook_calls')
    .where('workspace_id', '=', workspaceId)
    .where('endpoint_id', '=', id)
    .execute()
}

/** The log, newest first. */
export async function listCalls(
  tx: Tx,
  { workspaceId, id }: Place,
  { before, limit, now }: { before: WebhookCallId | null; limit: number; now: Date },
): Promise<CallRow[]> {
  let query = tx
    .selectFrom('webhook_calls')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('endpoint_id', '=', id)
    .where('created_at', '>=', new Date(now.getTime() - LOG_KEPT_MS))
  if (before !== null) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

export async function findCall(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: WebhookCallId,
): Promise<CallRow | undefined> {
  return tx
    .selectFrom('webhook_calls')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
}

export function secretOf(row: WebhookRow): SecretId {
  return SecretId.parse(row.secret_id)
}
