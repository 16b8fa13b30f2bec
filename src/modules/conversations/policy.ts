import { type Actor, can } from '../access/index.ts'

export function canReadConversations(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

export function canReply(actor: Actor): boolean {
  return can(actor, 'reply')
}

export function canDraft(actor: Actor): boolean {
  return can(actor, 'draft')
}

export function canNote(actor: Actor): boolean {
  return can(actor, 'note')
}

export function canAssign(actor: Actor): boolean {
  return can(actor, 'assign')
}
