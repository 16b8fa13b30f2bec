import { z } from 'zod'
import { Time } from './http.ts'
import { ChannelId, EventId } from './ids.ts'

/** What `GET /api/v1/events` (SSE) sends as `data`, by `event:` name. It says that something changed; read it to see what. */
export const LiveEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('conversation'), id: z.string() }),
  z.object({ kind: z.literal('delivery'), id: z.string() }),
  z.object({ kind: z.literal('channel'), id: z.string() }),
  z.object({ kind: z.literal('thread'), id: z.string() }),
  z.object({ kind: z.literal('draft'), id: z.string() }),
  z.object({ kind: z.literal('view'), id: z.string() }),
  /** Somebody came to a conversation, began or ended writing there, or left it. */
  z.object({ kind: z.literal('presence'), id: z.string() }),
  /** Somebody is paged, or no longer; `id` is the page. */
  z.object({ kind: z.literal('page'), id: z.string() }),
  /** News may have been missed (first connection, database lost for a moment): read everything again. */
  z.object({ kind: z.literal('resync'), id: z.literal('') }),
])
export type LiveEvent = z.infer<typeof LiveEvent>

/** `GET /api/v1/aside`: events that could not be understood, kept for an operator. */
export const AsideEvent = z.object({
  id: EventId,
  channelId: ChannelId,
  receivedAt: Time,
  problem: z.string(),
  attempts: z.int(),
  raw: z.unknown(),
})
export type AsideEvent = z.infer<typeof AsideEvent>

/** `POST /api/v1/aside/{id}/replay`. */
export const ReplayOutcome = z.object({ understood: z.boolean(), problem: z.string().nullable() })
