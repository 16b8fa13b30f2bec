import { z } from 'zod'
import type { Found, OutgoingReply, Sent } from '../contract.ts'
import { type Api, apiOf, ask, type MastodonSession, request } from './api.ts'
import { keyAgeMs } from './key.ts'
import { askInstance, isMastodon } from './limits.ts'
import { Status } from './schemas.ts'
import { plainText } from './text.ts'
import { visibilityOf } from './translate.ts'
import { wording } from './wording.ts'

/** The two clocks may differ by this much before a post counts as older than the reply. */
const CLOCKS_MS = 5 * 60_000
/** Mastodon keeps a key for an hour after the post (docs.joinmastodon.org/methods/statuses, 2026-08). */
const KEY_HOLDS_MS = 50 * 60_000
const MOST_PAGES = 25
const Statuses = z.array(Status.nullable().catch(null))

/**
 * Looks for a reply among the answers below the post it belongs to and among the account's own posts
 * since it was asked for. A post is the reply when it stands at the same place, for the same audience,
 * with as many pictures and the same words.
 */
export async function find(session: MastodonSession, reply: OutgoingReply): Promise<Found> {
  const api = apiOf(session)
  const since = reply.createdAt.getTime() - CLOCKS_MS
  const below = await readDescendants(api, reply.replyTo.remoteId)
  const own = await readOwn(api, session.account.remoteId, since)
  const candidates = new Map<string, Status>()
  for (const status of [...below, ...own.statuses])
    if (isCandidate(status, reply, session.account.remoteId, since))
      candidates.set(status.id, status)
  const matches: Sent[] = []
  for (const status of candidates.values())
    if (await saysTheSame(api, status, reply)) matches.push(sentOf(status))
  const age = keyAgeMs(reply.key, session.now())
  const keyHolds = own.complete && age !== null && age < KEY_HOLDS_MS
  return {
    matches,
    repeatSafe: keyHolds && isMastodon(await askInstance({ ...api, token: null })),
    looked: `${below.length} answers in the thread and ${own.statuses.length} posts of the account${
      own.complete ? '' : ' (there are more than could be read)'
    }`,
  }
}

async function readDescendants(api: Api, id: string): Promise<Status[]> {
  const path = `/api/v1/statuses/${encodeURIComponent(id)}/context`
  const { status, body } = await request(api, { path })
  const parsed = z.object({ descendants: Statuses }).safeParse(body)
  // A post that was deleted meanwhile has no thread; the account's own posts still tell.
  return status === 200 && parsed.success ? present(parsed.data.descendants) : []
}

async function readOwn(api: Api, account: string, since: number) {
  const path = `/api/v1/accounts/${encodeURIComponent(account)}/statuses`
  const statuses: Status[] = []
  const seen = new Set<string>()
  let before: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const query: Record<string, string> = { limit: '40', exclude_reblogs: 'true' }
    if (before !== null) query.max_id = before
    const all = present(await ask(api, { path, query }, Statuses))
    const fresh = all.filter((status) => !seen.has(status.id))
    for (const { id } of fresh) seen.add(id)
    statuses.push(...fresh.filter((status) => status.created_at.getTime() >= since))
    const oldest = all.at(-1)
    // Pinned posts come first on some servers, so that only the end of a page tells how far it goes.
    if (!oldest || fresh.length === 0 || oldest.created_at.getTime() < since)
      return { statuses, complete: true }
    before = oldest.id
  }
  return { statuses, complete: false }
}

function isCandidate(status: Status, reply: OutgoingReply, me: string, since: number): boolean {
  return (
    status.account.id === me &&
    status.in_reply_to_id === reply.replyTo.remoteId &&
    status.created_at.getTime() >= since &&
    isPrivate(visibilityOf(status.visibility)) === isPrivate(reply.visibility) &&
    status.media_attachments.length === reply.media.length
  )
}

/** As shown, or else as written: servers change quotes, dashes and markup on the way to HTML. */
async function saysTheSame(api: Api, status: Status, reply: OutgoingReply): Promise<boolean> {
  const wanted = bare(wording(reply))
  if (bare(plainText(status.content, status.mentions)) === wanted) return true
  const path = `/api/v1/statuses/${encodeURIComponent(status.id)}/source`
  const { status: code, body } = await request(api, { path })
  const source = z.object({ text: z.string() }).safeParse(body)
  return code === 200 && source.success && bare(source.data.text) === wanted
}

/** Words without what servers change: white space, and whether a person's server is written out. */
function bare(text: string): string {
  return text
    .normalize('NFC')
    .replace(
      /(?<![\w/])@([\w.-]*\w)(?:@[\w.-]*\w(?::\d+)?)?/gu,
      (_, user: string) => `@${user.toLowerCase()}`,
    )
    .replace(/\s+/gu, ' ')
    .trim()
}

function sentOf(status: Status): Sent {
  const url = status.visibility === 'direct' ? null : (status.url ?? status.uri)
  return { remoteId: status.id, url, at: status.created_at }
}

function isPrivate(visibility: string): boolean {
  return visibility === 'private'
}

function present(statuses: readonly (Status | null)[]): Status[] {
  return statuses.filter((status) => status !== null)
}
