import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { comparableId } from '../store/ids.ts'
import { queryOf } from './params.ts'

const Cursor = z.object({
  limit: z.coerce.number().int().catch(0).optional(),
  since_id: z.coerce.string().optional(),
  min_id: z.coerce.string().optional(),
  max_id: z.coerce.string().optional(),
})

/** Cuts one page as Mastodon does out of items in ascending order of id: newest first; `since_id`
 * gives the newest ones after it, `min_id` those directly after it; sets the Link header. */
export function sendPage<T>(request: FastifyRequest, reply: FastifyReply, page: PageOf<T>): T[] {
  const asked = Cursor.parse(queryOf(request))
  const limit = Math.min(Math.max(asked.limit || page.limit, 1), page.max)
  const after = comparableId(asked.min_id) ?? comparableId(asked.since_id)
  const before = comparableId(asked.max_id)
  const within = page.items.filter((item) => {
    const id = page.idOf(item)
    return (after === null || id > after) && (before === null || id < before)
  })
  const oldestFirst = comparableId(asked.min_id) !== null
  const cut = (oldestFirst ? within.slice(0, limit) : within.slice(-limit)).reverse()
  const newest = cut[0]
  const oldest = cut.at(-1)
  if (newest !== undefined && oldest !== undefined) {
    const link = (name: string, id: string) => `${address(page.base, request, name, id)}`
    const links = [`<${link('min_id', page.idOf(newest))}>; rel="prev"`]
    if (cut.length === limit) links.unshift(`<${link('max_id', page.idOf(oldest))}>; rel="next"`)
    reply.header('link', links.join(', '))
  }
  return cut
}

function address(base: string, request: FastifyRequest, name: string, id: string): string {
  const url = new URL(request.url, base)
  for (const cursor of ['since_id', 'min_id', 'max_id', 'access_token']) {
    url.searchParams.delete(cursor)
  }
  url.searchParams.set(name, id)
  return url.href
}

type PageOf<T> = {
  base: string
  items: T[]
  idOf: (item: T) => string
  limit: number
  max: number
}
