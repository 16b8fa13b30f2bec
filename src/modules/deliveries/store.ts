import { type Selectable, sql } from 'kysely'
import { DeliveryReason, type DeliveryState } from '../../../contract/deliveries.ts'
import {
  ChannelId,
  ConversationId,
  DeliveryId,
  MemberId,
  MessageId,
  WorkspaceId,
} from '../../../contract/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Tables } from '../../platform/db-tables.ts'
import { DeliveryContent } from './content.ts'

export type Delivery = {
  workspaceId: WorkspaceId
  id: DeliveryId
  channelId: ChannelId
  conversationId: ConversationId
  replyToMessageId: MessageId
  state: DeliveryState
  content: DeliveryContent
  key: string
  notBefore: Date
  attempts: number
  looks: number
  inDoubt: boolean
  reason: DeliveryReason | null
  remote: { id: string; url: string | null } | null
  createdBy: string
  createdByName: string
  memberId: MemberId | null
  requestHash: string | null
  createdAt: Date
  sentAt: Date | null
}

export function readDelivery(row: Selectable<Tables['deliveries']>): Delivery {
  return {
    workspaceId: WorkspaceId.parse(row.workspace_id),
    id: DeliveryId.parse(row.id),
    channelId: ChannelId.parse(row.channel_id),
    conversationId: ConversationId.parse(row.conversation_id),
    replyToMessageId: MessageId.parse(row.reply_to_message_id),
    state: row.state,
    content: DeliveryContent.parse(row.content),
    key: row.send_key,
    notBefore: row.not_before,
    attempts: row.attempts,
    looks: row.looks,
    inDoubt: row.in_doubt,
    reason: DeliveryReason.nullable().parse(row.reason),
    remote: row.remote_id === null ? null : { id: row.remote_id, url: row.remote_url },
    createdBy: row.created_by,
    createdByName: row.created_by_name,
    memberId: MemberId.nullable().parse(row.member_id),
    requestHash: row.request_hash,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  }
}

export async function findDelivery(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: DeliveryId,
  { lock = false } = {},
): Promise<Delivery | undefined> {
  const row = await tx
    .selectFrom('deliveries')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst()
  return row && readDelivery(row)
}

export async function findByIdempotencyKey(
  tx: Tx,
  workspaceId: WorkspaceId,
  createdBy: string,
  key: string,
): Promise<Delivery | undefined> {
  const row = await tx
    .selectFrom('deliveries')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('created_by', '=', createdBy)
    .where('idempotency_key', '=', key)
    .executeTakeFirst()
  return row && readDelivery(row)
}

export type NewDelivery = Pick<
  Delivery,
  | 'workspaceId'
  | 'id'
  | 'channelId'
  | 'conversationId'
  | 'replyToMessageId'
  | 'content'
  | 'key'
  | 'notBefore'
  | 'createdBy'
  | 'createdByName'
  | 'memberId'
  | 'requestHash'
  | 'createdAt'
> & { idempotencyKey: string | null }

/** @returns false when the same person already asked with this idempotency key */
export async function insertDelivery(tx: Tx, delivery: NewDelivery): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('deliveries')
    .values({
      workspace_id: delivery.workspaceId,
      id: delivery.id,
      channel_id: delivery.channelId,
      conversation_id: delivery.conversationId,
      reply_to_message_id: delivery.replyToMessageId,
      state: 'queued',
      content: JSON.stringify(delivery.content),
      send_key: delivery.key,
      not_before: delivery.notBefore,
      created_by: delivery.createdBy,
      created_by_name: delivery.createdByName,
      member_id: delivery.memberId,
      idempotency_key: delivery.idempotencyKey,
      request_hash: delivery.requestHash,
      created_at: delivery.createdAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'created_by', 'idempotency_key']).doNothing(),
    )
    .executeTakeFirstOrThrow()
  return Number(numInsertedOrUpdatedRows ?? 0) > 0
}

