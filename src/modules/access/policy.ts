import type { Ability, MemberRole, Scope } from '../../../contract/session.ts'
import { AppError } from '../../platform/errors.ts'
import type { Actor } from './actor.ts'

const reads = ['read-conversations', 'read-channels', 'read-members'] as const
const talks = [...reads, 'reply', 'draft', 'note', 'assign', 'merge-people'] as const
const manages = [
  ...talks,
  'manage-people',
  'manage-channels',
  'manage-members',
  'manage-keys',
  'read-audit',
  'operate',
  'manage-workspace',
] as const

/** What goes out of the house with it cannot be called back: owners alone, and keys made by them. */
const owns = [...manages, 'export-everything'] as const

/** What each role may do. Only owners may touch owners: see `mayGiveRole`. */
const abilitiesOf: Record<MemberRole, readonly Ability[]> = {
  owner: owns,
  admin: manages,
  publisher: talks,
  responder: talks,
  contributor: [...reads, 'draft', 'note'],
  analyst: reads,
}

// Without a second factor a session may look at nothing but its own enrolment.
/** The one question all policies are built on. Pure. */
export function can(actor: Actor, ability: Ability): boolean {
  switch (actor.kind) {
    case 'member':
      return actor.secondFactor && abilitiesOf[actor.role].includes(ability)
    case 'key':
      return actor.scopes.includes('all') || actor.scopes.includes(ability)
    case 'operator':
    case 'system':
      return true
  }
}

/** All abilities of an actor, for its view. */
export function abilitiesFor(actor: Actor): Ability[] {
  return owns.filter((ability) => can(actor, ability))
}

/** May `actor` make somebody (now of role `from`, null: new) a `to`? An owner is made and unmade only by owners. */
export function mayGiveRole(actor: Actor, from: MemberRole | null, to: MemberRole): boolean {
  if (!can(actor, 'manage-members')) return false
  const touchesOwner = from === 'owner' || to === 'owner'
  return (
    !touchesOwner ||
    actor.kind === 'operator' ||
    (actor.kind === 'member' && actor.role === 'owner')
  )
}

/** May `actor` make a key with these scopes? Nobody hands out more than they have. */
export function mayGiveScopes(actor: Actor, scopes: readonly Scope[]): boolean {
  if (!can(actor, 'manage-keys')) return false
  return scopes.every((scope) =>
    scope === 'all' ? owns.every((ability) => can(actor, ability)) : can(actor, scope),
  )
}

/** Throws `forbidden` unless allowed; a member without a second factor is told so. */
export function authorize(actor: Actor, allowed: boolean): void {
  if (allowed) return
  if (actor.kind === 'member' && !actor.secondFactor)
    throw new AppError(
      'second-factor-needed',
      'Add a second factor to your sign-in first: it protects the accounts of the business.',
    )
  throw new AppError('forbidden', 'Your role does not allow this. Ask an owner or an admin.')
}
