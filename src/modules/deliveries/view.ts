import type { Selectable } from 'kysely'
import type { DeliveryView } from '../../../contract/deliveries.ts'
import type { Tables } from '../../platform/db-tables.ts'
import type { Actor } from '../access/index.ts'
import { canCancel, canDecide, canRetry } from './policy.ts'
import type { Delivery } from './store.ts'

type AttemptRow = Selectable<Tables['delivery_attempts']>

export function viewDelivery(
  delivery: Delivery,
  attempts: readonly AttemptRow[],
  actor: Actor,
): DeliveryView {
  const cancel = canCancel(actor, delivery)
  return {
    id: delivery.id,
    state: delivery.state,
    channelId: delivery.channelId,
    conversationId: delivery.conversationId,
    replyTo: delivery.replyToMessageId,
    text: delivery.content.text,
    contentWarning: delivery.content.contentWarning,
    media: delivery.content.media.map(({ id, alt }) => ({ id, alt, path: `/api/v1/media/${id}` })),
    undoUntil: cancel && isInUndoTime(delivery) ? delivery.notBefore.toISOString() : null,
    reason: delivery.reason,
    remote: delivery.remote,
    createdBy: delivery.createdByName,
    createdAt: delivery.createdAt.toISOString(),
    sentAt: delivery.sentAt?.toISOString() ?? null,
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      kind: attempt.kind,
      startedAt: attempt.started_at.toISOString(),
      finishedAt: attempt.finished_at?.toISOString() ?? null,
      outcome: attempt.outcome,
      detail: attempt.detail,
    })),
    can: { cancel, retry: canRetry(actor, delivery), decide: canDecide(actor, delivery) },
  }
}

/** Nothing was tried yet, and there was time given to think again. */
function isInUndoTime(delivery: Delivery): boolean {
  const { state, attempts, notBefore, createdAt } = delivery
  return state === 'queued' && attempts === 0 && notBefore > createdAt
}
