import { z } from 'zod'

// Servers that speak this API leave out whatever they do not have. Only what nothing can be done
// without is required; everything else has a default.

const Id = z.union([z.string().min(1), z.int().transform(String)])
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '')
const Url = z
  .string()
  .nullish()
  .transform((url) => url || null)
const Moment = z.string().pipe(z.coerce.date())

export const RemoteAccount = z.object({
  id: Id,
  acct: z.string().min(1),
  display_name: Text,
  avatar: Url,
  url: Url,
})
export type RemoteAccount = z.infer<typeof RemoteAccount>

const Mention = z.object({ id: Id.optional(), acct: z.string(), url: Url })

const Size = z.object({ width: z.number(), height: z.number() })
export const Attachment = z.object({
  id: Id.optional(),
  type: z.string().catch('unknown'),
  url: Url,
  remote_url: Url,
  preview_url: Url,
  description: z
    .string()
    .nullish()
    .transform((text) => text || null),
  meta: z
    .object({ original: Size.optional().catch(undefined) })
    .nullish()
    .catch(null),
})
export type Attachment = z.infer<typeof Attachment>

/** Mastodon 4.4 has `quote` with a state around the post or only its id; Akkoma and Pleroma have ids. */
const Quote = z.object({
  state: z.string().optional(),
  quoted_status: z.object({ id: Id }).nullish(),
  quoted_status_id: Id.nullish(),
  id: Id.optional(),
})

export const Status = z.object({
  id: Id,
  account: RemoteAccount,
  content: Text,
  spoiler_text: Text,
  visibility: z.string().catch('private'),
  language: z.string().nullish().catch(null),
  created_at: Moment,
  edited_at: Moment.nullish().catch(null),
  url: Url,
  uri: Url,
  in_reply_to_id: Id.nullish(),
  mentions: z
    .array(Mention)
    .nullish()
    .transform((all) => all ?? []),
  media_attachments: z
    .array(Attachment)
    .nullish()
    .transform((all) => all ?? []),
  quote: Quote.nullish().catch(null),
  quote_id: Id.nullish().catch(null),
  pleroma: z.object({ quote_id: Id.nullish() }).nullish().catch(null),
})
export type Status = z.infer<typeof Status>

export const Notification = z.object({ id: Id, type: z.string(), status: z.unknown().optional() })
/** As much of a notification as reading on needs. */
export const NotificationHead = z.object({ id: Id, created_at: Moment.nullish().catch(null) })
export type NotificationHead = z.infer<typeof NotificationHead>

/** The answer to a send. */
export const SentStatus = z.object({ id: Id, url: Url, uri: Url, created_at: Moment })

const Positive = z.int().positive().optional().catch(undefined)
const Configuration = z.object({
  urls: z.object({ streaming: z.string().optional() }).optional().catch(undefined),
  statuses: z
    .object({
      max_characters: Positive,
      max_media_attachments: z.int().nonnegative().optional().catch(undefined),
      characters_reserved_per_url: Positive,
    })
    .optional()
    .catch(undefined),
  media_attachments: z
    .object({
      supported_mime_types: z.array(z.string()).optional().catch(undefined),
      image_size_limit: Positive,
      description_limit: Positive,
    })
    .optional()
    .catch(undefined),
})

/** /api/v2/instance or /api/v1/instance; the same words mean the same in both. */
export const Instance = z
  .object({
    version: z.string(),
    domain: z.string().optional().catch(undefined),
    uri: z.string().optional().catch(undefined),
    source_url: z.string().optional().catch(undefined),
    configuration: Configuration.optional().catch(undefined),
    urls: z.object({ streaming_api: z.string().optional() }).optional().catch(undefined),
    max_toot_chars: z.coerce.number().int().positive().optional().catch(undefined),
    description_limit: Positive,
  })
  .refine((instance) => instance.domain || instance.uri, 'an instance names its domain')
export type Instance = z.infer<typeof Instance>
