import { z } from 'zod'
import type { Json } from '../contract.ts'

/** Any parsed JSON document; nothing else comes out of JSON.parse. */
export const AnyJson: z.ZodType<Json> = z.json()

/** Words of the lexicons, read leniently: what we do not need may be wrong or missing. */
const text = z.string().catch('')
const maybe = z.string().nullish().catch(null)

export const StrongRef = z.object({ uri: z.string().startsWith('at://'), cid: z.string().min(1) })
export type StrongRef = z.infer<typeof StrongRef>

/** app.bsky.actor.defs#profileViewBasic and the chat's own. */
export const Profile = z.object({
  did: z.string().startsWith('did:'),
  handle: text,
  displayName: text,
  avatar: maybe,
})
export type Profile = z.infer<typeof Profile>

/** com.atproto.label.defs#label, and the bare `val` of a label on oneself. */
const Labels = z.array(z.object({ val: z.string(), neg: z.boolean().optional() })).catch([])

export const Facet = z.object({
  index: z.object({ byteStart: z.int().nonnegative(), byteEnd: z.int().nonnegative() }),
  features: z.array(z.object({ $type: text, uri: maybe, did: maybe, tag: maybe })),
})
export type Facet = z.infer<typeof Facet>
export const Facets = z.array(Facet.nullable().catch(null)).nullish().catch(null)

/** app.bsky.feed.post */
export const PostRecord = z.object({
  $type: z.literal('app.bsky.feed.post'),
  text: z.string(),
  facets: Facets,
  createdAt: text,
  reply: z.object({ root: StrongRef, parent: StrongRef }).nullish().catch(null),
  langs: z.array(z.string()).nullish().catch(null),
  labels: z.object({ values: Labels }).nullish().catch(null),
  embed: z.unknown().optional(),
})
export type PostRecord = z.infer<typeof PostRecord>

/** app.bsky.feed.defs#postView and app.bsky.notification.listNotifications#notification. */
export const PostView = z.object({
  uri: z.string().startsWith('at://'),
  cid: z.string().min(1),
  author: Profile,
  record: z.unknown(),
  embed: z.unknown().optional(),
  indexedAt: text,
  labels: Labels,
})
export type PostView = z.infer<typeof PostView>

/** What reading and ordering need of a notification; the rest is the translator's. */
export const NotificationHead = z.object({
  uri: z.string(),
  cid: z.string(),
  reason: z.string(),
  indexedAt: z.iso.datetime({ offset: true }),
})
export type NotificationHead = z.infer<typeof NotificationHead>

const Size = z
  .object({ width: z.number().positive(), height: z.number().positive() })
  .nullish()
  .catch(null)

/** An embed as shown, or as written: only what tells the reader something. */
const Picture = z.object({ fullsize: z.string(), thumb: maybe, alt: maybe, aspectRatio: Size })
export const Pictures = z.union([
  z.object({ images: z.array(Picture) }).transform(({ images }) => images),
  z.object({ items: z.array(Picture) }).transform(({ items }) => items),
])
export const Video = z.object({
  playlist: z.string(),
  thumbnail: maybe,
  alt: maybe,
  aspectRatio: Size,
})
export const Card = z.object({ external: z.object({ uri: z.string(), title: text }) })
export const Quote = z.union([
  z.object({ record: z.object({ uri: z.string() }) }).transform(({ record }) => record.uri),
  z
    .object({ record: z.object({ record: z.object({ uri: z.string() }) }) })
    .transform(({ record }) => record.record.uri),
])
export const WithMedia = z.object({ media: z.unknown() })

/** chat.bsky.convo.defs#messageView */
export const ChatMessage = z.object({
  id: z.string().min(1),
  text: z.string(),
  facets: Facets,
  sender: z.object({ did: z.string().startsWith('did:') }),
  sentAt: z.iso.datetime({ offset: true }),
  replyTo: z.object({ id: z.string() }).nullish().catch(null),
  embed: z.unknown().optional(),
})
export type ChatMessage = z.infer<typeof ChatMessage>
