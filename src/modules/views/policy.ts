import { type Actor, actorTag, can } from '../access/index.ts'

type Kept = { memberId: string | null; createdBy: string }

/** One's own views are one's own affair; who works with customers may make some for everybody. */
export function canMakeView(actor: Actor, shared: boolean): boolean {
  return can(actor, 'read-conversations') && (!shared || can(actor, 'assign'))
}

export function canSeeView(actor: Actor, { memberId }: Kept): boolean {
  return memberId === null || (actor.kind === 'member' && actor.memberId === memberId)
}

/** One's own, and shared ones that one has made or that one looks after. */
export function canChangeView(actor: Actor, view: Kept): boolean {
  if (view.memberId !== null) return canSeeView(actor, view)
  return (
    can(actor, 'assign') && (can(actor, 'manage-workspace') || view.createdBy === actorTag(actor))
  )
}
