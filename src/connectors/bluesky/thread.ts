import { z } from 'zod'
import type { Json, RawEvent } from '../contract.ts'
import { apiOf, type BlueskySession, rejected, request } from './api.ts'
import { postEvent } from './raw.ts'
import { AnyJson } from './schemas.ts'
import { parse } from './xrpc.ts'

/** Steps up to the root, and levels of answers below the message. */
const UP = 80
const DOWN = 6
const MOST_POSTS = 500

const Node = z.object({
  post: AnyJson,
  parent: z.unknown().optional(),
  replies: z.array(z.unknown()).catch([]),
})
const Head = z.object({ uri: z.string(), cid: z.string() })
const Thread = z.object({ thread: z.unknown() })

/**
 * The post with what stands above it, root first, and the answers below it. Parts that were deleted,
 * or that a block hides from the account, are left out; a post that is gone has no thread.
 */
export async function thread(
  session: BlueskySession,
  { remoteId }: { remoteId: string },
): Promise<RawEvent[]> {
  if (!remoteId.startsWith('at://')) return []
  const call = {
    name: 'app.bsky.feed.getPostThread',
    query: { uri: remoteId, depth: `${DOWN}`, parentHeight: `${UP}` },
  }
  const answer = await request(apiOf(session), call)
  if (answer.error === 'NotFound') return []
  if (answer.status >= 300) throw rejected(answer)
  const top = parse(call, answer.body, Thread).thread
  const posts = [...above(top), ...below(top)]
  return posts.slice(0, MOST_POSTS).flatMap((post) => {
    const head = Head.safeParse(post)
    return head.success ? [postEvent({ ...head.data, editedAt: null }, post)] : []
  })
}

function above(top: unknown): Json[] {
  const posts: Json[] = []
  let at = Node.safeParse(top).data?.parent
  for (let step = 0; step < UP; step++) {
    const node = Node.safeParse(at)
    if (!node.success) break
    posts.unshift(node.data.post)
    at = node.data.parent
  }
  return posts
}

/** Each post before its answers. */
function below(top: unknown, depth = 0): Json[] {
  const node = Node.safeParse(top)
  if (!node.success || depth > DOWN) return []
  return [node.data.post, ...node.data.replies.flatMap((reply) => below(reply, depth + 1))]
}
