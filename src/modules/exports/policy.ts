import { type Actor, can } from '../access/index.ts'

/** Everything at once, to be carried away: owners, the operator, and keys that name this scope. */
export function canExport(actor: Actor): boolean {
  return can(actor, 'export-everything')
}
