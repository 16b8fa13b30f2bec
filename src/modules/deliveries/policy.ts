import { type Actor, can } from '../access/index.ts'
import type { Delivery } from './store.ts'

export function canReadDelivery(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

/** It has certainly not left yet. */
export function canCancel(actor: Actor, delivery: Delivery): boolean {
  const notLeft = delivery.state === 'queued' || delivery.state === 'held'
  return can(actor, 'reply') && notLeft && !delivery.inDoubt
}

export function canRetry(actor: Actor, delivery: Delivery): boolean {
  return can(actor, 'reply') && delivery.state === 'failed'
}

/** Whether an uncertain reply stands on the network, goes again or is given up. */
export function canDecide(actor: Actor, delivery: Delivery): boolean {
  return can(actor, 'reply') && delivery.state === 'unknown'
}
