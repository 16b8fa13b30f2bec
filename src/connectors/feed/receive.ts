import { z } from 'zod'
import type { Page, RawEvent, Session } from '../contract.ts'
import type { FeedCredential } from './credential.ts'
import { fetchFeed } from './fetch-feed.ts'
import { type Item, itemsOf, timeOf } from './item.ts'
import type { RawItem } from './translate.ts'

/** The shortest time between two requests to one site, in milliseconds. */
export const restMs = 5 * 60_000
/** What a first start looks back. */
const firstMs = 3 * 24 * 3600_000

const Cursor = z.object({
  etag: z.string().nullable(),
  modified: z.string().nullable(),
  /** Milliseconds since 1970: what is dated before this was there before we came. */
  from: z.number(),
})

/**
 * The entries of the feed, oldest first. A feed has no order that one could go on from, so all that it
 * shows is given each time it changed; those known are passed over by their ids.
 */
export async function receive(
  session: Session<FeedCredential>,
  cursor: string | null,
): Promise<Page> {
  const now = session.now()
  const known = readCursor(cursor) ?? { etag: null, modified: null, from: now.getTime() - firstMs }
  const fetched = await fetchFeed(session, session.credential.url, known)
  if (fetched === 'unchanged') return { events: [], cursor, more: false }
  const { feed, validators, base } = fetched
  const { title, items } = itemsOf(feed)
  const events = items
    .map((item) => ({ item, at: timeOf(item.published, now) }))
    .filter(({ at }) => at === null || at.getTime() >= known.from)
    // Feeds begin with the newest; those without a date keep their places among themselves.
    .reverse()
    .sort((a, b) => (a.at ?? now).getTime() - (b.at ?? now).getTime())
    .map(({ item }) => eventOf(item, { feed: title, base, seenAt: now.toISOString() }))
  return { events, cursor: JSON.stringify({ ...validators, from: known.from }), more: false }
}

/** An entry is told again, as a later version, when the feed says that it was updated. */
function eventOf(item: Item, around: Omit<RawItem, 'item'>): RawEvent {
  return { id: `item:${item.id}:${item.updated ?? ''}`, raw: { ...around, item } }
}

function readCursor(cursor: string | null): z.infer<typeof Cursor> | null {
  if (cursor === null) return null
  const parsed = Cursor.safeParse(JSON.parse(cursor))
  return parsed.success ? parsed.data : null
}
