import type { DeliveryState, DeliveryView } from '../../../contract/deliveries.ts'
import type { ConversationId, DeliveryId } from '../../../contract/ids.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import type { DeliveryDeps } from './deps.ts'
import { canReadDelivery } from './policy.ts'
import { attemptsOf, type Delivery, findDelivery, readDelivery } from './store.ts'
import { viewDelivery } from './view.ts'

type Deps = Pick<DeliveryDeps, 'database'>

/** One delivery with its attempts. */
export async function getDelivery(deps: Deps, actor: Actor, id: DeliveryId): Promise<DeliveryView> {
  authorize(actor, canReadDelivery(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const delivery = await findDelivery(tx, actor.workspaceId, id)
    if (!delivery) throw new AppError('not-found', 'There is no such delivery.')
    return viewOne(tx, actor, delivery)
  })
}

export async function viewOne(tx: Tx, actor: Actor, delivery: Delivery): Promise<DeliveryView> {
  const attempts = await attemptsOf(tx, actor.workspaceId, [delivery.id])
  return viewDelivery(delivery, attempts.get(delivery.id) ?? [], actor)
}

export type DeliveryFilter = {
  states?: readonly DeliveryState[]
  conversationId?: ConversationId
  before?: DeliveryId
  limit: number
}

/** Deliveries, newest first. */
export async function listDeliveries(
  tx: Tx,
  actor: Actor,
  { states, conversationId, before, limit }: DeliveryFilter,
): Promise<DeliveryView[]> {
  let query = tx
    .selectFrom('deliveries')
    .selectAll()
    .where('workspace_id', '=', actor.workspaceId)
    .orderBy('id', 'desc')
    .limit(limit)
  if (states) query = query.where('state', 'in', [...states])
  if (conversationId) query = query.where('conversation_id', '=', conversationId)
  if (before) query = query.where('id', '<', before)
  const deliveries = (await query.execute()).map(readDelivery)
  const attempts = await attemptsOf(
    tx,
    actor.workspaceId,
    deliveries.map(({ id }) => id),
  )
  return deliveries.map((delivery) =>
    viewDelivery(delivery, attempts.get(delivery.id) ?? [], actor),
  )
}
