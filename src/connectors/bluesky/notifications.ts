import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ConnectorError, type Json, type RawEvent } from '../contract.ts'
import { type Api, ask } from './api.ts'
import { readPosts } from './posts.ts'
import { notificationEvent } from './raw.ts'
import { AnyJson, NotificationHead } from './schemas.ts'
import { TELLING } from './translate.ts'

/** What a first start looks back, and how far back a post may be dated and still be found. */
const REACH_MS = 3 * 86_400_000
/** How much is read again each time: posts are indexed late and out of order. */
const OVERLAP_MS = 10 * 60_000
/** How often everything within reach is read again, for posts dated far back by their author's clock. */
const DEEP_EVERY_MS = 3_600_000
const PAGE_LIMIT = 100
const PAGES_AT_ONCE = 20
const EVENTS_AT_ONCE = 500
const MOST_SEEN = 300

/**
 * Where reading stands. `at`: time of the newest handed out. `seen`: the newest handed out, because the
 * network orders by time alone, and times are neither unique nor when a post became visible; `from`:
 * everything handed out after this time is in `seen`; null: all of it. `plan`: a long way back that is
 * not finished.
 */
export const NotificationCursor = z.object({
  at: z.iso.datetime(),
  seen: z.array(z.string()),
  from: z.iso.datetime().nullable(),
  deepAt: z.iso.datetime(),
  plan: z
    .object({
      floor: z.iso.datetime(),
      deep: z.boolean(),
      tokens: z.array(z.string()),
      dug: z.boolean(),
    })
    .nullable(),
})
export type NotificationCursor = z.infer<typeof NotificationCursor>
type Plan = NonNullable<NotificationCursor['plan']>

/** `post` and `version` are digests of uri and cid. */
type Item = NotificationHead & { time: number; post: string; version: string; json: Json }
type Fresh = Item & { editedAt: Date | null }
type Batch = { items: Item[]; next: string | null; last: number | null }
type Reading = { events: RawEvent[]; cursor: NotificationCursor | null; more: boolean }

/** The newest page has no token of its own. */
const NEWEST = ''

/**
 * Mentions, replies and quotes, oldest first, without holes. The network gives the newest first, so a
 * call first goes back to where it was, noting the way, and hands out from the far end; a long way
 * takes several calls, each bounded, and the way is kept in the cursor.
 */
export async function readNotifications(
  api: Api,
  cursor: NotificationCursor | null,
): Promise<Reading> {
  const now = api.session.now().getTime()
  const plan = cursor?.plan ?? planFor(cursor, now)
  try {
    const { fresh, stale } = await follow(api, plan, { cursor, plan, now })
    const rest = plan.tokens.length > 0 ? plan : null
    const next = advance(cursor, fresh, { now, plan, rest })
    return { events: await eventsOf(api, fresh), cursor: next, more: rest !== null || stale }
  } catch (error) {
    // A way that the network no longer knows: the next call looks for another, from the same place.
    const isRefused = error instanceof ConnectorError && error.failure.kind === 'rejected'
    if (isRefused && cursor?.plan)
      return { events: [], cursor: { ...cursor, plan: null }, more: false }
    throw error
  }
}

function planFor(cursor: NotificationCursor | null, now: number): Plan {
  const way = { tokens: [NEWEST], dug: false }
  if (cursor === null) return { floor: iso(now - REACH_MS), deep: true, ...way }
  // In a storm less is remembered than the overlap: what is not remembered need not be read again.
  const remembered = cursor.from ? Date.parse(cursor.from) : 0
  const near = Math.max(Date.parse(cursor.at) - OVERLAP_MS, remembered)
  const deep = now - Date.parse(cursor.deepAt) > DEEP_EVERY_MS
  return { floor: iso(deep ? Math.min(near, now - REACH_MS) : near), deep, ...way }
}

/** Goes on with the plan as far as one call may, taking the pages it hands out off it. */
async function follow(
  api: Api,
  plan: Plan,
  known: Known,
): Promise<{ fresh: Fresh[]; stale: boolean }> {
  const pages = new Map<string, Batch>()
  await dig(api, plan, pages)
  let fresh: Fresh[] = []
  for (let read = 0; plan.dug && read < PAGES_AT_ONCE && fresh.length < EVENTS_AT_ONCE; read++) {
    const token = plan.tokens.pop()
    if (token === undefined) break
    // The newest page is another one by now; what lies between is found by starting over from here.
    if (token === NEWEST && !pages.has(token)) return { fresh, stale: true }
    const { items } = pages.get(token) ?? (await readPage(api, token))
    fresh = freshOf([...fresh, ...items], known)
  }
  return { fresh, stale: false }
}

/** Goes back page by page, noting the token of each, until one reaches the floor. */
async function dig(api: Api, plan: Plan, pages: Map<string, Batch>): Promise<void> {
  for (let read = 0; !plan.dug && read < PAGES_AT_ONCE; read++) {
    const token = plan.tokens.at(-1) ?? NEWEST
    const batch = await readPage(api, token)
    pages.set(token, batch)
    const isThere = batch.last !== null && batch.last < Date.parse(plan.floor)
    if (batch.next === null || isThere) plan.dug = true
    else plan.tokens.push(batch.next)
  }
}

