import type { MemberRole } from '../../../contract/session.ts'
import { AppError } from '../../platform/errors.ts'
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

/**
 * May this session change how the person signs in elsewhere too? One that a workspace's provider opened
 * may not: it would turn that provider's word into a way into other workspaces.
 */
export function refuseWaysIn(session: { viaSso: boolean }): void {
  if (session.viaSso)
    throw new AppError(
      'forbidden',
      'You came through your business’s own sign-in. To change this, sign in with your password.',
    )
}

/** Why the last owner with a password stays as they are. */
export function lastWayIn(): AppError {
  return new AppError(
    'conflict',
    'While everybody must use single sign-on, one owner has to be able to come with a password and an authenticator app. Let another owner set these up first.',
  )
}
