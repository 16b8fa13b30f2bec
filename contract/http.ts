import { z } from 'zod'

/** Times in the API: ISO 8601 in UTC. */
export const Time = z.iso.datetime()

/** An RFC 9457 problem document. `errors` name the fields at fault. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>

/** A page of a list; `next` is the cursor of the following page or null at the end. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

export const PageQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

/** `GET /healthz` and `GET /readyz`. */
export const Alive = z.object({ ok: z.boolean() })
export const Ready = z.object({ ready: z.boolean(), reason: z.string().optional() })

/** `GET /api/openapi.json`. */
export const ApiDocument = z.record(z.string(), z.unknown())
