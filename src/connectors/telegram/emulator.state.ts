import type { Json } from '../contract.ts'
import type { Entity } from './schemas.ts'

// The state of a Bot API server for one bot, as the specification describes it, and what people do there.
// Nothing of it is Parley's: it is written from core.telegram.org/bots/api and knows no connector.

export type Person = { id: number; is_bot: false; first_name: string; username?: string }
export type EmulatedChat = {
  id: number
  type: 'private' | 'group' | 'supergroup'
  title?: string
  username?: string
  first_name?: string
}
export type EmulatedMessage = {
  message_id: number
  chat: EmulatedChat
  from: Person | typeof bot
  date: number
  [field: string]: unknown
}
type Update = { update_id: number } & Record<string, unknown>

export const bot = {
  id: 110201543,
  is_bot: true as const,
  first_name: 'Corner Shop',
  username: 'corner_shop_bot',
}

/** A public supergroup of the shop's customers, and a small closed group. */
export const talk: EmulatedChat = {
  id: -1001500000001,
  type: 'supergroup',
  title: 'Corner Shop talk',
  username: 'corner_shop_talk',
}
export const family: EmulatedChat = { id: -4500001, type: 'group', title: 'Regulars' }
export const ana: Person = { id: 7001, is_bot: false, first_name: 'Ana', username: 'ana_m' }
export const dan: Person = { id: 7002, is_bot: false, first_name: 'Dan' }

export type Words = {
  text: string
  entities?: Entity[]
  replyTo?: EmulatedMessage
  photo?: Uint8Array
  more?: Record<string, unknown>
}

export type State = ReturnType<typeof createState>

export function createState() {
  const chats = new Map<number, EmulatedChat>([talk, family].map((chat) => [chat.id, chat]))
  const messages: EmulatedMessage[] = []
  const files = new Map<string, Uint8Array>()
  const counters = new Map<number, number>()
  const blocked = new Set<number>()
  const migrated = new Map<number, number>()
  let updates: Update[] = []
  let nextUpdate = 100_001
  let onUpdate: () => void = () => undefined

  /** Private chats and small groups are numbered together for a bot; each supergroup by itself. */
  function numberIn({ id, type }: EmulatedChat): number {
    const counter = type === 'supergroup' ? id : 0
    const next = (counters.get(counter) ?? 0) + 1
    counters.set(counter, next)
    return next
  }

  function push(update: Record<string, unknown>): void {
    updates.push({ update_id: nextUpdate++, ...JSON.parse(JSON.stringify(update)) })
    onUpdate()
  }

  function keepFile(bytes: Uint8Array) {
    const number = files.size + 1
    files.set(`file_${number}`, bytes)
    const file = { file_id: `file_${number}`, file_unique_id: `unique_${number}` }
    const size = { width: 90, height: 90, file_size: bytes.length }
    return [
      { ...file, ...size, width: 30 },
      { ...file, ...size },
    ]
  }

  function write(chat: EmulatedChat, from: Person | typeof bot, words: Words): EmulatedMessage {
    const { replyTo, photo, entities, more } = words
    const parent = replyTo && { ...replyTo, reply_to_message: undefined }
    const thread = chat.type === 'supergroup' && (replyTo?.message_thread_id ?? replyTo?.message_id)
    const message: EmulatedMessage = {
      message_id: numberIn(chat),
      chat,
      from,
      date: Math.floor(Date.now() / 1000),
      ...(replyTo ? { reply_to_message: parent } : {}),
      ...(thread ? { message_thread_id: thread } : {}),
      ...(photo ? { photo: keepFile(photo), caption: words.text } : { text: words.text }),
      ...(entities ? { [photo ? 'caption_entities' : 'entities']: entities } : {}),
      ...more,
    }
    messages.push(message)
    return message
  }

  return {
    chats,
    messages,
    files,
    blocked,
    migrated,
    keepFile,
    write,
    set onUpdate(hear: () => void) {
      onUpdate = hear
    },
    /** Somebody writes; the bot is told. */
    says(chat: EmulatedChat, from: Person, words: Words): EmulatedMessage {
      chats.set(chat.id, chat)
      const message = write(chat, from, words)
      push({ message })
      return message
    },
    edits(message: EmulatedMessage, text: string): void {
      Object.assign(message, { text, edit_date: Math.floor(Date.now() / 1000) })
      push({ edited_message: message })
    },
    /** The bot is told nothing: that is how Telegram is. */
    deletes(message: EmulatedMessage): void {
      messages.splice(messages.indexOf(message), 1)
    },
    push,
    /** The same again, as happens when the answer to a delivery was lost. */
    repeatLast(): void {
      const last = updates.at(-1)
      if (last) updates.push(last)
    },
    /** After a week without updates the numbers begin somewhere else. */
    renumber(from: number): void {
      nextUpdate = from
    },
    pending: () => updates.length,
    first: () => updates[0],
    /** Asking from a number forgets everything before it; a negative one counts from the end. */
    confirm(offset: number): void {
      if (offset < 0) updates = updates.slice(offset)
      else updates = updates.filter((update) => update.update_id >= offset)
    },
    shift(): void {
      updates.shift()
    },
    take: (limit: number): Json => JSON.parse(JSON.stringify(updates.slice(0, limit))),
  }
}

/** The private chat of somebody with the bot has their number. */
export function chatWith({ id, first_name, username }: Person): EmulatedChat {
  return { id, type: 'private', first_name, ...(username ? { username } : {}) }
}
