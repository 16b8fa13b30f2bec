import type { FetchMessageObject, ImapFlow } from 'imapflow'
import { z } from 'zod'
import type { Page, RawEvent } from '../contract.ts'
import type { EmailSession } from './credential.ts'
import { withImap } from './imap.ts'
import { mailEvent } from './parse-mail.ts'

const FIRST_DAYS = 3
const DAY_MS = 86_400_000
const PAGE_MAILS = 25
const PAGE_BYTES = 24 * 1024 * 1024
/** Of one mail, that much is read: above the usual 25 MB of receivers, in base64. */
const MAIL_BYTES = 40 * 1024 * 1024

/** How far INBOX was read. UIDs only grow while UIDVALIDITY stays the same (RFC 9051 2.3.1.1). */
const Cursor = z.object({
  validity: z.string(),
  uid: z.int().nonnegative(),
  /** Mails taken in before were read under this UIDVALIDITY or an earlier one. */
  since: z.iso.datetime(),
})
type Cursor = z.infer<typeof Cursor>

/**
 * INBOX in the order in which it filled, by UID. A mailbox that was rebuilt (another UIDVALIDITY) is read
 * again from two days before the last mail: what was told before is known by its Message-ID.
 */
export async function receive(session: EmailSession, cursor: string | null): Promise<Page> {
  const before = cursor === null ? null : Cursor.parse(JSON.parse(cursor))
  const now = session.now()
  return withImap(session, async (client) => {
    const inbox = await client.mailboxOpen('INBOX', { readOnly: true })
    const validity = String(inbox.uidValidity)
    const after = before?.validity === validity ? before : null
    const back = before === null ? FIRST_DAYS * DAY_MS : 2 * DAY_MS
    const since = new Date((before ? Date.parse(before.since) : now.getTime()) - back)
    const uids = after ? await newerThan(client, after.uid) : await sinceDay(client, since)
    const { events, last, seenAt } = await readMails(client, uids, validity)
    const next: Cursor = {
      validity,
      uid: last ?? after?.uid ?? Math.max(inbox.uidNext - 1, 0),
      since: (seenAt ?? (before ? new Date(before.since) : now)).toISOString(),
    }
    const more = last !== undefined && last !== uids.at(-1)
    return { events, cursor: JSON.stringify(next), more }
  })
}

async function newerThan(client: ImapFlow, uid: number): Promise<number[]> {
  // `n:*` holds the newest mail even when its UID is lower than n.
  const found = await client.search({ uid: `${uid + 1}:*` }, { uid: true })
  return inOrder(found).filter((one) => one > uid)
}

async function sinceDay(client: ImapFlow, since: Date): Promise<number[]> {
  return inOrder(await client.search({ since }, { uid: true }))
}

function inOrder(found: unknown): number[] {
  const uids = Array.isArray(found) ? found.filter((one) => typeof one === 'number') : []
  return uids.toSorted((a, b) => a - b)
}

/** Reads mails one after the other until a page is full, so that few are in memory at once. */
async function readMails(client: ImapFlow, uids: readonly number[], validity: string) {
  const events: RawEvent[] = []
  let bytes = 0
  let last: number | undefined
  let seenAt: Date | undefined
  for (const uid of uids) {
    if (events.length >= PAGE_MAILS || bytes > PAGE_BYTES) break
    const mail = await fetchMail(client, uid)
    last = uid
    // Deleted between the search and now.
    if (!mail?.source) continue
    const receivedAt = new Date(mail.internalDate ?? Date.now())
    bytes += mail.source.byteLength
    seenAt = receivedAt
    events.push(await mailEvent(mail.source, { place: { validity, uid }, receivedAt }))
  }
  return { events: withoutDoubles(events), last, seenAt }
}

/** The whole mail with this UID in the folder that is open; undefined: it is gone. */
export async function fetchMail(
  client: ImapFlow,
  uid: number,
): Promise<FetchMessageObject | undefined> {
  const query = { uid: true, internalDate: true, source: { maxLength: MAIL_BYTES } }
  const found = await client.fetchOne(String(uid), query, { uid: true })
  return found || undefined
}

/** One mail that came twice (to two of our addresses) is one event. */
function withoutDoubles(events: readonly RawEvent[]): RawEvent[] {
  const seen = new Set<string>()
  return events.filter(({ id }) => !seen.has(id) && seen.add(id))
}
