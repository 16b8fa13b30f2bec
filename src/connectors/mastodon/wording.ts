import type { OutgoingReply, Visibility } from '../contract.ts'
import { Ref, visibilityOf } from './translate.ts'

/**
 * The text as it is sent. Nobody is notified of an answer on these networks unless they are named in
 * it, so the person is named first unless the text already does; in a private message everyone who
 * was in it, because only the people named can read it.
 */
export function wording(reply: Pick<OutgoingReply, 'text' | 'visibility' | 'replyTo'>): string {
  const ref = Ref.parse(reply.replyTo.ref)
  // A private answer to a public post goes to its author alone, whoever else the post named.
  const circle = reply.visibility === 'private' && ref.visibility === 'direct' ? ref.mentions : []
  const named = namesIn(reply.text)
  // Somebody of our own server is `@ana` there, and may as well be named in full.
  const full = reply.replyTo.handle.toLowerCase()
  const isNamed = (acct: string) =>
    named.has(acct.toLowerCase()) || (acct === ref.acct && named.has(full))
  const missing = [...new Set([ref.acct, ...circle])].filter((acct) => !isNamed(acct))
  const text = reply.text.normalize('NFC')
  return missing.length === 0 ? text : `${missing.map((acct) => `@${acct}`).join(' ')} ${text}`
}

/** The server's word for the audience: its own where the reply keeps the audience of the message. */
export function audience(visibility: Visibility, ref: Ref): string {
  if (visibilityOf(ref.visibility) === visibility) return ref.visibility
  switch (visibility) {
    case 'public':
    case 'unlisted':
      return visibility
    case 'followers':
      return 'private'
    case 'private':
      return 'direct'
  }
}

function namesIn(text: string): Set<string> {
  const names = text.matchAll(/(?<![\w/])@([\w.-]*\w(?:@[\w.-]*\w(?::\d+)?)?)/gu)
  return new Set([...names].map(([, name = '']) => name.toLowerCase()))
}
