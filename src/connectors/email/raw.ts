import { z } from 'zod'

const Mailbox = z.object({ address: z.string(), name: z.string() })
const Attached = z.object({
  /** Number among the files of the mail, as `parseMail` gives them. */
  index: z.int().nonnegative(),
  name: z.string().nullable(),
  mime: z.string(),
  bytes: z.int().nonnegative(),
  /** Content-Description: what is to be seen, where the sender said so. */
  description: z.string().nullable(),
  /** Shown within the text (a logo, a pasted picture). */
  inline: z.boolean(),
})

/** One mail as it was read: its words, and what its files are, without their bytes. */
export const Mail = z.object({
  type: z.literal('mail'),
  place: z.object({ validity: z.string(), uid: z.int() }),
  /** When the mailbox took it in; a sender's own clock may say anything. */
  receivedAt: z.iso.datetime(),
  id: z.string().nullable(),
  /** Names a mail without Message-ID, by its bytes. */
  hash: z.string(),
  /** The headers that are looked at, by lower-case name. */
  headers: z.record(z.string(), z.string()),
  from: Mailbox.nullable(),
  replyTo: Mailbox.nullable(),
  subject: z.string(),
  text: z.string().nullable(),
  html: z.string().nullable(),
  files: z.array(Attached),
  /** A machine's report about a mail of ours (RFC 3464). */
  report: z
    .object({
      original: z.string().nullable(),
      action: z.string(),
      status: z.string(),
      diagnostic: z.string(),
      recipient: z.string(),
    })
    .nullable(),
})
export type Mail = z.infer<typeof Mail>

/** What is stored of one thing in the mailbox. `unreadable`: no reader made anything of its MIME. */
export const Raw = z.discriminatedUnion('type', [
  Mail,
  z.object({
    type: z.literal('unreadable'),
    place: z.object({ validity: z.string(), uid: z.int() }),
    receivedAt: z.iso.datetime(),
    problem: z.string(),
    /** The first bytes, for whoever looks into it. */
    beginning: z.string(),
  }),
])
