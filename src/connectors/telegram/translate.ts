import { z } from 'zod'
import type { Author, Json, NetworkEvent, NetworkMessage, Visibility } from '../contract.ts'
import { entitiesToHtml } from './entities.ts'
import { mediaOf } from './media.ts'
import { type Chat, type Message, Update } from './schemas.ts'

/** What an answer needs: which chat, which message, and in which topic of a forum. */
export const Ref = z.object({
  chat: z.int(),
  message: z.int(),
  type: z.string(),
  topic: z.int().nullable(),
})
export type Ref = z.infer<typeof Ref>

type Me = { remoteId: string; handle: string }

/** Pure: an update in the words of the core. Throws on what it does not understand. */
export function translate(raw: Json, me: Me): NetworkEvent {
  const update = Update.parse(raw)
  const message = update.message ?? update.edited_message
  if (!message) return { kind: 'ignored', why: 'not a message' }
  const { chat } = message
  if (chat.type === 'channel') return { kind: 'ignored', why: 'a post of a channel' }
  if (message.is_automatic_forward)
    return { kind: 'ignored', why: 'a post of the group’s own channel' }
  if (message.sender_chat?.id === chat.id)
    return { kind: 'ignored', why: 'written by an administrator in the name of the group' }
  if (/^\/start(@\w+)?(\s|$)/.test(message.text ?? ''))
    return { kind: 'ignored', why: 'somebody opened the chat and has said nothing yet' }
  const text = textOf(message)
  const media = mediaOf(message)
  if (text === '' && media.length === 0) return { kind: 'ignored', why: 'a service message' }
  return messageOf(message, { text, media, me })
}

function messageOf(
  message: Message,
  { text, media, me }: Pick<NetworkMessage, 'text' | 'media'> & { me: Me },
): NetworkMessage {
  const { chat, message_id: id } = message
  const visibility = visibilityOf(chat)
  const topic = message.is_topic_message ? (message.message_thread_id ?? null) : null
  const author = authorOf(message)
  const ref: Ref = { chat: chat.id, message: id, type: chat.type, topic }
  return {
    kind: 'message',
    remoteId: remoteIdOf(chat.id, id),
    version: message.edit_date === undefined ? 'original' : `edited:${message.edit_date}`,
    author,
    mine: author.remoteId === me.remoteId,
    text,
    html: htmlOf(message),
    contentWarning: null,
    language: null,
    visibility,
    createdAt: new Date(message.date * 1000),
    editedAt: message.edit_date === undefined ? null : new Date(message.edit_date * 1000),
    url: urlOf(chat, id),
    parentId: parentOf(message, topic),
    rootId: rootOf(message, topic),
    quotedId: null,
    media,
    ref,
  }
}

/** A message's number counts in its chat only. */
export function remoteIdOf(chat: number, message: number): string {
  return `${chat}:${message}`
}

/** Where the message can be read; by members only where the group is closed. */
export function urlOf({ type, username, id }: Chat, message: number): string | null {
  if (type !== 'supergroup') return null
  if (username) return `https://t.me/${username}/${message}`
  // A supergroup's number is written -100… in the Bot API and without that in addresses.
  return `https://t.me/c/${String(id).replace(/^-100/, '')}/${message}`
}

function visibilityOf({ type, username }: Chat): Visibility {
  if (type === 'private') return 'private'
  return username ? 'public' : 'followers'
}

function parentOf({ chat, reply_to_message: parent }: Message, topic: number | null) {
  // In a forum every message answers, as Telegram has it, the one that opened the topic.
  if (!parent || parent.message_id === topic) return null
  return remoteIdOf(chat.id, parent.message_id)
}

/**
 * A private chat is one conversation, and so is a topic. In a supergroup Telegram names the thread's first
 * message; in a small group it does not, and the core finds the thread by the message that is answered.
 */
function rootOf(message: Message, topic: number | null): string | null | undefined {
  const { chat, message_id: id, message_thread_id: thread } = message
  if (chat.type === 'private') return `chat:${chat.id}`
  if (topic !== null) return `${chat.id}:topic:${topic}`
  if (thread !== undefined) return thread === id ? null : remoteIdOf(chat.id, thread)
  return message.reply_to_message ? undefined : null
}

function authorOf({ from, sender_chat: as, chat }: Message): Author {
  // Somebody may write in the name of a channel of theirs; `from` is then a placeholder.
  if (as) return named(as.id, as.title ?? '', as.username)
  if (from) return named(from.id, [from.first_name, from.last_name].join(' '), from.username)
  return named(chat.id, chat.title ?? '', chat.username)
}

function named(id: number, name: string, username: string | undefined): Author {
  const displayName = name.normalize('NFC').trim() || username || String(id)
  return {
    remoteId: String(id),
    handle: username ?? String(id),
    displayName,
    avatarUrl: null,
    profileUrl: username ? `https://t.me/${username}` : null,
  }
}

function textOf(message: Message): string {
  const { text, caption, sticker, location, contact, poll } = message
  const said = text ?? caption
  if (said !== undefined) return said.normalize('NFC')
  if (sticker?.emoji) return sticker.emoji
  if (location) return `${location.latitude}, ${location.longitude}`
  if (contact)
    return [contact.first_name, contact.last_name, contact.phone_number].filter(Boolean).join(' ')
  if (poll) return [poll.question, ...poll.options.map((one) => `- ${one.text}`)].join('\n')
  return ''
}

function htmlOf({ text, entities, caption, caption_entities: below }: Message): string | null {
  if (text !== undefined) return entitiesToHtml(text, entities ?? [])
  return caption === undefined ? null : entitiesToHtml(caption, below ?? [])
}
