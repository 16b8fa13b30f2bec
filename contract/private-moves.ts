import { z } from 'zod'
import { Time } from './http.ts'
import { ChannelId, ConversationId, DeliveryId, ReplyWarningId } from './ids.ts'

/** Why something must not be said in public. */
export const PrivateReason = z.enum(['order', 'health', 'address', 'identity', 'other'])
export type PrivateReason = z.infer<typeof PrivateReason>

/** `POST /api/v1/conversations/{id}/move-to-private`. */
export const PrivateMoveInput = z
  .object({
    reason: PrivateReason,
    /** For the team; needed when the reason is `other`. */
    words: z.string().trim().max(500).default(''),
    /** The account at which the customer should go on, of `GET …/private-places`. */
    placeChannelId: ChannelId,
    /** The public reply that points there. */
    text: z.string().trim().min(1).max(20_000),
    lastSeen: DeliveryId.nullable().optional(),
    acknowledge: ReplyWarningId.optional(),
  })
  .refine(({ reason, words }) => reason !== 'other' || words !== '', {
    path: ['words'],
    message: 'Say why in your own words.',
  })
export type PrivateMoveInput = z.infer<typeof PrivateMoveInput>

/** An account at which customers can write in private. */
export const PrivatePlace = z.object({
  channelId: ChannelId,
  network: z.string(),
  networkName: z.string(),
  practice: z.boolean(),
  handle: z.string(),
  /** A web or mail address of the account, as its network gives it. */
  address: z.string(),
  /** The account at which the customer spoke: they write a private message there. */
  here: z.boolean(),
})
export type PrivatePlace = z.infer<typeof PrivatePlace>

/** A customer was asked to go on in private. */
export const PrivateMove = z.object({
  deliveryId: DeliveryId,
  at: Time,
  byName: z.string(),
  reason: PrivateReason,
  words: z.string(),
  place: z.object({
    network: z.string(),
    networkName: z.string(),
    practice: z.boolean(),
    handle: z.string(),
  }),
  publicId: ConversationId,
  /** The private conversation in which they went on; null: they did not, or as somebody we do not know to be them. */
  privateId: ConversationId.nullable(),
})
export type PrivateMove = z.infer<typeof PrivateMove>
