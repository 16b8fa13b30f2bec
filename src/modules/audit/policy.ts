import { type Actor, can } from '../access/index.ts'

export function canReadAudit(actor: Actor): boolean {
  return can(actor, 'read-audit')
}
