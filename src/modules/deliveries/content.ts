import { z } from 'zod'
import { DraftMedia, Visibility } from '../../../contract/conversations.ts'

/** All that is sent, fixed when a person asked for it and never changed after. */
export const DeliveryContent = z.object({
  text: z.string(),
  media: z.array(DraftMedia),
  visibility: Visibility,
  contentWarning: z.string().nullable(),
  language: z.string().nullable(),
  /** No person wrote it: it answers nobody. */
  automatic: z.boolean().default(false),
  replyTo: z.object({
    remoteId: z.string(),
    rootId: z.string(),
    ref: z.json(),
    handle: z.string(),
  }),
})
export type DeliveryContent = z.infer<typeof DeliveryContent>
