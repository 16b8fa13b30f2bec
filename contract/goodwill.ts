import { z } from 'zod'
import { Time } from './http.ts'
import { ConversationId, GoodwillId } from './ids.ts'

// Small acts of goodwill, recorded on a conversation with what they cost.

/** `fix`: one beyond what was owed. */
export const GoodwillKind = z.enum(['gift', 'fix', 'kind-word', 'other'])
export type GoodwillKind = z.infer<typeof GoodwillKind>

/** In minor units of the workspace's currency (1250 is 12.50 in euro); 0 is a cost too. */
const cost = z.int().min(0).max(100_000_000_000)
const note = z.string().trim().max(2000)

/** `POST /api/v1/conversations/{id}/goodwill`. */
export const GoodwillInput = z.object({
  kind: GoodwillKind,
  cost: cost.default(0),
  note: note.default(''),
})
export type GoodwillInput = z.infer<typeof GoodwillInput>

/** `PATCH /api/v1/goodwill/{id}`. */
export const GoodwillChange = z.object({
  kind: GoodwillKind.optional(),
  cost: cost.optional(),
  note: note.optional(),
})
export type GoodwillChange = z.infer<typeof GoodwillChange>

export const Goodwill = z.object({
  id: GoodwillId,
  conversationId: ConversationId,
  person: z.string(),
  kind: GoodwillKind,
  cost: z.int(),
  /** ISO 4217, as the workspace's was when it was recorded. */
  currency: z.string(),
  note: z.string(),
  byName: z.string(),
  at: Time,
  can: z.object({ change: z.boolean() }),
})
export type Goodwill = z.infer<typeof Goodwill>

/** `GET /api/v1/goodwill/months`: newest month first, a line for each currency. */
export const GoodwillMonth = z.object({
  /** YYYY-MM in the workspace's zone. */
  month: z.string(),
  currency: z.string(),
  count: z.int(),
  cost: z.int(),
})
export type GoodwillMonth = z.infer<typeof GoodwillMonth>

/** `GET` and `PUT /api/v1/goodwill/settings`. What was recorded before keeps its currency. */
export const GoodwillSettings = z.object({ currency: z.string().regex(/^[A-Z]{3}$/) })
export type GoodwillSettings = z.infer<typeof GoodwillSettings>
