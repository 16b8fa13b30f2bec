import type { z } from 'zod'
import type { Limits } from '../../contract/limits.ts'
import type { Dial, HttpClient } from '../platform/http.ts'

/** JSON as a network sent it: stored as it came, opaque to everything but its connector. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * Why a call to a network did not give its result. The list is closed: whoever calls a connector
 * decides by `kind` and never by the network or by words in `detail`.
 *
 * - `auth-expired`: the network no longer accepts the credential (`lost: 'token'`) or it lacks a
 *   permission that the call needs (`lost: 'scope'`). Nothing was done.
 * - `rate-limited`: nothing was done; may be repeated from `retryAt`.
 * - `rejected`: the network understood and refused; repeating the same call is useless.
 * - `unavailable`: the request certainly did not take effect (not connected, 502/503 before the work).
 * - `unknown-outcome`: the request may have taken effect; look before repeating.
 */
export type Failure =
  | { kind: 'auth-expired'; lost: 'token' | 'scope'; detail: string }
  | { kind: 'rate-limited'; retryAt: Date; detail: string }
  | { kind: 'rejected'; reason: string }
  | { kind: 'unavailable'; detail: string }
  | { kind: 'unknown-outcome'; detail: string }

export class ConnectorError extends Error {
  override readonly name = 'ConnectorError'
  readonly failure: Failure

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super('reason' in failure ? failure.reason : failure.detail, options)
    this.failure = failure
  }
}

/** A private key by which servers know this installation, as a JWK (RFC 7517) for ES256. */
export type ClientKey = {
  kty: 'EC'
  crv: 'P-256'
  alg: 'ES256'
  kid: string
  x: string
  y: string
  d: string
}

/** What this installation lends to sign-ins on networks that know their clients by an address. */
export type OAuthTools = {
  /** Address at which browsers reach Parley, without trailing slash. */
  publicUrl: string
  /** Its keys, newest first; made when they are asked for the first time. */
  keys(): Promise<readonly ClientKey[]>
  /**
   * Runs `work` while no process of this installation runs another of the same name. A killed process
   * lets go at once. Rejects when it does not get its turn in good time; nothing was run then.
   */
  alone<Result>(name: string, work: () => Promise<Result>): Promise<Result>
  /** Directory of identities for networks that are not the public one (tests); null: the public one. */
  directory: string | null
}

/** What a connector is given to speak for one channel. The credential is in clear only in here. */
export type Session<Credential = unknown> = {
  http: HttpClient
  /** The way out for networks that do not speak HTTP. */
  dial: Dial
  oauth: OAuthTools
  /** Base URL without trailing slash, for example `https://mastodon.social`. */
  service: string
  /** Empty strings until `verify` has answered for the first time. */
  account: { remoteId: string; handle: string }
  credential: Credential
  /** Keeps a credential that the network rotated; resolves when it is stored durably. */
  saveCredential(next: Credential): Promise<void>
  /** Reads the stored credential again: another process may have rotated it meanwhile. */
  loadCredential(): Promise<Credential>
  /** The limits last read by `verify`. */
  limits: Limits
  now(): Date
}

/**
 * Something an account can or cannot do, with the reason in plain English when it cannot. `code` names
 * the reason for good, so that the UI can say it in other languages; one code always means one reason.
 */
export type Ability = { can: true } | { can: false; why: string; code?: string }
export type AbilityName =
  | 'receive-public'
  | 'receive-private'
  | 'reply-public'
  | 'reply-private'
  | 'media'
  | 'alt-text'
  | 'content-warning'
  | 'follow-edits'
  | 'follow-deletions'
  | 'stream'
/** Abilities that only some networks have anything to say about. */
export type SpecialAbilityName = 'receive-unnamed' | 'write-first'

/** What `verify` learnt of the account, its server and its permissions. */
export type Account = {
  remoteId: string
  handle: string
  displayName: string
  avatarUrl: string | null
  profileUrl: string
  limits: Limits
  abilities: Record<AbilityName, Ability> & Partial<Record<SpecialAbilityName, Ability>>
}

/** One thing a network said, untranslated. `id` is unique for the channel and stable across repeats. */
export type RawEvent = { id: string; raw: Json }

/** A page of events, oldest first. `cursor` continues after the last event in it; `more` asks to go on at once. */
export type Page = { events: RawEvent[]; cursor: string | null; more: boolean }

export type Author = {
  remoteId: string
  handle: string
  displayName: string
  avatarUrl: string | null
  profileUrl: string | null
}

export type RemoteMedia = {
  kind: 'image' | 'video' | 'audio' | 'other'
  url: string
  previewUrl: string | null
  alt: string | null
  width: number | null
  height: number | null
  /** Name and size of a file, where the network tells them. */
  name?: string | null
  bytes?: number | null
  /** Set: the bytes are not at `url` but are had by `Connector.media` with this. */
  ref?: Json
}

export type Visibility = 'public' | 'unlisted' | 'followers' | 'private'

