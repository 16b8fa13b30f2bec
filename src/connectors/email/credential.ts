import { z } from 'zod'
import type { Session } from '../contract.ts'

/** `tls`: from the first byte; `starttls`: asked for before signing in; `none`: this machine only. */
export const MailServer = z.object({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls', 'none']),
})
export type MailServer = z.infer<typeof MailServer>

/** What the vault keeps for a mailbox. */
export const EmailCredential = z.object({
  imap: MailServer,
  smtp: MailServer,
  user: z.string().min(1),
  password: z.string().min(1),
  /** As whom we write. The address is in lower case. */
  from: z.object({ address: z.string().min(3), name: z.string() }),
})
export type EmailCredential = z.infer<typeof EmailCredential>

export type EmailSession = Session<EmailCredential>
