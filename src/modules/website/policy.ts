import { type Actor, can } from '../access/index.ts'

export function canReadForm(actor: Actor): boolean {
  return can(actor, 'read-channels')
}

export function canChangeForm(actor: Actor): boolean {
  return can(actor, 'manage-channels')
}

export function canSeeVisitor(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}