async function readPage(api: Api, token: string): Promise<Batch> {
  const query: Record<string, string | string[]> = { limit: `${PAGE_LIMIT}`, reasons: [...TELLING] }
  if (token !== NEWEST) query.cursor = token
  const page = await ask(
    api,
    { name: 'app.bsky.notification.listNotifications', query },
    z.object({ notifications: z.array(AnyJson), cursor: z.string().optional() }),
  )
  const items = page.notifications.map(itemOf).filter((item) => item !== null)
  items.sort((a, b) => a.time - b.time)
  const wanted = items.filter(({ reason }) => TELLING.includes(reason))
  const oldest = items[0]?.time ?? timeOf(page.cursor)
  return { items: wanted, next: nextToken(page.cursor, token, items), last: oldest }
}

/**
 * The way to the next page. Where the network's token is a plain time it leaves out what else was
 * written at that very time; a millisecond later reads those again and loses none.
 */
function nextToken(given: string | undefined, used: string, items: readonly Item[]): string | null {
  if (given === undefined || given === used) return null
  const time = timeOf(given)
  if (time === null) return given
  const overlapping = iso(time + 1)
  const newest = items.at(-1)?.time ?? time
  return newest > time + 1 && overlapping !== used ? overlapping : given
}

function timeOf(token: string | undefined): number | null {
  return token !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(token) ? Date.parse(token) : null
}

function itemOf(json: Json): Item | null {
  const head = NotificationHead.safeParse(json)
  // Without an address or time there is nothing to tell it from another by, nor anything to answer.
  if (!head.success) return null
  const { uri, cid, indexedAt } = head.data
  return {
    ...head.data,
    time: Date.parse(indexedAt),
    post: digest(uri),
    version: digest(cid),
    json,
  }
}

type Known = { cursor: NotificationCursor | null; plan: Plan; now: number }

/** What was not handed out yet, oldest first; of a post that was, another version. */
function freshOf(items: readonly Item[], { cursor, plan, now }: Known): Fresh[] {
  const seen = new Map((cursor?.seen ?? []).map(entryOf).map((entry) => [entry.post, entry]))
  const reach = Math.min(Date.parse(plan.floor), now - REACH_MS)
  // What is no longer remembered is skipped, and settled by the deep look: the core knows it by its id.
  const from = cursor?.from && !plan.deep ? Date.parse(cursor.from) : Number.NEGATIVE_INFINITY
  const fresh = new Map<string, Fresh>()
  for (const item of items) {
    const known = seen.get(item.post)
    if (known?.version === item.version || item.time < reach || item.time <= from) continue
    fresh.set(item.post, { ...item, editedAt: known ? new Date(now) : null })
  }
  return [...fresh.values()].sort((a, b) => a.time - b.time)
}

type Advance = { now: number; plan: Plan; rest: Plan | null }

/** The cursor after handing these out; the same one when nothing changed. */
function advance(
  cursor: NotificationCursor | null,
  fresh: readonly Fresh[],
  { now, plan, rest }: Advance,
): NotificationCursor | null {
  if (cursor === null && fresh.length === 0 && rest === null) return null
  const before = cursor ?? { at: plan.floor, seen: [], from: null, deepAt: iso(now) }
  const replaced = new Set(fresh.map(({ post }) => post))
  const all = [
    ...before.seen.map(entryOf).filter(({ post }) => !replaced.has(post)),
    ...fresh,
  ].sort((a, b) => a.time - b.time)
  const dropped = all.slice(0, -MOST_SEEN).at(-1)
  const from = Math.max(dropped?.time ?? 0, before.from ? Date.parse(before.from) : 0)
  const times = fresh.map(({ time }) => time)
  return {
    at: iso(times.reduce((a, b) => Math.max(a, b), Date.parse(before.at))),
    seen: all
      .slice(-MOST_SEEN)
      .map(({ post, version, time }) => post + version + time.toString(36)),
    from: from === 0 ? null : iso(from),
    deepAt: plan.deep && rest === null ? iso(now) : before.deepAt,
    plan: rest,
  }
}

function entryOf(entry: string): { post: string; version: string; time: number } {
  return {
    post: entry.slice(0, DIGEST),
    version: entry.slice(DIGEST, 2 * DIGEST),
    time: Number.parseInt(entry.slice(2 * DIGEST), 36),
  }
}

/** With the posts as shown where they have an embed: records name pictures only by hash. */
async function eventsOf(api: Api, fresh: readonly Fresh[]): Promise<RawEvent[]> {
  const posts = await readPosts(
    api,
    fresh.filter(({ json }) => HasEmbed.safeParse(json).success).map(({ uri }) => uri),
  )
  return fresh.map((item) => notificationEvent(item, item.json, posts.get(item.uri)?.json))
}

const HasEmbed = z.object({ record: z.object({ embed: z.object({}) }) })
const DIGEST = 8

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, DIGEST)
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
