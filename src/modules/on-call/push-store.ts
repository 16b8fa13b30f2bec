import { type Selectable, sql } from 'kysely'
import { type MemberId, PushSubscriptionId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'

export type SubscriptionRow = Selectable<Tables['push_subscriptions']>
type Place = { workspaceId: WorkspaceId; id: PushSubscriptionId }

/** The browsers of a member, oldest first. */
export async function listSubscriptions(
  tx: Tx,
  workspaceId: WorkspaceId,
  memberId: MemberId,
): Promise<SubscriptionRow[]> {
  return tx
    .selectFrom('push_subscriptions')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('member_id', '=', memberId)
    .orderBy('id')
    .execute()
}

export async function subscriptionsOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  memberId: MemberId,
): Promise<PushSubscriptionId[]> {
  const rows = await listSubscriptions(tx, workspaceId, memberId)
  return rows.map((row) => PushSubscriptionId.parse(row.id))
}

export async function findSubscription(
  tx: Tx,
  { workspaceId, id }: Place,
): Promise<SubscriptionRow | undefined> {
  return tx
    .selectFrom('push_subscriptions')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** A browser belongs to whoever subscribed it last: it has one subscription, whoever is signed in there. */
export async function saveSubscription(
  tx: Tx,
  row: Pick<
    SubscriptionRow,
    | 'workspace_id'
    | 'id'
    | 'member_id'
    | 'endpoint'
    | 'p256dh'
    | 'auth'
    | 'locale'
    | 'name'
    | 'created_at'
  >,
): Promise<SubscriptionRow> {
  const { member_id, p256dh, auth, locale, name } = row
  return tx
    .insertInto('push_subscriptions')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'endpoint'])
        .doUpdateSet({ member_id, p256dh, auth, locale, name, problem: null }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function noteSent(
  tx: Tx,
  { workspaceId, id }: Place,
  change: Partial<Pick<SubscriptionRow, 'sent_at' | 'problem'>>,
): Promise<void> {
  await tx
    .updateTable('push_subscriptions')
    .set(change)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

export async function deleteSubscription(tx: Tx, { workspaceId, id }: Place): Promise<void> {
  await tx
    .deleteFrom('push_subscriptions')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

export type VapidKeys = { publicKey: string; secretId: string }

export async function readVapid(tx: Tx, workspaceId: WorkspaceId): Promise<VapidKeys | undefined> {
  const row = await tx
    .selectFrom('on_call_settings')
    .select(['vapid_public', 'vapid_secret_id'])
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  if (!row?.vapid_public || !row.vapid_secret_id) return undefined
  return { publicKey: row.vapid_public, secretId: row.vapid_secret_id }
}

export async function saveVapid(
  tx: Tx,
  workspaceId: WorkspaceId,
  { publicKey, secretId }: VapidKeys,
): Promise<void> {
  await tx
    .updateTable('on_call_settings')
    .set({ vapid_public: publicKey, vapid_secret_id: secretId })
    .where('workspace_id', '=', workspaceId)
    .execute()
}

/** A call that no browser is left for. */
export async function forgetBrowserOfCalls(tx: Tx, { workspaceId, id }: Place): Promise<void> {
  await sql`
    update page_calls set state = 'withdrawn' where workspace_id = ${workspaceId} and subscription_id = ${id}
      and state = 'waiting'`.execute(tx)
}
