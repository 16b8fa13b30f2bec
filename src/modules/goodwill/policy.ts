import { type Actor, can } from '../access/index.ts'

export function canReadGoodwill(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

/** Whoever may write notes may say what was done for a customer, and correct it; the audit log keeps who. */
export function canRecordGoodwill(actor: Actor): boolean {
  return can(actor, 'note')
}

export function canChangeCurrency(actor: Actor): boolean {
  return can(actor, 'manage-workspace')
}
