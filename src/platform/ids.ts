import { v7 } from 'uuid'
import type { z } from 'zod'

/** A fresh UUIDv7 of a branded id type, for example `newId(ConversationId)`. */
export function newId<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> {
  return schema.parse(v7())
}
