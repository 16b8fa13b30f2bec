import type { RawEvent } from '../contract.ts'
import { type Api, apiOf, type BlueskySession, isMissing, rejected, request } from './api.ts'
import { POSTS_AT_ONCE, partsOf, readPosts } from './posts.ts'
import { goneEvent, postEvent } from './raw.ts'

export const recheckBatch = POSTS_AT_ONCE
type Known = { remoteId: string; version: string }

/**
 * Asks for posts again. A post that is not shown need not be deleted: a block in either direction, a
 * moderator's doubt or a gap in the index hide it too. So deleted is only what is missing from the
 * record store as well (`com.atproto.repo.getRecord`: the account's own server answers for those who
 * live there, the index's copy of the records for all others), which knows no blocks; any other answer
 * leaves the message as it is, to be looked at again. The author's own server is not asked: it is a
 * host that a stranger chose. Private messages are skipped, their log tells of deletions.
 */
export async function recheck(
  session: BlueskySession,
  messages: readonly Known[],
): Promise<RawEvent[]> {
  const api = apiOf(session)
  const posts = messages.filter(({ remoteId }) => remoteId.startsWith('at://'))
  const shown = await readPosts(
    api,
    posts.map(({ remoteId }) => remoteId),
  )
  const events: RawEvent[] = []
  for (const { remoteId: uri, version } of posts) {
    const post = shown.get(uri)
    if (!post) {
      if (await isDeleted(api, uri)) events.push(goneEvent(uri, session.now()))
    } else if (post.cid !== version)
      events.push(postEvent({ uri, cid: post.cid, editedAt: session.now() }, post.json))
  }
  return events
}

async function isDeleted(api: Api, uri: string): Promise<boolean> {
  const parts = partsOf(uri)
  if (!parts) return false
  const answer = await request(api, { name: 'com.atproto.repo.getRecord', query: parts })
  if (answer.status < 300) return false
  if (isMissing(answer)) return true
  // An account that is gone or hidden as a whole may come back with its posts.
  if (answer.status === 400) return false
  throw rejected(answer)
}
