import { z } from 'zod'
import type { Json } from '../contract.ts'
import { type Api, ask } from './api.ts'
import { AnyJson } from './schemas.ts'

/** app.bsky.feed.getPosts takes this many. */
export const POSTS_AT_ONCE = 25
const Head = z.object({ uri: z.string(), cid: z.string() })

/** Posts as the network shows them to the account, by uri. What it does not show is missing. */
export async function readPosts(
  api: Api,
  uris: readonly string[],
): Promise<Map<string, { cid: string; json: Json }>> {
  const found = new Map<string, { cid: string; json: Json }>()
  for (let i = 0; i < uris.length; i += POSTS_AT_ONCE) {
    const call = {
      name: 'app.bsky.feed.getPosts',
      query: { uris: uris.slice(i, i + POSTS_AT_ONCE) },
    }
    const { posts } = await ask(api, call, z.object({ posts: z.array(AnyJson) }))
    for (const json of posts) {
      const head = Head.safeParse(json)
      if (head.success) found.set(head.data.uri, { cid: head.data.cid, json })
    }
  }
  return found
}

/** The parts of the address of a record; null when it is none. */
export function partsOf(uri: string): { repo: string; collection: string; rkey: string } | null {
  const [, repo, collection, rkey] = /^at:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(uri) ?? []
  return repo && collection && rkey ? { repo, collection, rkey } : null
}
