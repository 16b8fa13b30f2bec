import { type Actor, can } from '../access/index.ts'

/** Rules decide what everybody sees first, so they are for those who look after the workspace. */
export function canRoute(actor: Actor): boolean {
  return can(actor, 'manage-workspace')
}
