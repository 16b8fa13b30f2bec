import { sql } from 'kysely'
import type { DeliveryDecision } from '../../../contract/deliveries.ts'
import type { DeliveryId } from '../../../contract/ids.ts'
import { announce, inWorkspace, type Tx, wakeWorkers } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { type Actor, authorize, can } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { refuseCopyAgain } from '../uniqueness/index.ts'
import { markSent } from './attempts.ts'
import type { DeliveryDeps } from './deps.ts'
import { canCancel, canDecide, canRetry } from './policy.ts'
import { type Delivery, findDelivery, remoteIdsTaken } from './store.ts'

type Deps = Pick<DeliveryDeps, 'database' | 'onSent' | 'clock'>

/** Takes a reply back before it leaves. @throws AppError `conflict` when it has left or may have */
export function cancelDelivery(deps: Deps, actor: Actor, id: DeliveryId): Promise<Delivery> {
  return change(deps, actor, id, 'reply.cancelled', async (tx, delivery) => {
    if (!canCancel(actor, delivery))
      throw new AppError('conflict', 'It is too late: the reply is on its way or has left.')
    await setState(tx, delivery, 'cancelled')
  })
}

/** Sends a reply that the network refused once more, after its cause was mended. */
export function retryDelivery(deps: Deps, actor: Actor, id: DeliveryId): Promise<Delivery> {
  return change(deps, actor, id, 'reply.retried', async (tx, delivery) => {
    if (!canRetry(actor, delivery))
      throw new AppError('conflict', 'Only a reply that failed can be sent again.')
    // Somebody may have said the same meanwhile.
    const { text } = delivery.content
    await refuseCopyAgain(tx, actor, { id, text, now: deps.clock() })
    await setState(tx, delivery, 'queued')
  })
}

/** A person says what became of a reply whose outcome could not be found out. */
export function decideDelivery(
  deps: Deps,
  actor: Actor,
  id: DeliveryId,
  decision: DeliveryDecision,
): Promise<Delivery> {
  return change(deps, actor, id, `reply.decided.${decision.decision}`, async (tx, delivery) => {
    if (!canDecide(actor, delivery))
      throw new AppError(
        'conflict',
        'There is nothing to decide: the outcome of this reply is known.',
      )
    switch (decision.decision) {
      case 'send-again':
        return setState(tx, delivery, 'queued')
      case 'give-up':
        return setState(tx, delivery, 'cancelled')
      case 'it-is-there':
        return accept(tx, deps, delivery, decision.remoteId)
    }
  })
}

async function accept(tx: Tx, deps: Deps, delivery: Delivery, remoteId: string): Promise<void> {
  if ((await remoteIdsTaken(tx, delivery, [remoteId])).has(remoteId))
    throw badField('remoteId', 'belongs to another reply of yours')
  const candidate = delivery.reason?.candidates?.find((one) => one.remoteId === remoteId)
  const sent = {
    remoteId,
    url: candidate?.url ?? null,
    at: candidate ? new Date(candidate.at) : deps.clock(),
  }
  await deps.onSent(tx, delivery, sent)
  await markSent(tx, delivery, sent)
}

async function change(
  deps: Deps,
  actor: Actor,
  id: DeliveryId,
  act: string,
  apply: (tx: Tx, delivery: Delivery) => Promise<void>,
): Promise<Delivery> {
  authorize(actor, can(actor, 'reply'))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const delivery = await findDelivery(tx, actor.workspaceId, id, { lock: true })
    if (!delivery) throw new AppError('not-found', 'There is no such delivery.')
    await apply(tx, delivery)
    await recordAct(tx, actor, {
      act,
      subject: `delivery:${id}`,
      detail: { conversation: delivery.conversationId },
    })
    await announce(
      tx,
      { workspace: actor.workspaceId, kind: 'delivery', id },
      { workspace: actor.workspaceId, kind: 'conversation', id: delivery.conversationId },
    )
    await wakeWorkers(tx)
    const changed = await findDelivery(tx, actor.workspaceId, id)
    return changed ?? delivery
  })
}

async function setState(tx: Tx, delivery: Delivery, state: 'queued' | 'cancelled'): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({
      state,
      in_doubt: false,
      looks: 0,
      reason: null,
      lease_holder: null,
      lease_until: null,
      not_before: sql<Date>`now()`,
      updated_at: sql<Date>`now()`,
    })
    .where('workspace_id', '=', delivery.workspaceId)
    .where('id', '=', delivery.id)
    .execute()
}
