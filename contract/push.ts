import { z } from 'zod'
import { Time } from './http.ts'
import { PushSubscriptionId } from './ids.ts'

const base64url = (bytes: number) => {
  const length = Math.ceil((bytes * 4) / 3)
  return z
    .string()
    .regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`), `must be ${bytes} bytes in base64url`)
}

/** `POST /api/v1/push-subscriptions`: what a browser's PushSubscription says (Push API). */
export const PushSubscriptionInput = z.object({
  endpoint: z.string().trim().min(1).max(2000),
  keys: z.object({ p256dh: base64url(65), auth: base64url(16) }),
  locale: z.enum(['en', 'ro']),
  /** What its owner knows the browser by. */
  name: z.string().trim().max(200).default(''),
})
export type PushSubscriptionInput = z.infer<typeof PushSubscriptionInput>

export const PushSubscriptionView = z.object({
  id: PushSubscriptionId,
  name: z.string(),
  /** Of the push service. The rest of the address is a secret. */
  host: z.string(),
  /** SHA-256 of the endpoint in base64url, by which a browser finds its own. */
  endpointHash: z.string(),
  createdAt: Time,
  /** When a message was last taken, and why the last one was not. */
  sentAt: Time.nullable(),
  problem: z.string().nullable(),
})
export type PushSubscriptionView = z.infer<typeof PushSubscriptionView>

/** `GET /api/v1/push-subscriptions`: one's own. `publicKey`: what a browser subscribes with (RFC 8292). */
export const PushSettings = z.object({
  publicKey: z.string(),
  items: z.array(PushSubscriptionView),
})
export type PushSettings = z.infer<typeof PushSettings>

/** `gone`: the browser takes no messages any more, and was forgotten. */
export const PushTestOutcome = z.object({
  outcome: z.enum(['sent', 'gone', 'failed']),
  problem: z.string().nullable(),
})
export type PushTestOutcome = z.infer<typeof PushTestOutcome>
