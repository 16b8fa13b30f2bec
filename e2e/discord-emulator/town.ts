import { randomBytes } from 'node:crypto'
import type { APIMessage, APIUser } from 'discord-api-types/v10'

/** A server's text channel, a thread in it, or a private channel with one person. */
export type TownChannel = {
  id: string
  type: 0 | 1 | 11
  name: string
  guildId: string | null
  parentId: string | null
  archived: boolean
  hidden: boolean
  joined: boolean
  with: string | null
}

/** A message as it stands, with what Discord keeps and does not show. */
export type TownMessage = APIMessage & { deleted: boolean; key: string | null }

/** What the emulator holds: one server with people in it, and the bot. */
export type Town = {
  bot: APIUser
  guildId: string
  users: Map<string, APIUser>
  channels: Map<string, TownChannel>
  messages: Map<string, TownMessage>
  /** Flags of the application; 1 << 18: it may read what does not name it. */
  flags: number
  nextId(at?: number): string
}

const EPOCH = 1_420_070_400_000

/** An empty server with one channel, one customer and the bot. */
export function buildTown(): Town {
  let last = 0n
  const fresh = (): string => {
    const id = BigInt(Date.now() - EPOCH) << 22n
    last = id > last ? id : last + 1n
    return last.toString()
  }
  const person = (username: string, name: string, discriminator = '0'): APIUser => ({
    id: fresh(),
    username,
    discriminator,
    global_name: name,
    avatar: null,
  })
  const bot = { ...person('corner-shop', 'The Corner Shop', '4471'), bot: true }
  const ana = person('ana', 'Ana Pop')
  const guildId = fresh()
  const channel = openChannel({ id: fresh(), type: 0, name: 'support', guildId })
  return {
    bot,
    guildId,
    users: new Map([bot, ana].map((user) => [user.id, user])),
    channels: new Map([[channel.id, channel]]),
    messages: new Map(),
    flags: 1 << 18,
    nextId: (at) => (at === undefined ? fresh() : (BigInt(at - EPOCH) << 22n).toString()),
  }
}

export function openChannel(
  parts: Pick<TownChannel, 'id' | 'type' | 'name'> & Partial<TownChannel>,
): TownChannel {
  return {
    guildId: null,
    parentId: null,
    archived: false,
    hidden: false,
    joined: false,
    with: null,
    ...parts,
  }
}

export type Writing = {
  author: APIUser
  channelId: string
  content: string
  replyTo?: string | null
  attachments?: APIMessage['attachments']
  key?: string | null
  /** When it was written; default: now. */
  at?: number
}

/** Puts a message into a channel, as Discord makes one: names in it become mentions. */
export function write(town: Town, writing: Writing): TownMessage {
  const { author, channelId, content, replyTo = null, attachments = [], key = null } = writing
  const id = town.nextId(writing.at)
  const named = [...content.matchAll(/<@!?(\d+)>/g)].flatMap(([, user = '']) => {
    const found = town.users.get(user)
    return found ? [found] : []
  })
  const parent = replyTo === null ? undefined : town.messages.get(replyTo)
  const mentions = [...named, ...(parent ? [parent.author] : [])]
  const message: TownMessage = {
    id,
    channel_id: channelId,
    type: replyTo === null ? 0 : 19,
    author,
    content: content.trim(),
    timestamp: new Date(writing.at ?? Date.now()).toISOString().replace('Z', '000+00:00'),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [...new Map(mentions.map((user) => [user.id, user])).values()],
    mention_roles: [],
    attachments,
    embeds: [],
    pinned: false,
    deleted: false,
    key,
    ...(replyTo === null
      ? {}
      : { message_reference: { type: 0, message_id: replyTo, channel_id: channelId } }),
  }
  town.messages.set(id, message)
  return message
}

/** Messages that stand in a channel, by age. */
export function messagesIn(town: Town, channelId: string): TownMessage[] {
  return [...town.messages.values()]
    .filter((message) => message.channel_id === channelId && !message.deleted)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
}

/** As the bot is shown it: without the intent, words that do not name it are left out. */
export function shown(town: Town, message: TownMessage): APIMessage {
  const { deleted: _deleted, key: _key, ...rest } = message
  const channel = town.channels.get(message.channel_id)
  const parent = message.message_reference?.message_id
  const above = parent === undefined ? undefined : town.messages.get(parent)
  const answered =
    parent === undefined
      ? {}
      : { referenced_message: above && !above.deleted ? shown(town, above) : null }
  const isOpen =
    (town.flags & ((1 << 18) | (1 << 19))) !== 0 ||
    channel?.type === 1 ||
    message.author.id === town.bot.id ||
    message.mentions.some(({ id }) => id === town.bot.id)
  return isOpen
    ? { ...rest, ...answered }
    : { ...rest, ...answered, content: '', attachments: [], embeds: [] }
}

export function channelView(town: Town, channel: TownChannel): object {
  const last = messagesIn(town, channel.id).at(-1)
  return {
    id: channel.id,
    type: channel.type,
    name: channel.name,
    last_message_id: last?.id ?? null,
    ...(channel.guildId === null ? {} : { guild_id: channel.guildId }),
    ...(channel.parentId === null ? {} : { parent_id: channel.parentId }),
    ...(channel.joined ? { member: { id: channel.id, user_id: town.bot.id } } : {}),
  }
}

export function newToken(): string {
  return randomBytes(24).toString('base64url')
}
