import { z } from 'zod'

/** A feed's address; kept sealed, because some hold a key (`?token=…`). */
export const FeedCredential = z.object({ url: z.url({ protocol: /^https?$/ }) })
export type FeedCredential = z.infer<typeof FeedCredential>
