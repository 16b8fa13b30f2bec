import { z } from 'zod'
import type { Json } from '../contract.ts'

// What is not needed may be missing or strange; only what nothing can be done without is required.
// Shapes: docs of REST v10 and Gateway v10, typed by discord-api-types.

export const Id = z.string().regex(/^\d{1,20}$/)
const Text = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => text ?? '')
const Word = z.string().nullish().catch(null)
const Count = z.number().nullish().catch(null)
const Moment = z.iso.datetime({ offset: true }).pipe(z.coerce.date())

/** Any parsed JSON document; nothing else comes out of JSON.parse. */
export const AnyJson: z.ZodType<Json> = z.json()

export const User = z.object({
  id: Id,
  username: z.string(),
  discriminator: Text,
  global_name: Word,
  avatar: Word,
  bot: z.boolean().nullish().catch(null),
})
export type User = z.infer<typeof User>

export const Application = z.object({ id: Id, flags: z.number().nullish().catch(null) })
export type Application = z.infer<typeof Application>

export const Attachment = z.object({
  id: Id,
  filename: Text,
  description: Word,
  content_type: Word,
  url: z.string(),
  proxy_url: Word,
  width: Count,
  height: Count,
})
export type Attachment = z.infer<typeof Attachment>

const Embed = z.object({
  title: Word,
  description: Word,
  url: Word,
  fields: z
    .array(z.object({ name: Text, value: Text }))
    .catch([])
    .default([]),
})
const Sticker = z.object({ id: Id, name: Text, format_type: Count })
const Reference = z.object({
  type: Count,
  message_id: Id.nullish(),
  channel_id: Id.nullish(),
})

export const MessageHead = z.object({ id: Id, channel_id: Id.optional() })
export const Message = z.object({
  id: Id,
  channel_id: Id,
  type: z.number().catch(0),
  author: User,
  content: Text,
  timestamp: Moment,
  edited_timestamp: Moment.nullish().transform((date) => date ?? null),
  mentions: z.array(User).catch([]).default([]),
  mention_channels: z
    .array(z.object({ id: Id, name: z.string() }))
    .catch([])
    .default([]),
  attachments: z.array(Attachment).catch([]).default([]),
  embeds: z.array(Embed).catch([]).default([]),
  sticker_items: z.array(Sticker).catch([]).default([]),
  message_reference: Reference.nullish().catch(null),
  /** null: it was deleted; undefined: not said. Only who wrote it matters. */
  referenced_message: z.object({ author: User }).nullish().catch(undefined),
  message_snapshots: z
    .array(z.object({ message: z.object({ content: Text }) }))
    .catch([])
    .default([]),
  nonce: z
    .union([z.string(), z.number().transform(String)])
    .nullish()
    .catch(null),
  webhook_id: Id.nullish().catch(null),
})
export type Message = z.infer<typeof Message>

export const Guild = z.object({ id: Id, name: Text })
export const Channel = z.object({
  id: Id,
  type: z.number(),
  name: Word,
  guild_id: Id.nullish().catch(null),
  parent_id: Id.nullish().catch(null),
  last_message_id: Id.nullish().catch(null),
})
export type Channel = z.infer<typeof Channel>
