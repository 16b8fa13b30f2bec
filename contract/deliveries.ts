import { z } from 'zod'
import { Time } from './http.ts'
import { ChannelId, ConversationId, DeliveryId, MediaId, MessageId } from './ids.ts'

export const DeliveryState = z.enum([
  'queued',
  'held',
  'sending',
  'sent',
  'failed',
  'unknown',
  'cancelled',
])
export type DeliveryState = z.infer<typeof DeliveryState>

export const DeliveryReason = z.object({
  kind: z.enum([
    'auth-expired',
    'rate-limited',
    'rejected',
    'unavailable',
    'unknown-outcome',
    'order',
    'undo',
  ]),
  detail: z.string(),
  at: Time,
  /** When it will be tried again by itself. */
  retryAt: Time.optional(),
  /** Posts on the network that can be this reply, found when looking. */
  candidates: z
    .array(z.object({ remoteId: z.string(), url: z.string().nullable(), at: Time }))
    .optional(),
})
export type DeliveryReason = z.infer<typeof DeliveryReason>

/** `GET /api/v1/deliveries/{id}`: the truth about one sending. */
export const DeliveryView = z.object({
  id: DeliveryId,
  state: DeliveryState,
  channelId: ChannelId,
  conversationId: ConversationId,
  replyTo: MessageId,
  text: z.string(),
  contentWarning: z.string().nullable(),
  media: z.array(z.object({ id: MediaId, alt: z.string(), path: z.string() })),
  /** While queued: it can be taken back until then. */
  undoUntil: Time.nullable(),
  reason: DeliveryReason.nullable(),
  remote: z.object({ id: z.string(), url: z.string().nullable() }).nullable(),
  createdBy: z.string(),
  createdAt: Time,
  sentAt: Time.nullable(),
  attempts: z.array(
    z.object({
      number: z.int(),
      kind: z.enum(['send', 'look']),
      startedAt: Time,
      finishedAt: Time.nullable(),
      outcome: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
  can: z.object({ cancel: z.boolean(), retry: z.boolean(), decide: z.boolean() }),
})
export type DeliveryView = z.infer<typeof DeliveryView>

/** `POST /api/v1/deliveries/{id}/decision`, for one in state unknown. */
export const DeliveryDecision = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('it-is-there'), remoteId: z.string().min(1).max(1000) }),
  z.object({ decision: z.literal('send-again') }),
  z.object({ decision: z.literal('give-up') }),
])
export type DeliveryDecision = z.infer<typeof DeliveryDecision>
