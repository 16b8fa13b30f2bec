import type { Found, OutgoingReply } from '../contract.ts'
import { apiOf, type BlueskySession } from './api.ts'
import { findStanding } from './deliver.ts'
import { findPrivately } from './private.ts'

/**
 * Looks for a reply under its key in the account's own repository, which is where it would stand; no
 * index is asked, so nothing can lag behind. Repeating is always safe (see `deliver`).
 */
export async function find(session: BlueskySession, reply: OutgoingReply): Promise<Found> {
  if (reply.visibility === 'private') return findPrivately(session, reply)
  const standing = await findStanding(apiOf(session), reply.key)
  return {
    matches: standing ? [standing] : [],
    repeatSafe: true,
    looked: `the account's repository, for the record ${reply.key}`,
  }
}
