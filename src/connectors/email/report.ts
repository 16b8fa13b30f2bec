import type { Attachment, Email } from 'postal-mime'
import { messageIds } from './address.ts'
import type { Mail } from './raw.ts'

const MOST_LOOKED_AT = 100_000

/**
 * A delivery status notification (RFC 3464), or what servers send that never read it: who it is about,
 * what became of it, and the Message-ID of the mail that came back. Null: this mail is no such report.
 */
export function readReport(mail: Email): Mail['report'] {
  const type = mail.headers.find(({ key }) => key === 'content-type')?.value.toLowerCase() ?? ''
  const status = mail.attachments.find(({ mimeType }) => mimeType.endsWith('/delivery-status'))
  const isReport = type.startsWith('multipart/report') && !type.includes('disposition-notification')
  const failed = mail.headers.find(({ key }) => key === 'x-failed-recipients')?.value
  if (!isReport && !status && !failed) return null
  const fields = status ? readFields(textOf(status)) : new Map<string, string>()
  return {
    original: originalOf(mail),
    action: fields.get('action')?.toLowerCase() ?? 'failed',
    status: fields.get('status') ?? '',
    diagnostic: fields.get('diagnostic-code')?.replace(/^[a-z]+;\s*/i, '') ?? '',
    recipient: (fields.get('final-recipient') ?? fields.get('original-recipient') ?? failed ?? '')
      .replace(/^[a-z0-9]+;\s*/i, '')
      .slice(0, 320),
  }
}

/** From the mail that came back with the report, whole or only its headers; else from what it answers. */
function originalOf(mail: Email): string | null {
  for (const file of mail.attachments) {
    if (
      !['message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers'].includes(file.mimeType)
    )
      continue
    const [id] = messageIds(readFields(textOf(file)).get('message-id'))
    if (id !== undefined) return id
  }
  // Some servers put the mail's headers into the report's text.
  const [, quoted = ''] =
    /^[ \t>]*message-id:[ \t]*(<[^<>\s]{1,900}>)/im.exec(
      (mail.text ?? '').slice(0, MOST_LOOKED_AT),
    ) ?? []
  return (
    messageIds(quoted)[0] ??
    messageIds(mail.inReplyTo)[0] ??
    messageIds(mail.references).at(-1) ??
    null
  )
}

/** Header-like lines by lower-case name, unfolded; of a name that comes again, the first. */
function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  let last = ''
  for (const line of text.split(/\r?\n/).slice(0, 2000)) {
    const colon = line.indexOf(':')
    if (/^[ \t]/.test(line) && last !== '') {
      fields.set(last, `${fields.get(last) ?? ''} ${line.trim()}`.slice(0, 2000))
    } else if (colon > 0) {
      const name = line.slice(0, colon).trim().toLowerCase()
      last = fields.has(name) ? '' : name
      if (last !== '')
        fields.set(
          last,
          line
            .slice(colon + 1)
            .trim()
            .slice(0, 2000),
        )
    }
  }
  return fields
}

function textOf({ content }: Attachment): string {
  if (typeof content === 'string') return content.slice(0, MOST_LOOKED_AT)
  const bytes = content instanceof Uint8Array ? content : new Uint8Array(content)
  return Buffer.from(bytes.subarray(0, MOST_LOOKED_AT)).toString('utf8')
}
