import { z } from 'zod'
import { Time } from './http.ts'
import { ConversationId, MemberId, PageId } from './ids.ts'

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
