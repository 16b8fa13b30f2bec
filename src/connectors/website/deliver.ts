import { v7 } from 'uuid'
import type { Found, OutgoingReply, Sent, Session } from '../contract.ts'
import type { WebsiteCredential } from './connect.ts'
import { Ref } from './translate.ts'

/** A UUIDv7: the reply's own id on the page. */
export function newKey(now: Date): string {
  return v7({ msecs: now.getTime() })
}

/**
 * The reply stands on our own page as soon as it is recorded as sent, so there is nobody to ask and
 * nothing that can fail.
 */
export async function deliver(
  { now }: Pick<Session<WebsiteCredential>, 'now'>,
  { key, replyTo }: OutgoingReply,
): Promise<Sent> {
  const ref = Ref.safeParse(replyTo.ref)
  return { remoteId: key, url: ref.success ? ref.data.page : null, at: now() }
}

/** Recording a reply twice under its key makes one message, so a repeat is always safe. */
export async function find(): Promise<Found> {
  return { matches: [], repeatSafe: true, looked: 'The page shows what is recorded here.' }
}
