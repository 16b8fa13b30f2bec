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

/** Say what kind a customer's message is: it counts in figures that everybody reads. */
export function canCorrect(actor: Actor): boolean {
  return can(actor, 'assign')
}

/** Merge and split conversations, and undo it: the right to say whose a conversation is. */
export function canMove(actor: Actor): boolean {
  return can(actor, 'assign')
}
