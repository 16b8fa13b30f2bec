import type { MemberRole } from '../../../contract/session.ts'
import { type Actor, can, mayGiveRole } from '../access/index.ts'

/** May `actor` remove a member of this role? Owners are removed by owners only; anybody may leave. */
export function mayRemove(actor: Actor, member: { id: string; role: MemberRole }): boolean {
  const self = actor.kind === 'member' && actor.memberId === member.id
  return self ? can(actor, 'read-members') : mayGiveRole(actor, member.role, 'analyst')
}

/** Only who runs the machine: anybody else could take over a sign-in with its password alone. */
export function mayResetFactor(actor: Actor): boolean {
  return actor.kind === 'operator'
}

/** May `actor` give this member some other role? Nobody changes their own. */
export function mayChangeRole(actor: Actor, member: { id: string; role: MemberRole }): boolean {
  const self = actor.kind === 'member' && actor.memberId === member.id
  return !self && mayGiveRole(actor, member.role, member.role)
}
