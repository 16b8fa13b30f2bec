import { z } from 'zod'
import { Time } from './http.ts'
import { ConversationId, MemberId, PageId, PushSubscriptionId } from './ids.ts'

/** `eased`: its severity pages nobody any more. */
export const PageState = z.enum(['open', 'acknowledged', 'answered', 'done', 'eased'])
export type PageState = z.infer<typeof PageState>

/** One person called one way. `withdrawn`: no longer needed before it went out. */
export const PageCall = z.object({
  step: z.int(),
  tier: z.enum(['on-call', 'owner']),
  member: z.object({ id: MemberId, name: z.string() }),
  way: z.enum(['mail', 'push']),
  state: z.enum(['waiting', 'sent', 'failed', 'withdrawn']),
  problem: z.string().nullable(),
  at: Time,
})
export type PageCall = z.infer<typeof PageCall>

/** Somebody is called about a conversation. `GET /api/v1/pages`. */
export const PageView = z.object({
  id: PageId,
  conversationId: ConversationId,
  /** The customer who waits. */
  person: z.string(),
  severity: z.string(),
  state: PageState,
  openedAt: Time,
  /** When somebody is called next; null: it is over. */
  nextAt: Time.nullable(),
  endedAt: Time.nullable(),
  /** Who acknowledged it, and whether in the app or by API, by the link in the mail or by answering. */
  acknowledged: z
    .object({ name: z.string(), via: z.enum(['app', 'mail', 'reply']), at: Time })
    .nullable(),
  /** Newest first, at most 100. */
  calls: z.array(PageCall),
  can: z.object({ acknowledge: z.boolean() }),
})
export type PageView = z.infer<typeof PageView>

export const PageListQuery = z.object({
  /** `open`: only those that still call. */
  state: z.enum(['open', 'all']).default('open'),
  conversationId: ConversationId.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(100).optional(),
})
export type PageListQuery = z.infer<typeof PageListQuery>

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
