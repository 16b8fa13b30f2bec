import { type Actor, can } from '../access/index.ts'

export function canReadReplyTimes(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

export function canChangeReplyTimes(actor: Actor): boolean {
  return can(actor, 'manage-workspace')
}
