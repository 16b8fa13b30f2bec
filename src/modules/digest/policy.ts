import { type Actor, can } from '../access/index.ts'

export function canReadDigest(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

/** One's own only: whose it is, is the session's to say. */
export function canSubscribe(actor: Actor): boolean {
  return actor.kind === 'member' && canReadDigest(actor)
}

export function canSetThresholds(actor: Actor): boolean {
  return can(actor, 'manage-workspace')
}
