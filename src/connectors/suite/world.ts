import type { Dial, HttpClient } from '../../platform/http.ts'
import type { Connection, Visibility } from '../contract.ts'

/**
 * A network to run the suite on, seen from outside the connector: it acts as customers do and tells
 * what truly stands on the network. Nothing in it may go through the connector under test. A key that
 * is missing says that the network (or this way of running it) cannot do it, and its tests do not exist.
 */
export type World = {
  http: HttpClient
  /** For networks that do not speak HTTP. */
  dial?: Dial
  /** What everything there is; default `public`. Where it is `private`, messages have no web address. */
  visibility?: Visibility
  /** A connection of an account that works, as `connect` or a sign-in flow would give it. */
  connection(): Promise<Connection>
  /** For networks that are connected by a form: fields that work, and the same with a wrong secret. */
  fields?: { right: Record<string, string>; wrong: Record<string, string> }
  /** How long the network may take to show what was done to it, in ms; default 10,000. */
  patience?: number
  /** How many mentions one burst has: more than one page of `receive`. Default 5. */
  burst?: number
  /** A customer writes a post of their own that names the account. */
  customerMentions(text: string, options?: PostOptions): Promise<Posted>
  /** A customer answers any post, and names the account. */
  customerReplies(to: Posted, text: string, options?: PostOptions): Promise<Posted>
  customerWritesPrivately?(text: string): Promise<Posted>
  customerEdits?(post: Posted, text: string): Promise<void>
  customerDeletes?(post: Posted): Promise<void>
  /** The account writes a post by the network's own app, not through Parley. */
  accountPosts(text: string): Promise<Posted>
  /** Ground truth: every post of the account that stands on the network now. */
  postsOfAccount(): Promise<AccountPost[]>
  /** The next `times` calls of the connector meet this fault. Only the faults this world can make. */
  faults?: Partial<Record<Fault, (times: number) => Promise<void>>>
  /** Ends every fault. Needed with `faults`. */
  heal?(): Promise<void>
  stop(): Promise<void>
}

/**
 * - `rate-limited`: refused with a time; nothing is done.
 * - `expired-token`: the credential is no longer accepted.
 * - `outage`: nothing is done, 503 or no connection.
 * - `lost-answer`: the next send is carried out and the connection is cut before the answer.
 * - `garbage`: 200 with something that is not the API's answer.
 */
export type Fault = 'rate-limited' | 'expired-token' | 'outage' | 'lost-answer' | 'garbage'

export type Posted = { remoteId: string }
export type PostOptions = { contentWarning?: string; visibility?: Visibility; imageAlt?: string }
/** `text` is plain text, as a reader sees it. */
export type AccountPost = {
  remoteId: string
  text: string
  parentId: string | null
  visibility: Visibility
  contentWarning: string | null
  imageAlts: string[]
}