/** Workspaces that have something due now. Asked as the dispatcher. */
export async function workspacesWithDue(dispatch: Db): Promise<WorkspaceId[]> {
  const { rows } = await sql<{ workspace_id: string }>`
    select distinct d.workspace_id from deliveries d
    where (d.state in ('queued', 'sending') and d.not_before <= now() and coalesce(d.lease_until <= now(), true))
      or (d.state = 'held' and exists (select from channels c
        where c.workspace_id = d.workspace_id and c.id = d.channel_id and c.state = 'connected'))
    limit 1000`.execute(dispatch)
  return rows.map((row) => WorkspaceId.parse(row.workspace_id))
}

type Claim = {
  holder: string
  leaseMs: number
  limit: number
  /** Those that this worker is still at work on, though their lease may have run out meanwhile. */
  except: readonly DeliveryId[]
}

/**
 * Takes deliveries that are due, each for one worker: those of one conversation in the order in which
 * they were asked for, one at a time. What was held goes on when its channel is well again, before
 * what was asked for after it.
 */
export async function claimDeliveries(
  tx: Tx,
  workspaceId: WorkspaceId,
  { holder, leaseMs, limit, except }: Claim,
): Promise<Delivery[]> {
  await sql`
    update deliveries d set state = case when d.in_doubt then 'sending' else 'queued' end, not_before = now()
    from channels c
    where d.workspace_id = ${workspaceId} and d.state = 'held'
      and c.workspace_id = d.workspace_id and c.id = d.channel_id and c.state = 'connected'`.execute(
    tx,
  )
  const { rows } = await sql<Selectable<Tables['deliveries']>>`
    with due as (
      select workspace_id, id from deliveries d
      where d.workspace_id = ${workspaceId} and d.state in ('queued', 'sending') and d.not_before <= now()
        and coalesce(d.lease_until <= now(), true) and d.id <> all(${[...except]}::uuid[])
        and not exists (
          select from deliveries earlier
          where earlier.workspace_id = d.workspace_id and earlier.conversation_id = d.conversation_id
            and earlier.state in ('queued', 'held', 'sending') and (earlier.created_at, earlier.id) < (d.created_at, d.id))
      order by d.not_before
      limit ${limit}
      for update skip locked
    )
    update deliveries d set
      state = 'sending', lease_holder = ${holder}, updated_at = now(),
      lease_until = now() + make_interval(secs => ${leaseMs / 1000})
    from due where d.workspace_id = due.workspace_id and d.id = due.id
    returning d.*`.execute(tx)
  return rows.map(readDelivery)
}

/** Prolongs the leases of the deliveries that `holder` is still at work on: `ids`. */
export async function renewLeases(
  tx: Tx,
  workspaceId: WorkspaceId,
  { holder, leaseMs, ids }: { holder: string; leaseMs: number; ids: readonly DeliveryId[] },
): Promise<void> {
  await sql`
    update deliveries set lease_until = now() + make_interval(secs => ${leaseMs / 1000})
    where workspace_id = ${workspaceId} and state = 'sending' and lease_holder = ${holder}
      and id = any(${[...ids]}::uuid[])`.execute(tx)
}

/** Attempts of these deliveries, in order, by delivery. */
export async function attemptsOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly DeliveryId[],
): Promise<Map<string, Selectable<Tables['delivery_attempts']>[]>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('delivery_attempts')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`delivery_id = any(${[...ids]}::uuid[])`)
    .orderBy('number')
    .execute()
  return Map.groupBy(rows, (row) => row.delivery_id)
}

/** Remote ids that other deliveries of the channel are known to have made. */
export async function remoteIdsTaken(
  tx: Tx,
  { workspaceId, channelId, id }: Pick<Delivery, 'workspaceId' | 'channelId' | 'id'>,
  remoteIds: readonly string[],
): Promise<Set<string>> {
  if (remoteIds.length === 0) return new Set()
  const rows = await tx
    .selectFrom('deliveries')
    .select('remote_id')
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .where('id', '<>', id)
    .where('remote_id', 'in', [...remoteIds])
    .execute()
  return new Set(rows.flatMap((row) => row.remote_id ?? []))
}
