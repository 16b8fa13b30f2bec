import { type Actor, can } from '../access/index.ts'

export function canReadDepartments(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

export function canManageDepartments(actor: Actor): boolean {
  return can(actor, 'manage-workspace')
}
