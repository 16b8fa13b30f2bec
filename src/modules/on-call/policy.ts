import type { MemberRole } from '../../../contract/session.ts'
import { type Actor, can } from '../access/index.ts'

/** Who is on call, which pages there are, and who was called. */
export function canSeePages(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

export function canSetOnCall(actor: Actor): boolean {
  return can(actor, 'manage-workspace')
}

/** Whoever takes conversations up can take up a page. */
export function canAcknowledge(actor: Actor): boolean {
  return can(actor, 'assign')
}

/** One's own browsers only: whose they are, is the session's to say. */
export function canBePushed(actor: Actor): boolean {
  return actor.kind === 'member' && canSeePages(actor)
}

/** Roles that can answer customers: others would be woken for nothing. */
export const callableRoles: readonly MemberRole[] = ['owner', 'admin', 'publisher', 'responder']
