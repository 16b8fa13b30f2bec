import { type Actor, can } from '../access/index.ts'

/**
 * May `actor` decide who lets people in? Only a person: an API key that could add a provider could make
 * itself an admin.
 */
export function mayManageSignIn(actor: Actor): boolean {
  return actor.kind === 'member' && can(actor, 'manage-workspace')
}
