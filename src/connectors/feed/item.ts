import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Feed } from './fetch-feed.ts'

/** One entry of any kind of feed, in words that all of them share. Dates as the feed has them. */
export const Item = z.object({
  id: z.string().min(1),
  title: z.string(),
  /** HTML, or plain text when `plain`. */
  body: z.string(),
  plain: z.boolean(),
  link: z.string().nullable(),
  author: z.object({ name: z.string(), uri: z.string().nullable() }).nullable(),
  published: z.string().nullable(),
  updated: z.string().nullable(),
})
export type Item = z.infer<typeof Item>

const mostItems = 500
/** UTF-16 units. */
const longestBody = 65_536
const longestTitle = 1000

/** The title of a feed and its entries in the order of the document. */
export function itemsOf({ format, feed }: Feed): {
  title: string
  link: string | null
  items: Item[]
} {
  switch (format) {
    case 'rss': {
      const items = (feed.items ?? []).map((one) =>
        make({
          id: one.guid?.value ?? one.link,
          title: one.title,
          body: one.content?.encoded ?? one.description,
          link: one.link ?? (one.guid?.isPermaLink === false ? undefined : one.guid?.value),
          name: one.dc?.creators?.[0] ?? one.authors?.[0]?.name ?? one.authors?.[0]?.email,
          published: one.pubDate ?? one.dc?.dates?.[0],
        }),
      )
      return { title: feed.title ?? '', link: feed.link ?? null, items: items.slice(0, mostItems) }
    }
    case 'rdf': {
      const items = (feed.items ?? []).map((one) =>
        make({
          id: one.rdf?.about ?? one.link,
          title: one.title,
          body: one.content?.encoded ?? one.description,
          link: one.link,
          name: one.dc?.creators?.[0],
          published: one.dc?.dates?.[0],
        }),
      )
      return { title: feed.title ?? '', link: feed.link ?? null, items: items.slice(0, mostItems) }
    }
    case 'atom': {
      const items = (feed.entries ?? []).map((one) =>
        make({
          id: one.id,
          title: one.title?.value,
          body: one.content?.value ?? one.summary?.value,
          plain: (one.content?.type ?? one.summary?.type ?? 'text') === 'text',
          link: alternate(one.links),
          name: one.authors?.[0]?.name,
          uri: one.authors?.[0]?.uri,
          published: one.published ?? one.updated,
          updated: one.updated,
        }),
      )
      const title = feed.title?.value ?? ''
      return { title, link: alternate(feed.links) ?? null, items: items.slice(0, mostItems) }
    }
    case 'json': {
      const items = (feed.items ?? []).map((one) =>
        make({
          id: one.id,
          title: one.title,
          body: one.content_html ?? one.content_text,
          plain: one.content_html === undefined,
          link: one.url,
          name: one.authors?.[0]?.name,
          uri: one.authors?.[0]?.url,
          published: one.date_published,
          updated: one.date_modified,
        }),
      )
      return {
        title: feed.title ?? '',
        link: feed.home_page_url ?? null,
        items: items.slice(0, mostItems),
      }
    }
  }
}

type Loose = {
  id: string | undefined
  title?: string | undefined
  body?: string | undefined
  plain?: boolean
  link?: string | undefined
  name?: string | undefined
  uri?: string | undefined
  published?: unknown
  updated?: unknown
}

function make(loose: Loose): Item {
  const title = (loose.title ?? '').slice(0, longestTitle)
  const body = (loose.body ?? '').slice(0, longestBody)
  // Nothing that names it: then it is what it says.
  const named = loose.id?.trim() || loose.link?.trim()
  const published = typeof loose.published === 'string' ? loose.published : null
  const id = named || hash([title, body, published ?? ''].join('\n'))
  const name = loose.name?.trim().slice(0, 200)
  return {
    id: id.length > 300 ? hash(id) : id,
    title,
    body,
    plain: loose.plain ?? false,
    link: loose.link?.trim() || null,
    author: name ? { name, uri: loose.uri ?? null } : null,
    published,
    updated: typeof loose.updated === 'string' ? loose.updated : null,
  }
}

function alternate(links: { href?: string; rel?: string }[] | undefined): string | undefined {
  const found = links?.find(({ rel }) => rel === undefined || rel === 'alternate')
  return (found ?? links?.[0])?.href
}

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** The time a feed gives; null for none, one that is no date, and one that is not yet or before the web. */
export function timeOf(text: string | null, seenAt: Date): Date | null {
  const time = Date.parse(text ?? '')
  const soonest = Date.UTC(1990, 0, 1)
  return time > soonest && time <= seenAt.getTime() + 3600_000 ? new Date(time) : null
}
