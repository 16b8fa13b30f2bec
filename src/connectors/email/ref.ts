import { z } from 'zod'

/** What is kept with a message to answer it and to read its files later. */
export const Ref = z.object({
  /** Message-ID without brackets; null: it had none. */
  id: z.string().nullable(),
  references: z.array(z.string()),
  subject: z.string(),
  to: z.object({ address: z.string(), name: z.string() }),
  automatic: z.boolean(),
  /** Where it lay when it came: UIDVALIDITY and UID of INBOX. */
  place: z.object({ validity: z.string(), uid: z.int() }),
})
export type Ref = z.infer<typeof Ref>

/** Which of the message's files: its number in the order of the MIME parts. */
export const MediaRef = z.object({ index: z.int().nonnegative() })
