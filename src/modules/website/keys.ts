import { createHmac, hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'

/** Secrets of the public pages, each for one purpose. Key objects: making one of bytes costs more than its use. */
export type SiteKeys = { form: KeyObject; thread: KeyObject }

/** A form is good for this long, in ms; after that it is given out anew, with what was typed. */
const formLifetime = 24 * 3600_000
/** Nobody reads and fills a form in less, in ms. */
export const soonestSend = 2000

/**
 * A form as it was given out. `nonce` is the form's own secret: what is sent with it twice is one message,
 * and the conversation that it begins is reached only by who holds it.
 */
export type OpenForm = { nonce: string; openedAt: number }

/** The hidden field of a form: `<nonce>.<time>.<signature>`. `place`: the channel or conversation it is for. */
export function issueForm(keys: SiteKeys, place: string, now: Date): string {
  const body = `${randomBytes(16).toString('base64url')}.${now.getTime().toString(36)}`
  return `${body}.${sign(keys, place, body)}`
}

/** Reads the hidden field. `null`: it is none of ours, is for another place, or is too old. */
export function readForm(keys: SiteKeys, place: string, field: string, now: Date): OpenForm | null {
  const [, nonce, time, signature] =
    /^([\w-]{22})\.([0-9a-z]{1,10})\.([\w-]{43})$/.exec(field) ?? []
  if (nonce === undefined || time === undefined || signature === undefined) return null
  const right = Buffer.from(sign(keys, place, `${nonce}.${time}`))
  if (!timingSafeEqual(right, Buffer.from(signature))) return null
  const openedAt = Number.parseInt(time, 36)
  const age = now.getTime() - openedAt
  return age > formLifetime || age < -60_000 ? null : { nonce, openedAt }
}

/**
 * What follows from a form: the id of the conversation that it begins and the secret part of its private
 * address. Both come out of the form's nonce and our key, so that a form sent twice leads to one page, and
 * neither can be found by whoever has only the other.
 */
export function threadOf(
  keys: SiteKeys,
  channelId: string,
  nonce: string,
): { threadId: string; token: string } {
  // One for both: the parts of a keyed hash tell as little of each other as two would, at half of the cost.
  const bytes = createHmac('sha512', keys.thread).update(`${channelId}:${nonce}`).digest()
  return { threadId: uuidOf(bytes.subarray(0, 16)), token: bytes.toString('base64url', 32) }
}

/** The secret part of a private address that goes out by mail: another for each mail. */
export function newMailToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The id of what was sent by a form: the same words from the same form are the same message. */
export function submissionId(nonce: string, text: string): string {
  return `${nonce}:${hash('sha256', text, 'base64url').slice(0, 16)}`
}

function sign(keys: SiteKeys, place: string, body: string): string {
  return hmac(keys.form, `${place}.${body}`).toString('base64url')
}

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** 16 bytes as a UUID of version 8 (RFC 9562: made by a rule of one's own). */
function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  const variant = '89ab'[(bytes[8] ?? 0) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
