import { z } from 'zod'
import { ConnectorError, type OutgoingMedia, type OutgoingReply, type Sent } from '../contract.ts'
import { apiOf, ask, type Call, RefusedError, type TelegramSession } from './api.ts'
import { longestCaption } from './limits.ts'
import { Chat } from './schemas.ts'
import { Ref, remoteIdOf, urlOf } from './translate.ts'

const SentMessage = z.object({ message_id: z.int(), date: z.int(), chat: Chat })

/**
 * Sends a reply once. Telegram takes no key, so the outcome of a lost answer stays unknown.
 * Throws ConnectorError.
 */
export async function deliver(session: TelegramSession, reply: OutgoingReply): Promise<Sent> {
  const ref = Ref.parse(reply.replyTo.ref)
  if (reply.media.length > 0 && reply.text.length > longestCaption)
    throw new ConnectorError({
      kind: 'rejected',
      reason: `With a picture Telegram takes at most ${longestCaption} characters. Shorten the text, or send the picture by itself.`,
    })
  try {
    return await send(session, reply, { chat: ref.chat, ref })
  } catch (error) {
    const moved = error instanceof RefusedError && error.refusal.parameters?.migrate_to_chat_id
    if (!moved) throw inPlainWords(error)
    // The group became a supergroup and has another number; nothing was sent to the old one.
    return send(session, reply, { chat: moved, ref: null })
  }
}

type Target = {
  chat: number
  /** The message to answer; null when its number means nothing in this chat any more. */
  ref: Ref | null
}

async function send(session: TelegramSession, reply: OutgoingReply, target: Target): Promise<Sent> {
  const sent = await ask(apiOf(session), callOf(reply, target), OneOrMore)
  const [first] = sent
  if (!first)
    throw new ConnectorError({ kind: 'unknown-outcome', detail: 'Telegram names no message' })
  const { chat, message_id: id, date } = first
  return {
    remoteId: remoteIdOf(chat.id, id),
    url: urlOf(chat, id),
    at: new Date(date * 1000),
  }
}

const OneOrMore = z.union([SentMessage.transform((one) => [one]), z.array(SentMessage).min(1)])

function callOf({ text, media }: OutgoingReply, target: Target): Call {
  const words = text.normalize('NFC')
  const common = commonOf(target)
  const [picture, ...more] = media
  if (!picture) return { method: 'sendMessage', json: { ...common, text: words }, sends: true }
  const form = formOf(common)
  if (more.length === 0) {
    if (words !== '') form.set('caption', words)
    form.set('photo', blobOf(picture), 'picture')
    return { method: 'sendPhoto', form, sends: true }
  }
  // The album's words are those of its first picture.
  const album = media.map((_, at) => ({
    type: 'photo',
    media: `attach://picture${at}`,
    ...(at === 0 && words !== '' ? { caption: words } : {}),
  }))
  form.set('media', JSON.stringify(album))
  for (const [at, one] of media.entries()) form.set(`picture${at}`, blobOf(one), `picture${at}`)
  return { method: 'sendMediaGroup', form, sends: true }
}

function commonOf({ chat, ref }: Target): Record<string, unknown> {
  if (!ref) return { chat_id: chat }
  return {
    chat_id: chat,
    ...(ref.topic === null ? {} : { message_thread_id: ref.topic }),
    reply_parameters: {
      message_id: ref.message,
      // In a group an answer to nobody would confuse everybody; a private chat has one person in it.
      allow_sending_without_reply: ref.type === 'private',
    },
  }
}

function formOf(fields: Record<string, unknown>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  return form
}

function blobOf({ bytes, mime }: OutgoingMedia): Blob {
  return new Blob([Uint8Array.from(bytes)], { type: mime })
}

function inPlainWords(error: unknown): unknown {
  if (!(error instanceof ConnectorError) || error.failure.kind !== 'rejected') return error
  const { reason } = error.failure
  if (/message to be replied not found|replied message not found/i.test(reason))
    return refused('The message you are answering was deleted in Telegram.', error)
  if (/message is too long|caption is too long/i.test(reason))
    return refused('The text is too long for Telegram.', error)
  if (/not enough rights|need administrator rights|CHAT_WRITE_FORBIDDEN/i.test(reason))
    return refused('The bot may not write in this group. Its administrators can allow it.', error)
  return error
}

function refused(reason: string, cause: unknown): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason }, { cause })
}
