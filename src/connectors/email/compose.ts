import MailComposer from 'nodemailer/lib/mail-composer'
import type { OutgoingMail, OutgoingMedia } from '../contract.ts'
import { isAddress, oneLine } from './address.ts'
import type { EmailCredential } from './credential.ts'
import { rejected } from './failures.ts'

/** Everything of one e-mail that is not decided by the library that writes it down. */
export type Letter = {
  from: EmailCredential['from']
  to: { address: string; name: string }
  /** Without brackets. */
  messageId: string
  subject: string
  text: string
  html: string | null
  media: readonly OutgoingMedia[]
  date: Date
  inReplyTo: string | null
  references: readonly string[]
  automatic: boolean
  unsubscribe: string | null
}

/** RFC 5322 puts no end to References; 20 ids keep it below what old servers cut. */
const MOST_REFERENCES = 20

/** The bytes of an e-mail. No header can be smuggled in: see `oneLine` and `isAddress`. */
export async function compose(letter: Letter): Promise<Buffer> {
  if (!isAddress(letter.to.address))
    throw rejected(`to: ${oneLine(letter.to.address)} is not an address that can be written to`)
  const references = [...letter.references]
  const kept = references.slice(0, 1).concat(references.slice(1).slice(-(MOST_REFERENCES - 1)))
  const composer = new MailComposer({
    from: { name: oneLine(letter.from.name), address: letter.from.address },
    to: { name: oneLine(letter.to.name), address: letter.to.address },
    messageId: `<${letter.messageId}>`,
    subject: oneLine(letter.subject),
    text: letter.text,
    ...(letter.html === null ? {} : { html: letter.html }),
    date: letter.date,
    ...(letter.inReplyTo === null ? {} : { inReplyTo: `<${letter.inReplyTo}>` }),
    ...(kept.length === 0 ? {} : { references: kept.map((id) => `<${id}>`) }),
    headers: {
      ...(letter.automatic ? { 'Auto-Submitted': 'auto-generated' } : {}),
      ...(letter.unsubscribe === null ? {} : unsubscribing(letter.unsubscribe)),
    },
    attachments: letter.media.map(({ bytes, mime, alt }, index) => ({
      content: Buffer.from(bytes),
      contentType: oneLine(mime),
      filename: fileName(alt, mime, index),
      contentDisposition: 'attachment',
      ...(alt === '' ? {} : { headers: { 'Content-Description': oneLine(alt) } }),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  })
  return composer.compile().build()
}

/** One POST to this address ends such mail (RFC 8058). */
function unsubscribing(address: string): Record<string, string> {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw rejected('unsubscribe: that is not a web address')
  return {
    'List-Unsubscribe': `<${url.href}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
}

function fileName(alt: string, mime: string, index: number): string {
  const words = alt
    .replace(/[^\p{L}\p{N} _-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60)
  const [, subtype = 'bin'] = /^image\/([a-z0-9]{1,10})/.exec(mime) ?? []
  return `${words || `picture-${index + 1}`}.${subtype === 'jpeg' ? 'jpg' : subtype}`
}

/** A letter to somebody who need not have written. */
export function letterOf(
  mail: OutgoingMail,
  from: EmailCredential['from'],
  messageId: string,
): Letter {
  return {
    from,
    to: { address: mail.to.trim(), name: '' },
    messageId,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    media: [],
    date: mail.createdAt,
    inReplyTo: null,
    references: [],
    automatic: mail.automatic,
    unsubscribe: mail.unsubscribe,
  }
}