/** A post or private message in the words of the core. */
export type NetworkMessage = {
  kind: 'message'
  remoteId: string
  /** Changes when the author edits: the newer of two versions is the one with the later `editedAt`. */
  version: string
  author: Author
  /** True when the connected account itself wrote it. */
  mine: boolean
  /** Plain text, NFC, line breaks kept. */
  text: string
  /** HTML as the network rendered it, not yet sanitised; null when the network sends plain text. */
  html: string | null
  contentWarning: string | null
  language: string | null
  visibility: Visibility
  createdAt: Date
  editedAt: Date | null
  /** Web address on the network where a person can read it; null for private messages. */
  url: string | null
  parentId: string | null
  /** Id of the thread's first post; null: it is `remoteId` itself; undefined: the network did not say. */
  rootId: string | null | undefined
  quotedId: string | null
  media: RemoteMedia[]
  /** A machine wrote it (an out-of-office reply): shown where it belongs, waits for no answer, opens nothing. */
  automatic?: boolean
  /** Whatever the connector needs to answer this message later. */
  ref: Json
}

/** A raw event after translation. `ignored` is understood and of no interest (a like, a follow). */
export type NetworkEvent =
  | NetworkMessage
  | { kind: 'deleted'; remoteId: string; at: Date }
  /** What we sent came back: `remoteId` is ours. `lasting`: it will not arrive; else it is still being tried. */
  | { kind: 'returned'; remoteId: string; at: Date; lasting: boolean; why: string }
  | { kind: 'ignored'; why: string }

export type OutgoingMedia = {
  bytes: Uint8Array
  mime: string
  alt: string
  width: number
  height: number
}

/** One reply, complete and unchanging: every attempt sends exactly this. */
export type OutgoingReply = {
  /** Chosen by `newKey` and stored before the first attempt. */
  key: string
  text: string
  media: OutgoingMedia[]
  contentWarning: string | null
  language: string | null
  visibility: Visibility
  replyTo: { remoteId: string; rootId: string; ref: Json; handle: string }
  /** When the person asked for it; part of what is sent, so that repeats are equal. */
  createdAt: Date
}

/** A message to somebody who need not have written before. Every attempt sends exactly this. */
export type OutgoingMail = {
  /** Chosen by `newKey` and stored before the first attempt. */
  key: string
  to: string
  subject: string
  text: string
  html: string | null
  /** A program wrote it (RFC 3834): answering machines keep still. */
  automatic: boolean
  /** Web address that ends such mail with one POST (RFC 8058); null: there is nothing to end. */
  unsubscribe: string | null
  createdAt: Date
}

export type Sent = { remoteId: string; url: string | null; at: Date }

/**
 * What was found when looking for a reply whose outcome is not known. `matches` are posts of the
 * account that can be this reply; `repeatSafe`: sending again with the same key cannot make a second
 * post, even when the lost request still arrives.
 */
export type Found = { matches: Sent[]; repeatSafe: boolean; looked: string }

export type ConsentTools = {
  http: HttpClient
  now(): Date
  redirectUri: string
  oauth: OAuthTools
}

/**
 * How far a sign-in on the network's own page goes from this installation's address. `short`: it ends by
 * itself after two weeks at most; `unavailable`: the network has no way back to this address.
 */
export type ConsentStanding = 'lasting' | 'short' | 'unavailable'

/**
 * A sign-in by the network's own page (OAuth). `pending` holds secrets: the core seals it between the two
 * steps and gives it back to the member who began, together with what the network sent by the browser.
 */
export type Consent = {
  /** Fields of `connectFields` that are needed to begin, for example the server. */
  fields: readonly string[]
  begin(
    fields: Record<string, string>,
    tools: ConsentTools,
  ): Promise<{ address: string; state: string; pending: Json }>
  finish(answer: URLSearchParams, pending: Json, tools: ConsentTools): Promise<Connection>
  /** Missing: always `lasting`. */
  standing?(publicUrl: string): ConsentStanding
  /** The document by which the network's servers know this installation; null: its address is not known to them. */
  clientMetadata?(publicUrl: string): Json
}

/** What a network brought to a channel's own address, untouched. Names of headers in small letters. */
export type HookRequest = {
  headers: Readonly<Record<string, string | undefined>>
  body: Uint8Array
  at: Date
}

/** What the network is answered, at once and only after the events are stored. */
export type HookAnswer = { status: 200 | 202 | 204; json?: Json }

/**
 * - `refused`: it is not proved that the network sent it; answered 401, nothing is stored.
 * - `unreadable`: the network sent it, but it is not what it promises to send; 400, nothing is stored.
 * - `taken`: these events are stored (those known are passed over), then `answer` is given. A challenge
 *   or a ping is `taken` without events.
 */
export type HookResult =
  | { kind: 'refused'; why: string }
  | { kind: 'unreadable'; why: string }
  | { kind: 'taken'; events: RawEvent[]; answer: HookAnswer }

