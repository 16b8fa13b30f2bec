import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ConnectorError, type Json, type Page } from '../contract.ts'
import { type Api, apiOf, ask, type MastodonSession } from './api.ts'
import { AnyJson, notificationEvent } from './raw.ts'
import { Notification, NotificationHead, Status } from './schemas.ts'

/** What a first start looks back. */
const FIRST_DAYS = 3
/**
 * A server numbers a notification before it commits it, so that a smaller id can become visible after
 * a larger one. The last minutes are therefore read again each time; the cursor holds what was seen.
 */
const UNSETTLED_MS = 2 * 60_000
const PAGE_LIMIT = 40
const PAGES_AT_ONCE = 5
const MOST_BACKWARD_PAGES = 250

/** `since`, a time in ms: how far back to look while nothing is settled (`from` null). */
const Cursor = z.object({
  from: z.string().nullable(),
  since: z.number(),
  seen: z.array(z.string()),
})
type Cursor = z.infer<typeof Cursor>
/**
 * `key` is the id, or for what we cannot read a digest, so that the same notification, sent whole when
 * it is read again, is news. Headless are those
 * without an id.
 */
type Item = { key: string; id: string; at: number | null; json: Json }
type Batch = { items: Item[]; headless: Item[] }

/**
 * Mentions (direct ones too) and what else was not asked to be left out, oldest first, without holes:
 * forward by `min_id`, and behind each page once more backward, because there are servers that give
 * the newest page for `min_id`. With a null cursor, the last three days.
 */
export async function receive(session: MastodonSession, cursor: string | null): Promise<Page> {
  const api = apiOf(session)
  const now = session.now().getTime()
  const start: Cursor = { from: null, since: now - FIRST_DAYS * 86_400_000, seen: [] }
  const before = cursor === null ? start : Cursor.parse(JSON.parse(cursor))
  if (before.from === null) return pageOf(await readSince(api, before.since), { before, now })
  const known = new Set(before.seen)
  const read: Batch = { items: [], headless: [] }
  let at = before.from
  for (let page = 0; page < PAGES_AT_ONCE; page++) {
    const after = at
    const forward = await readPage(api, { min_id: after })
    read.headless.push(...forward.headless)
    const newer = forward.items.filter((item) => compareIds(item.id, after) > 0)
    const last = newer.at(-1)
    if (!last) return pageOf(read, { before, now })
    if (newer.some((item) => !known.has(item.key)))
      newer.unshift(...(await readBackward(api, newer, { after })))
    read.items.push(...newer)
    at = last.id
  }
  return pageOf(read, { before, now, more: true })
}

/** Everything since a time, for accounts that have no settled notification to go on from. */
async function readSince(api: Api, since: number): Promise<Batch> {
  const { items, headless } = await readPage(api, {})
  const all = [...(await readBackward(api, items, { after: null, since })), ...items]
  // One that is older stays, as the place to go on from: `pageOf` does not tell of it.
  const old = all.findLastIndex(({ at }) => at !== null && at < since)
  return { items: all.slice(Math.max(old, 0)), headless }
}

/** What lies between `after` (or `since`, a time in ms) and the oldest of a page, oldest first. */
async function readBackward(
  api: Api,
  page: readonly Item[],
  { after, since = 0 }: { after: string | null; since?: number },
): Promise<Item[]> {
  const found: Item[] = []
  let oldest = page[0]
  for (let read = 0; oldest; read++) {
    if (read === MOST_BACKWARD_PAGES) throw tooMuch()
    if (oldest.at !== null && oldest.at < since) break
    const { id } = oldest
    const query = { max_id: id, ...(after === null ? {} : { since_id: after }) }
    const older = (await readPage(api, query)).items.filter(
      (item) => compareIds(item.id, id) < 0 && (after === null || compareIds(item.id, after) > 0),
    )
    found.unshift(...older)
    oldest = older[0]
  }
  return found
}

async function readPage(api: Api, query: Record<string, string>) {
  const asked = { ...query, limit: String(PAGE_LIMIT) }
  const wanted = {
    'exclude_types[]': ['follow', 'follow_request', 'favourite', 'reblog', 'poll'],
    // Mastodon 4.3 hides private mentions by strangers behind a filter unless asked.
    include_filtered: 'true',
  }
  const path = '/api/v1/notifications'
  const all = await ask(api, { path, query: { ...asked, ...wanted } }, z.array(AnyJson)).catch(
    (error: unknown) => {
      // Some servers refuse parameters that they do not know.
      if (error instanceof ConnectorError && error.failure.kind === 'rejected')
        return ask(api, { path, query: asked }, z.array(AnyJson))
      throw error
    },
  )
  const read: Batch = { items: [], headless: [] }
  for (const json of all) {
    const head = NotificationHead.safeParse(json)
    const at = head.data?.created_at?.getTime() ?? null
    const id = head.data?.id ?? ''
    const key = isReadable(json) ? id : `unreadable-${digest(json)}`
    const list = head.success ? read.items : read.headless
    list.push({ key, id, at, json })
  }
  read.items.sort((a, b) => compareIds(a.id, b.id))
  return read
}

function isReadable(json: Json): boolean {
  const notification = Notification.safeParse(json)
  if (!notification.success) return false
  const { status } = notification.data
  return status === null || status === undefined || Status.safeParse(status).success
}

type Progress = { before: Cursor; now: number; more?: boolean }

function pageOf({ items, headless }: Batch, { before, now, more = false }: Progress): Page {
  const known = new Set(before.seen)
  const fresh = new Map<string, Item>()
  for (const item of [...items, ...headless])
    if (!known.has(item.key) && (item.at ?? now) >= before.since) fresh.set(item.key, item)
  const events = [...fresh.values()].map(({ key, json }) => notificationEvent(key, json))
  // With a backlog there is no reading again: the next call must begin after this one.
  const isSettled = ({ at }: Item) => more || (at !== null && at < now - UNSETTLED_MS)
  const last = items.findLastIndex(isSettled)
  const next: Cursor = {
    from: items[last]?.id ?? before.from,
    since: before.since,
    seen: [...items.slice(last + 1), ...headless].map((item) => item.key),
  }
  const untouched = next.from === null && next.seen.length === 0
  return { events, cursor: untouched ? null : JSON.stringify(next), more }
}

/** Ids only grow, as numbers or as text of one length (ULID, flake); no server mixes the two. */
function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}

function digest(json: Json): string {
  return createHash('sha256').update(JSON.stringify(json)).digest('hex').slice(0, 32)
}

function tooMuch(): ConnectorError {
  const most = MOST_BACKWARD_PAGES * PAGE_LIMIT
  const detail = `more than ${most} notifications to catch up with, and this server cannot page forward`
  return new ConnectorError({ kind: 'unavailable', detail })
}
