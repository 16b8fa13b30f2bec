import { z } from 'zod'
import { Time } from './http.ts'
import { ConversationId, DeliveryId, ReplyWarningId, SnippetId } from './ids.ts'

/** `GET` and `PATCH /api/v1/reply-rules`: how alike two replies may be. */
export const ReplyRules = z.object({
  /** Days in which a reply counts as sent before. */
  windowDays: z.int().min(1).max(366),
  /** Share of common words from which a reply is too alike, 0.5 to 1. */
  threshold: z.number().min(0.5).max(1),
})
export type ReplyRules = z.infer<typeof ReplyRules>
export const ReplyRulesChange = ReplyRules.partial()
export type ReplyRulesChange = z.infer<typeof ReplyRulesChange>

/** What a reply is too like: in the problem `too-alike` (409) as `earlier`. */
export const EarlierReply = z.object({
  kind: z.enum(['reply', 'snippet']),
  deliveryId: DeliveryId.nullable(),
  conversationId: ConversationId.nullable(),
  snippetId: SnippetId.nullable(),
  /** Whom the earlier reply answered, or the snippet's name. */
  name: z.string(),
  /** Null for a caller who may not read conversations. */
  text: z.string().nullable(),
  by: z.string(),
  at: Time,
  similarity: z.number(),
  /** Where the common words stand in `text`: from, to, in UTF-16 units. */
  marks: z.array(z.tuple([z.int(), z.int()])),
})
export type EarlierReply = z.infer<typeof EarlierReply>

/** What stands in the way of a reply: in the problem `somebody-answers` (409) as `collision`. */
export const Collision = z.object({
  /** Name it as `acknowledge` to answer nevertheless. */
  acknowledge: ReplyWarningId,
  others: z.array(
    z.object({
      kind: z.enum(['writing', 'reply']),
      name: z.string(),
      since: Time,
      /** The other's reply; null while it is being written or for a caller who may not read conversations. */
      text: z.string().nullable(),
    }),
  ),
})
export type Collision = z.infer<typeof Collision>

/** `POST /api/v1/conversations/{id}/presence`, every few seconds; `session` tells windows of one person apart. */
export const PresenceInput = z.object({
  session: z.string().min(1).max(100),
  kind: z.enum(['looking', 'writing', 'gone']),
})
export type PresenceInput = z.infer<typeof PresenceInput>

/** `GET /api/v1/presence`: who is where; gone at `until` unless heard of again. */
export const Presence = z.object({
  conversationId: ConversationId,
  /** `member:<id>` or `key:<id>`. */
  who: z.string(),
  name: z.string(),
  kind: z.enum(['looking', 'writing']),
  since: Time,
  until: Time,
})
export type Presence = z.infer<typeof Presence>

/** A colleague who wanted to answer where one writes or has just answered. */
export const ReplyWarning = z.object({ id: ReplyWarningId, name: z.string(), at: Time })
