import { createHash } from 'node:crypto'
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'
import type { RawEvent } from '../contract.ts'
import { messageIds, oneLine } from './address.ts'
import type { Mail } from './raw.ts'
import { readReport } from './report.ts'

/** UTF-16 units kept of each form of the text: a long mail has some 100,000, the rest is an attack or a log file. */
const MOST_TEXT = 200_000
const MOST_FILES = 50
const KEPT_HEADERS = new Set([
  'in-reply-to',
  'references',
  'date',
  'auto-submitted',
  'precedence',
  'x-auto-response-suppress',
  'x-autoreply',
  'x-autorespond',
  'x-failed-recipients',
  'return-path',
  'content-type',
  'list-id',
  'authentication-results',
])

type Where = { place: Mail['place']; receivedAt: Date }

/** Reads a mail's bytes. A mail that cannot be read becomes an event too, which `translate` refuses. */
export async function mailEvent(source: Uint8Array, where: Where): Promise<RawEvent> {
  const { place } = where
  const receivedAt = where.receivedAt.toISOString()
  const hash = createHash('sha256').update(source).digest('hex')
  try {
    const raw = mailOf(await parseMail(source), { place, receivedAt, hash })
    return { id: raw.id ?? `hash:${hash}`, raw }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    const beginning = Buffer.from(source.subarray(0, 4000)).toString('latin1')
    const raw = { type: 'unreadable' as const, place, receivedAt, problem, beginning }
    return { id: `hash:${hash}`, raw }
  }
}

/** A mail taken apart. Mails within the mail stay files: their words are not the sender's. */
export function parseMail(source: Uint8Array): Promise<Email> {
  return PostalMime.parse(source, {
    forceRfc822Attachments: true,
    maxNestingDepth: 50,
    maxHeadersSize: 512 * 1024,
  })
}

function mailOf(
  mail: Email,
  { place, receivedAt, hash }: { place: Mail['place']; receivedAt: string; hash: string },
): Mail {
  const headers: Record<string, string> = {}
  for (const { key, value } of mail.headers)
    if (KEPT_HEADERS.has(key) && headers[key] === undefined) headers[key] = value.slice(0, 20_000)
  const report = readReport(mail)
  return {
    type: 'mail',
    place,
    receivedAt,
    id: messageIds(mail.messageId)[0] ?? null,
    hash,
    headers,
    from: mailboxOf(mail.from) ?? mailboxOf(mail.sender),
    replyTo: mailboxOf(mail.replyTo?.[0]),
    subject: oneLine(mail.subject ?? ''),
    text: mail.text === undefined ? null : mail.text.slice(0, MOST_TEXT),
    html: mail.html === undefined ? null : mail.html.slice(0, MOST_TEXT),
    files: mail.attachments.slice(0, MOST_FILES).map(fileOf),
    report,
  }
}

function mailboxOf(address: Address | undefined): Mail['from'] {
  const one = address?.group?.[0] ?? address
  if (one?.address === undefined || one.address === '') return null
  return { address: one.address.trim().toLowerCase(), name: oneLine(one.name) }
}

function fileOf(file: Attachment, index: number): Mail['files'][number] {
  const { filename, mimeType, content, description, disposition, related } = file
  return {
    index,
    name: filename === null ? null : oneLine(filename),
    mime: mimeType.slice(0, 200),
    bytes: typeof content === 'string' ? content.length : content.byteLength,
    description: description === undefined ? null : oneLine(description),
    inline: related === true || disposition === 'inline',
  }
}
