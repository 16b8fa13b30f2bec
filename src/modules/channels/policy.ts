import { type Actor, can } from '../access/index.ts'

export function canManageChannels(actor: Actor): boolean {
  return can(actor, 'manage-channels')
}

export function canReadChannels(actor: Actor): boolean {
  return can(actor, 'read-channels')
}