/** The network's way to bring events to us instead of being asked: an address for each channel. */
export type Hook<Credential = unknown> = {
  /**
   * How this channel receives: `instead`: only what is brought, it is never asked by `receive`;
   * `beside`: what is brought as well as what is received; `none`: nothing is brought.
   */
  use(credential: Credential): 'instead' | 'beside' | 'none'
  /** Tells the network the address, again at each check; missing: a person writes it down there. */
  open?(session: Session<Credential>, address: string): Promise<void>
  /** Ends it for a channel that does not (or no longer) use it. Harmless when there is nothing to end. */
  close?(session: Session<Credential>): Promise<void>
  /**
   * Pure. Proves over the bytes as they came (comparing in constant time) that the network sent them,
   * and gives the events in them. Throws nothing.
   */
  take(
    request: HookRequest,
    channel: { credential: Credential; account: { remoteId: string; handle: string } },
  ): HookResult
}

/** A form field asked of whoever connects an account, needed unless `optional`. Words live in the UI, by `name`. */
export type ConnectField = { name: string; secret: boolean; example: string; optional?: true }

/** What a connected account is made from, before `verify`. */
export type Connection = { service: string; credential: unknown }

/**
 * A network, translated. A plain object that keeps nothing: no database, no environment, no sleeping.
 * A capability that the network lacks is a key that the object lacks.
 */
export type Connector<Credential = unknown> = {
  network: string
  name: string
  /** Parses what the vault holds for a channel of this network. */
  credential: z.ZodType<Credential>
  connectFields: readonly ConnectField[]
  /** Turns the filled fields into a connection; throws `rejected` naming the field at fault. Logs in where the network needs it. */
  connect(
    fields: Record<string, string>,
    tools: { http: HttpClient; dial: Dial; now(): Date },
  ): Promise<Connection>
  /** Signing in on the network's own page, instead of pasting a secret. */
  consent?: Consent
  /** Ends the sign-in at the network, where it can be ended from here. Harmless when it has ended. */
  signOut?(session: Session<Credential>): Promise<void>
  /** Asks the network who we are, what we may do, and its limits. The channel's health check. */
  verify(session: Session<Credential>): Promise<Account>
  /**
   * Events after `cursor`, oldest first, without holes. With `null`: start from now, with the last few days'
   * worth. `hints`: what `listen` told since the last page that was stored, oldest first. Missing: nothing
   * is fetched; what comes in is put in by a route of ours.
   */
  receive?(
    session: Session<Credential>,
    cursor: string | null,
    hints?: readonly Json[],
  ): Promise<Page>
  /** The shortest time between two rounds of asking, in milliseconds, where the usual seconds would be rude. */
  restMs?: number
  /** Events that the network brings to us by HTTPS. */
  hook?: Hook<Credential>
  /** Pure. Throws (any error) on what it does not understand: the event is kept aside with the message. */
  translate(raw: Json, account: { remoteId: string; handle: string }): NetworkEvent
  /**
   * Calls `onNews` whenever something may have come in; ends when the connection ends or `signal` aborts.
   * A hint is given to the next `receive` until its page is stored, and is gone with the process: what
   * must not be lost goes into the cursor there. `cursor` is the one stored when listening began.
   */
  listen?(
    session: Session<Credential>,
    onNews: (hint?: Json) => void,
    signal: AbortSignal,
    cursor?: string | null,
  ): Promise<void>
  /** The public thread around a message, root first, as raw events that `translate` understands. */
  thread?(
    session: Session<Credential>,
    message: { remoteId: string; ref: Json },
  ): Promise<RawEvent[]>
  /** Looks again at messages: raw events for those that were edited or deleted since. At most `recheckBatch` ids. */
  recheck?(
    session: Session<Credential>,
    messages: readonly { remoteId: string; version: string; ref: Json }[],
  ): Promise<RawEvent[]>
  recheckBatch?: number
  /** A fresh key for a send; unique, and in the form the network wants. */
  newKey(now: Date): string
  /**
   * The text as `deliver` sends it, where it adds to what was written (the name of the person answered).
   * Pure. This is what counts against the limits; missing: the text is sent as it is.
   */
  wording?(reply: Pick<OutgoingReply, 'text' | 'visibility' | 'replyTo'>): string
  deliver(session: Session<Credential>, reply: OutgoingReply): Promise<Sent>
  /** Missing: the network cannot be asked what it was sent, so an unknown outcome is for a person. */
  find?(session: Session<Credential>, reply: OutgoingReply): Promise<Found>
  /** The bytes of a message's media that has a `ref`. Throws `rejected` when they are gone or too large. */
  media?(session: Session<Credential>, message: { ref: Json }, ref: Json): Promise<Uint8Array>
  /** Writes to somebody who need not have written before. */
  sendMail?(session: Session<Credential>, mail: OutgoingMail): Promise<Sent>
  /** Looks for a mail whose outcome is not known. */
  findMail?(session: Session<Credential>, mail: Pick<OutgoingMail, 'key'>): Promise<Found>
}

/** A connector of a network that is asked for what came in. */
export type ReceivingConnector<Credential = unknown> = Connector<Credential> & {
  receive: NonNullable<Connector<Credential>['receive']>
}

/** All connectors of this build, by network. */
export type Connectors = ReadonlyMap<string, Connector>
