import { z } from 'zod'
import type { Author, Json, NetworkEvent, NetworkMessage, RemoteMedia } from '../contract.ts'
import { htmlOf, type Names, plainText } from './markdown.ts'
import { Place, Raw } from './raw.ts'
import { type Attachment, Id, Message, type User } from './schemas.ts'

type Me = { remoteId: string; handle: string }

/** What answering and looking again need. */
export const Ref = z.object({
  channelId: Id,
  guildId: Id.nullable(),
  kind: Place.shape.kind,
  authorId: Id,
})
export type Ref = z.infer<typeof Ref>

/** An ordinary message and a reply; everything else (joins, boosts, pins, calls) is Discord's own news. */
const SPOKEN = new Set([0, 19, 20, 23])
const FORWARD = 1

/** From a stored event to the words of the core. Throws on what it does not understand. */
export function translate(raw: Json, account: Me): NetworkEvent {
  const event = Raw.parse(raw)
  if (event.type === 'gone') return { kind: 'deleted', remoteId: event.id, at: new Date(event.at) }
  if (event.type === 'webhook')
    return { kind: 'ignored', why: 'news of the bot itself, not of a message' }
  const message = Message.parse(event.message)
  if (!SPOKEN.has(message.type))
    return { kind: 'ignored', why: `a message of Discord’s own, type ${message.type}` }
  return messageOf(message, event.place, account)
}

/** Changes with every edit. */
export function versionOf({ edited_timestamp }: Pick<Message, 'edited_timestamp'>): string {
  return edited_timestamp?.toISOString() ?? 'original'
}

/** The name that is unique: bots and old accounts have a number behind it. */
export function handleOf({ username, discriminator }: User): string {
  return /^0*$/.test(discriminator) ? username : `${username}#${discriminator}`
}

export function avatarOf({ id, avatar }: User): string | null {
  return avatar ? `https://cdn.discordapp.com/avatars/${id}/${avatar}.webp?size=128` : null
}

function messageOf(message: Message, place: Place, me: Me): NetworkMessage {
  const { id, channel_id: channelId, author } = message
  const names: Names = {
    users: new Map(message.mentions.map((user) => [user.id, handleOf(user)])),
    channels: new Map(message.mention_channels.map((channel) => [channel.id, channel.name])),
  }
  const content = contentOf(message)
  const ref: Ref = {
    channelId,
    guildId: place.guildId,
    kind: place.kind,
    authorId: author.id,
  }
  const isDirect = place.kind === 'direct'
  return {
    kind: 'message',
    remoteId: id,
    version: versionOf(message),
    author: authorOf(author),
    mine: author.id === me.remoteId,
    text: plainText(content, names),
    html: htmlOf(content, names),
    contentWarning: null,
    language: null,
    visibility: isDirect ? 'private' : 'public',
    createdAt: message.timestamp,
    editedAt: message.edited_timestamp,
    url: isDirect
      ? null
      : `https://discord.com/channels/${place.guildId ?? '@me'}/${channelId}/${id}`,
    parentId: parentOf(message),
    rootId: rootOf(message, place),
    quotedId:
      message.message_reference?.type === FORWARD
        ? (message.message_reference.message_id ?? null)
        : null,
    media: message.attachments.map(mediaOf),
    ref,
  }
}

/** What was written, and what stands in it otherwise: stickers, forwarded words, embeds of other bots. */
function contentOf(message: Message): string {
  const parts = [
    message.content,
    ...message.message_snapshots.map((each) => each.message.content),
    ...message.sticker_items.map(({ name }) => `[sticker: ${name}]`),
    // Embeds under words are previews of their links.
    ...(message.content === '' ? message.embeds.map(embedText) : []),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function embedText({ title, description, url, fields }: Message['embeds'][number]): string {
  const rows = fields.map(({ name, value }) => `${name}: ${value}`)
  return [title, description, ...rows, url].filter((part) => part).join('\n')
}

function authorOf(user: User): Author {
  return {
    remoteId: user.id,
    handle: handleOf(user),
    displayName: (user.global_name ?? user.username).normalize('NFC'),
    avatarUrl: avatarOf(user),
    profileUrl: `https://discord.com/users/${user.id}`,
  }
}

function parentOf({ message_reference: reference, channel_id }: Message): string | null {
  if (!reference || reference.type === FORWARD) return null
  // Pins, new threads and crossposts refer to other channels; an answer stays in its own.
  if (reference.channel_id && reference.channel_id !== channel_id) return null
  return reference.message_id ?? null
}

/**
 * A private conversation and a thread are one each, known by their channel's id; a thread made from a
 * message has that message's id. Elsewhere an answer belongs to what it answers.
 */
function rootOf(message: Message, place: Place): string | null | undefined {
  if (place.kind !== 'channel') return message.channel_id
  return parentOf(message) === null ? null : undefined
}

/** Addresses of attachments are signed and run out within a day; by the id they are read again. */
function mediaOf(attachment: Attachment): RemoteMedia {
  const [kind = ''] = (attachment.content_type ?? '').split('/')
  const isSeen = kind === 'image' || kind === 'video' || kind === 'audio'
  return {
    kind: isSeen ? kind : 'other',
    url: attachment.url,
    previewUrl: kind === 'image' ? (attachment.proxy_url ?? null) : null,
    alt: attachment.description || null,
    width: attachment.width ?? null,
    height: attachment.height ?? null,
  }
}
