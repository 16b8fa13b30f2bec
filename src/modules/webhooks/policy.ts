import { type Actor, can } from '../access/index.ts'

/** Who may have an address told of what happens in the business. */
export function canManageWebhooks(actor: Actor): boolean {
  return can(actor, 'manage-workspace')
}
