import type { Json, NetworkEvent, NetworkMessage, RemoteMedia } from '../contract.ts'
import { messageIds } from './address.ts'
import { type Mail, Raw } from './raw.ts'
import type { Ref } from './ref.ts'
import { htmlOfText, newWords, tidy, wordsOfHtml } from './words.ts'

const MOST_REFERENCES = 20

/** Pure. Throws on a mail that could not be read or says not whom it is from: it is kept aside. */
export function translate(raw: Json, account: { remoteId: string }): NetworkEvent {
  const mail = Raw.parse(raw)
  if (mail.type === 'unreadable') throw new Error(`the mail cannot be read: ${mail.problem}`)
  if (mail.report) return returned(mail, mail.report)
  if (!mail.from) throw new Error('the mail does not say whom it is from')
  if (mail.from.address === account.remoteId)
    return { kind: 'ignored', why: 'a mail from this very address is no customer’s' }
  return messageOf(mail, mail.from)
}

function returned(mail: Mail, report: NonNullable<Mail['report']>): NetworkEvent {
  if (report.action !== 'failed' && report.action !== 'delayed')
    return { kind: 'ignored', why: `a report that a mail was ${report.action.slice(0, 40)}` }
  if (report.original === null)
    return { kind: 'ignored', why: 'a bounce that does not say which mail came back' }
  const words = [report.recipient, report.status, report.diagnostic].filter((one) => one !== '')
  return {
    kind: 'returned',
    remoteId: report.original,
    at: new Date(mail.receivedAt),
    lasting: report.action === 'failed',
    why: (words.join(' ') || mail.subject || 'the mail came back').slice(0, 500),
  }
}

function messageOf(mail: Mail, from: NonNullable<Mail['from']>): NetworkMessage {
  const id = mail.id ?? `hash:${mail.hash}`
  const references = messageIds(mail.headers.references)
  const [answers = references.at(-1)] = messageIds(mail.headers['in-reply-to'])
  const whole = wholeText(mail)
  const visible = newWords(whole)
  const automatic = isAutomatic(mail)
  return {
    kind: 'message',
    remoteId: id,
    version: '1',
    author: {
      remoteId: from.address,
      handle: from.address,
      displayName: from.name || from.address,
      avatarUrl: null,
      profileUrl: null,
    },
    mine: false,
    text: withSubject(mail.subject, visible, answers !== undefined),
    html: wholeHtml(mail, whole, visible),
    contentWarning: null,
    language: null,
    visibility: 'private',
    createdAt: new Date(mail.receivedAt),
    editedAt: null,
    url: null,
    parentId: answers ?? null,
    // Without References only the mail answered knows the thread, and the core knows that mail.
    rootId: references[0] ?? (answers === undefined ? null : undefined),
    quotedId: null,
    media: mail.files.map((file) => mediaOf(file, id)),
    ...(automatic ? { automatic } : {}),
    ref: refOf(mail, { from, references, automatic }),
  }
}

function refOf(
  mail: Mail,
  {
    from,
    references,
    automatic,
  }: { from: NonNullable<Mail['from']>; references: string[]; automatic: boolean },
): Ref {
  const first = references.slice(0, 1)
  const later = references.slice(1).slice(-(MOST_REFERENCES - 1))
  return {
    id: mail.id,
    references: [...first, ...later],
    subject: mail.subject,
    to: mail.replyTo ?? from,
    automatic,
    place: mail.place,
  }
}

/**
 * Written by a machine: RFC 3834, and what programs said before it. `list` and `bulk` are machines too:
 * nobody waits for an answer to a newsletter.
 */
function isAutomatic({ headers }: Mail): boolean {
  const submitted = (headers['auto-submitted'] ?? 'no').split(';', 1)[0]?.trim().toLowerCase()
  const precedence = (headers.precedence ?? '').trim().toLowerCase()
  const suppress = (headers['x-auto-response-suppress'] ?? '').toLowerCase()
  return (
    (submitted !== 'no' && submitted !== '') ||
    ['auto_reply', 'auto-reply', 'bulk', 'list', 'junk'].includes(precedence) ||
    /\b(all|autoreply)\b/.test(suppress) ||
    headers['x-autoreply'] !== undefined ||
    headers['x-autorespond'] !== undefined ||
    // An empty return path (RFC 5321 4.5.5): nothing may be answered to it.
    headers['return-path']?.trim() === '<>'
  )
}

function wholeText(mail: Mail): string {
  const text = tidy(mail.text ?? '')
  return text !== '' || mail.html === null ? text : wordsOfHtml(mail.html)
}

/** The whole mail, where the text alone is not it; the core makes it safe. */
function wholeHtml(mail: Mail, whole: string, visible: string): string | null {
  if (mail.html !== null) return mail.html
  return whole === visible ? null : htmlOfText(whole)
}

/** The subject stands above the first mail of a thread; below it says nothing new. */
function withSubject(subject: string, text: string, answer: boolean): string {
  if (subject === '' || answer) return text || subject
  return text === '' ? subject : `${subject.normalize('NFC')}\n\n${text}`
}

const PICTURES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

function mediaOf(
  { index, name, mime, bytes, description }: Mail['files'][number],
  id: string,
): RemoteMedia {
  const kind = PICTURES.includes(mime)
    ? 'image'
    : mime.startsWith('video/')
      ? 'video'
      : mime.startsWith('audio/')
        ? 'audio'
        : 'other'
  return {
    kind,
    // RFC 2392; nobody can open it, so it names the file and nothing else.
    url: `mid:${encodeURIComponent(id)}/${index}`,
    previewUrl: null,
    alt: description,
    width: null,
    height: null,
    name,
    bytes,
    ref: { index },
  }
}
