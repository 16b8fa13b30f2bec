import { z } from 'zod'
import { Time } from './http.ts'
import { WebhookCallId, WebhookId } from './ids.ts'

/** What an address can be told of. */
export const WebhookEvent = z.enum([
  'conversation.opened',
  'message.received',
  'reply.sent',
  'reply.failed',
  'conversation.changed',
  'page.opened',
  'page.escalated',
  'page.acknowledged',
])
export type WebhookEvent = z.infer<typeof WebhookEvent>

const Url = z.string().trim().min(1).max(2000)
const Events = z.array(WebhookEvent).min(1).max(20)

/** `POST /api/v1/webhooks`. */
export const WebhookInput = z.object({ url: Url, events: Events })
export type WebhookInput = z.infer<typeof WebhookInput>

/** `PATCH /api/v1/webhooks/{id}`. */
export const WebhookChange = z.object({
  url: Url.optional(),
  events: Events.optional(),
  active: z.boolean().optional(),
})
export type WebhookChange = z.infer<typeof WebhookChange>

/** An address that is told of events. Its secret is not told again. */
export const Webhook = z.object({
  id: WebhookId,
  url: z.string(),
  events: z.array(WebhookEvent),
  state: z.enum(['active', 'paused']),
  /** Why Parley paused it by itself; null: a member did, or it is active. */
  pausedWhy: z.string().nullable(),
  /** Calls that failed since one succeeded. */
  failures: z.int(),
  succeededAt: Time.nullable(),
  createdAt: Time,
})
export type Webhook = z.infer<typeof Webhook>

/** The answer to making one: `secret` is told this once. */
export const NewWebhook = Webhook.extend({ secret: z.string() })
export type NewWebhook = z.infer<typeof NewWebhook>

/** One event that one address is told of. `id` is the `webhook-id` of every try. */
export const WebhookCall = z.object({
  id: WebhookCallId,
  type: z.string(),
  state: z.enum(['waiting', 'sent', 'failed']),
  createdAt: Time,
  tries: z.int(),
  /** When it is tried again; null unless it waits. */
  nextAt: Time.nullable(),
  /** The last try, null before the first. `status` null: no answer came; `problem` says why. */
  last: z
    .object({
      at: Time,
      status: z.int().nullable(),
      milliseconds: z.int().nullable(),
      answer: z.string(),
      problem: z.string().nullable(),
    })
    .nullable(),
})
export type WebhookCall = z.infer<typeof WebhookCall>
