import { type Actor, can } from '../access/index.ts'

export function canReadSnippets(actor: Actor): boolean {
  return can(actor, 'read-conversations')
}

/** Those who answer may change what everybody begins with; one's own need only the right to write drafts. */
export function canChangeSnippet(actor: Actor, ownerId: string | null): boolean {
  if (ownerId === null) return can(actor, 'reply')
  return actor.kind === 'member' && actor.memberId === ownerId && can(actor, 'draft')
}
