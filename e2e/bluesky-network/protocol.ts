/**
 * What the network's process and its client say to each other: JSON over HTTP on 127.0.0.1.
 * Types only, so that tests can import them where the packages of this folder are not installed.
 */

/** The one line the process prints when everything answers. `pds` is the proxy in front of the PDS. */
export type Ready = {
  ready: true
  /** base URL of the control endpoint */
  control: string
  /** what clients under test use, and what DID documents name */
  pds: string
  /** the PDS without the proxy: the ground truth, also while faults are on */
  directPds: string
  appview: string
  plc: string
  pid: number
}

export type Account = { did: string; handle: string; email: string; password: string }

export type NewAccount = {
  /** `ana` becomes `ana.test`; this network knows only names under `.test` */
  handle: string
  password?: string | undefined
  displayName?: string | undefined
}

export type NewPost = {
  did: string
  /** links, tags and @mentions of existing handles become facets */
  text: string
  /** at-uri of the post that is answered; the root of the thread is found */
  replyTo?: string | undefined
  /** at-uri of the post that is quoted */
  quote?: string | undefined
  images?: NewImage[] | undefined
  langs?: string[] | undefined
  /** ISO 8601, now when missing */
  createdAt?: string | undefined
}

export type NewImage = { base64: string; mimeType: string; alt?: string | undefined }

export type PostRef = { uri: string; cid: string }

/** A post as it stands in the author's repository. `value` is the record. */
export type StoredPost = PostRef & { value: Record<string, unknown> }

/**
 * What happens to a request at the proxy:
 * - `pass`: nothing; clears all rules and opens the port again
 * - `refuse`: the port is closed and every connection cut, until `pass` (no `match`, no `times`)
 * - `cut-before-accept`: cut; the PDS never heard of it
 * - `cut-after-accept`: the PDS did it, the connection is cut before the first byte of the answer
 * - `cut-mid-answer`: the PDS did it, half of the answer arrives
 * - `slow`: the PDS does it at once, the answer waits `delayMs`
 * - `late`: the PDS gets it after `delayMs`, even when the client has given up meanwhile
 * - `silent`: never answered, the PDS never hears of it
 * - `rate-limit`: 429 in the words of a PDS, `RateLimit-Reset` after `resetSeconds` (default 60)
 * - `expired-token`: 400 ExpiredToken
 * - `answer`: `status` with `error` and `message` (XRPC); the PDS never heard of it
 * - `answer-after-accept`: the same after the PDS did it: a gateway that lost the answer
 * - `duplicate`: the PDS gets it twice; the second answer is passed on
 */
export type FaultMode =
  | 'pass'
  | 'refuse'
  | 'cut-before-accept'
  | 'cut-after-accept'
  | 'cut-mid-answer'
  | 'slow'
  | 'late'
  | 'silent'
  | 'rate-limit'
  | 'expired-token'
  | 'answer'
  | 'answer-after-accept'
  | 'duplicate'

export type Fault = {
  mode: FaultMode
  /** applies to requests whose path contains this, such as `createRecord`; all when missing */
  match?: string | undefined
  /** how many requests it hits before it is over; no end when missing */
  times?: number | undefined
  /** milliseconds, for `slow` and `late` (default 1000) */
  delayMs?: number | undefined
  resetSeconds?: number | undefined
  /** for `answer` and `answer-after-accept` (default 502) */
  status?: number | undefined
  error?: string | undefined
  message?: string | undefined
}

/** One request the proxy saw, in order of arrival. */
export type SeenRequest = {
  /** ISO 8601 */
  at: string
  method: string
  /** with the query */
  path: string
  fault: FaultMode
  /** what the PDS answered, null when it was not asked or has not answered yet */
  status: number | null
}
