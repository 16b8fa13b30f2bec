import { sql } from 'kysely'
import type { DeliveryReason } from '../../../contract/deliveries.ts'
import type { Sent } from '../../connectors/contract.ts'
import { announce, type Tx } from '../../platform/db.ts'
import { tell } from '../webhooks/index.ts'
import type { Step } from './next-step.ts'
import type { Delivery } from './store.ts'

export type Attempt = { number: number; kind: 'send' | 'look'; holder: string }

/**
 * Writes down, before the network is called, that it is about to be: whoever finds this delivery after
 * a crash knows that it may have left.
 * @returns undefined when the delivery is no longer this worker's
 */
export async function beginAttempt(
  tx: Tx,
  delivery: Delivery,
  kind: Attempt['kind'],
  holder: string,
): Promise<Attempt | undefined> {
  const { rows } = await sql<{ number: number }>`
    update deliveries set in_doubt = true, updated_at = now(),
      attempts = attempts + ${kind === 'send' ? 1 : 0},
      looks = ${kind === 'send' ? 0 : delivery.looks + 1}
    where workspace_id = ${delivery.workspaceId} and id = ${delivery.id}
      and state = 'sending' and lease_holder = ${holder}
    returning (select coalesce(max(number), 0) + 1 from delivery_attempts
      where workspace_id = ${delivery.workspaceId} and delivery_id = ${delivery.id}) as number`.execute(
    tx,
  )
  const number = rows[0]?.number
  if (number === undefined) return undefined
  await tx
    .insertInto('delivery_attempts')
    .values({
      workspace_id: delivery.workspaceId,
      delivery_id: delivery.id,
      number,
      kind,
      started_at: sql<Date>`clock_timestamp()`,
    })
    .execute()
  await announce(tx, { workspace: delivery.workspaceId, kind: 'delivery', id: delivery.id })
  return { number, kind, holder }
}

/** Writes down how an attempt ended and what follows for the delivery. */
export async function endAttempt(
  tx: Tx,
  delivery: Delivery,
  attempt: Attempt,
  { outcome, detail, step }: { outcome: string; detail: string; step: Step },
): Promise<void> {
  await tx
    .updateTable('delivery_attempts')
    .set({ finished_at: sql<Date>`clock_timestamp()`, outcome, detail: detail.slice(0, 2000) })
    .where('workspace_id', '=', delivery.workspaceId)
    .where('delivery_id', '=', delivery.id)
    .where('number', '=', attempt.number)
    .execute()
  switch (step.do) {
    case 'sent':
      await markSent(tx, delivery, step.sent)
      break
    case 'send':
      return
    case 'wait':
      await settle(tx, delivery, attempt, {
        state: step.inDoubt ? 'sending' : 'queued',
        inDoubt: step.inDoubt,
        notBefore: step.at,
        reason: step.reason,
      })
      break
    case 'hold':
      await settle(tx, delivery, attempt, {
        state: 'held',
        inDoubt: step.inDoubt,
        reason: step.reason,
      })
      break
    case 'fail':
      await settle(tx, delivery, attempt, { state: 'failed', inDoubt: false, reason: step.reason })
      break
    case 'unknown':
      await settle(tx, delivery, attempt, { state: 'unknown', inDoubt: true, reason: step.reason })
      break
  }
  await announce(
    tx,
    { workspace: delivery.workspaceId, kind: 'delivery', id: delivery.id },
    { workspace: delivery.workspaceId, kind: 'conversation', id: delivery.conversationId },
  )
}

/** It stands on the network: true whatever another worker wrote meanwhile. */
export async function markSent(tx: Tx, delivery: Delivery, sent: Sent): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({
      state: 'sent',
      in_doubt: false,
      reason: null,
      remote_id: sent.remoteId,
      remote_url: sent.url,
      sent_at: sent.at,
      lease_holder: null,
      lease_until: null,
      updated_at: sql<Date>`now()`,
    })
    .where('workspace_id', '=', delivery.workspaceId)
    .where('id', '=', delivery.id)
    .execute()
}

type Settled = {
  state: Delivery['state']
  inDoubt: boolean
  reason: DeliveryReason
  notBefore?: Date
}

// Only while the lease is ours: whoever took the delivery over since knows better.
async function settle(
  tx: Tx,
  delivery: Delivery,
  { holder }: Attempt,
  next: Settled,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('deliveries')
    .set({
      state: next.state,
      in_doubt: next.inDoubt,
      reason: JSON.stringify(next.reason),
      lease_holder: null,
      lease_until: null,
      updated_at: sql<Date>`now()`,
      ...(next.notBefore ? { not_before: next.notBefore } : {}),
    })
    .where('workspace_id', '=', delivery.workspaceId)
    .where('id', '=', delivery.id)
    .where('state', '=', 'sending')
    .where('lease_holder', '=', holder)
    .executeTakeFirst()
  const over = next.state === 'failed' || next.state === 'unknown'
  if (over && numUpdatedRows > 0n) {
    const { id, conversationId, channelId } = delivery
    const data = { deliveryId: id, conversationId, channelId, state: next.state }
    await tell(tx, delivery.workspaceId, [{ type: 'reply.failed', data }])
  }
}
