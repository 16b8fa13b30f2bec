import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import { z } from 'zod'
import type { Hook, HookRequest, HookResult } from '../contract.ts'
import type { DiscordCredential } from './credential.ts'
import { webhookEvent } from './raw.ts'
import { AnyJson } from './schemas.ts'

/** What stands before the 32 bytes of an Ed25519 key in its usual form (RFC 8410). */
const KEY_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
/** A request that was signed longer ago is somebody else's copy of it. */
const OLDEST_MS = 15 * 60_000
const PING = 0
const EVENT = 1

const Delivered = z.object({ type: z.number(), event: z.unknown().optional() })

/**
 * Webhook events: what happens to the bot's application, for example that it was added to a server.
 * Ordinary messages never come this way. Discord tries bad signatures on purpose.
 */
export const hook: Hook<DiscordCredential> = {
  use: ({ publicKey }) => (publicKey === null ? 'none' : 'beside'),
  take: (request, { credential }) => {
    const { publicKey } = credential
    if (publicKey === null || !isSigned(request, publicKey))
      return { kind: 'refused', why: 'This is not signed by Discord.' }
    return read(request.body)
  },
}

function isSigned({ headers, body, at }: HookRequest, publicKey: string): boolean {
  const signature = headers['x-signature-ed25519'] ?? ''
  const timestamp = headers['x-signature-timestamp'] ?? ''
  if (!/^[0-9a-f]{128}$/i.test(signature) || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(at.getTime() - Number(timestamp) * 1000) > OLDEST_MS) return false
  const signed = Buffer.concat([Buffer.from(timestamp), body])
  const der = Buffer.concat([KEY_HEAD, Buffer.from(publicKey, 'hex')])
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return verifySignature(null, signed, key, Buffer.from(signature, 'hex'))
  } catch {
    return false // 32 bytes that are no point of the curve prove nothing.
  }
}

function read(body: Uint8Array): HookResult {
  const json = AnyJson.safeParse(parse(Buffer.from(body).toString('utf8')))
  const delivered = Delivered.safeParse(json.data)
  if (!json.success || !delivered.success)
    return { kind: 'unreadable', why: 'This is no webhook event of Discord.' }
  const answer = { status: 204 } as const
  switch (delivered.data.type) {
    case PING:
      return { kind: 'taken', events: [], answer }
    case EVENT: {
      const id = createHash('sha256').update(body).digest('hex').slice(0, 32)
      return { kind: 'taken', events: [webhookEvent(id, json.data)], answer }
    }
    default:
      return { kind: 'unreadable', why: `Discord has no webhook of type ${delivered.data.type}.` }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
