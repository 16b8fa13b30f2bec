import { type Actor, can } from '../access/index.ts'

export function canReadPeople(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

/** Notes, tags, consents, and how it went on after a complaint. */
export function canNotePeople(actor: Actor): boolean {
  return can(actor, 'note')
}

export function canMergePeople(actor: Actor): boolean {
  return can(actor, 'merge-people')
}

/** Import, export and erasure. */
export function canManagePeople(actor: Actor): boolean {
  return can(actor, 'manage-people')
}
