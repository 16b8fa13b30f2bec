import { z } from 'zod'
import type { Author, Json, NetworkEvent, NetworkMessage, RemoteMedia } from '../contract.ts'
import { privateId, Raw } from './raw.ts'
import { htmlOf, link, webAddress, wordsOf } from './richtext.ts'
import {
  Card,
  ChatMessage,
  NotificationHead,
  Pictures,
  PostRecord,
  PostView,
  Profile,
  Quote,
  StrongRef,
  Video,
  WithMedia,
} from './schemas.ts'

type Me = { remoteId: string; handle: string }

/** What answering a post needs: itself and the root of its thread, each with its version. */
export const PostRef = z.object({ uri: z.string(), cid: z.string(), root: StrongRef })
/** What answering a private message needs. */
export const PrivateRef = z.object({ convoId: z.string(), messageId: z.string() })

/** Reasons of a notification that carry something a person wrote to us. */
export const TELLING: readonly string[] = ['mention', 'reply', 'quote']

export function translate(raw: Json, me: Me): NetworkEvent {
  const event = Raw.parse(raw)
  switch (event.type) {
    case 'gone':
      return { kind: 'deleted', remoteId: event.id, at: new Date(event.at) }
    case 'private':
      return privateMessage(event, me)
    case 'post':
      return message(PostView.parse(event.post), event.editedAt ?? null, me)
    case 'notification': {
      const { reason } = NotificationHead.parse(event.notification)
      if (!TELLING.includes(reason))
        return { kind: 'ignored', why: `a notification of a ${reason}` }
      const view = PostView.parse(event.notification)
      const shown = PostView.safeParse(event.post)
      const same = shown.success && shown.data.cid === view.cid ? shown.data : view
      return message(same, event.editedAt ?? null, me)
    }
  }
}

/** The address of a post that a person can open; names outlive a handle that is not valid any more. */
export function addressOf(uri: string, handle: string | null): string | null {
  const [, did, , rkey] = /^at:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(uri) ?? []
  if (!did || !rkey) return null
  const name = handle && isHandle(handle) ? handle : did
  return `https://bsky.app/profile/${name}/post/${rkey}`
}

function message(view: PostView, editedAt: string | null, me: Me): NetworkEvent {
  const type = z.object({ $type: z.string() }).safeParse(view.record)
  if (type.success && type.data.$type !== 'app.bsky.feed.post')
    return { kind: 'ignored', why: `a record of type ${type.data.$type.slice(0, 100)}` }
  const record = PostRecord.parse(view.record)
  const { uri, cid } = view
  const { reply } = record
  const root: StrongRef = reply?.root ?? { uri, cid }
  const shown = withoutMedia(view.embed ?? record.embed)
  return {
    kind: 'message',
    remoteId: uri,
    version: cid,
    author: authorOf(view.author),
    mine: view.author.did === me.remoteId,
    ...words(record, cardOf(shown.media)),
    contentWarning: warningOf(view, record),
    language: record.langs?.[0] ?? null,
    visibility: 'public',
    createdAt: writtenAt(record.createdAt, view.indexedAt),
    editedAt: editedAt === null ? null : new Date(editedAt),
    url: addressOf(uri, view.author.handle),
    parentId: reply?.parent.uri ?? null,
    rootId: reply?.root.uri ?? null,
    quotedId: quotedOf(record.embed) ?? quotedOf(view.embed),
    media: mediaOf(shown.media),
    ref: { uri, cid, root },
  }
}

function privateMessage(event: Raw & { type: 'private' }, me: Me): NetworkMessage {
  const { convoId } = event
  const said = ChatMessage.parse(event.message)
  const sender = Profile.safeParse(event.sender)
  const author = sender.success
    ? sender.data
    : { did: said.sender.did, handle: '', displayName: '', avatar: null }
  if (author.did !== said.sender.did) throw new Error('the profile is not that of the sender')
  return {
    kind: 'message',
    remoteId: privateId(convoId, said.id),
    version: said.id,
    author: authorOf(author),
    mine: said.sender.did === me.remoteId,
    ...words(said, null),
    contentWarning: null,
    language: null,
    visibility: 'private',
    createdAt: new Date(said.sentAt),
    editedAt: null,
    url: null,
    parentId: said.replyTo ? privateId(convoId, said.replyTo.id) : null,
    // A conversation has no first message that could be known; its own name holds it together.
    rootId: `convo:${convoId}`,
    quotedId: quotedOf(said.embed),
    media: [],
    ref: { convoId, messageId: said.id },
  }
}

function authorOf({ did, handle, displayName, avatar }: Profile): Author {
  const name = isHandle(handle) ? handle : did
  return {
    remoteId: did,
    handle: name,
    displayName: displayName.normalize('NFC').trim() || name,
    avatarUrl: webAddress(avatar),
    profileUrl: `https://bsky.app/profile/${name}`,
  }
}

/** `handle.invalid` is what the network shows of a handle that does not lead back to its account. */
function isHandle(handle: string): boolean {
  return handle !== 'handle.invalid' && /^[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+$/i.test(handle)
}

type Written = Pick<PostRecord, 'text' | 'facets'>

/** Text and HTML, with the address of a link card where the text does not have it itself. */
function words({ text, facets }: Written, card: { uri: string; title: string } | null) {
  const html = htmlOf(text, facets ?? null)
  const links = (facets ?? []).flatMap((facet) => facet?.features.map(({ uri }) => uri) ?? [])
  if (card === null || text.includes(card.uri) || links.includes(card.uri))
    return { text: text.normalize('NFC'), html }
  const plain = [text, card.uri].filter((part) => part !== '').join('\n')
  const linked = [html ?? wordsOf(text), link(card.uri, card.title || card.uri)]
  return {
    text: plain.normalize('NFC'),
    html: linked.filter((part) => part !== '').join('<br>'),
  }
}

/** A clock that runs ahead must not make a message later than the moment the network had it. */
function writtenAt(createdAt: string, indexedAt: string): Date {
  const times = [Date.parse(createdAt), Date.parse(indexedAt)].filter((time) => !Number.isNaN(time))
  if (times.length === 0) throw new Error('a post without a time')
  return new Date(Math.min(...times))
}

/** Labels of the author and of the network's moderators; those with `!` are orders to apps. */
function warningOf(view: PostView, record: PostRecord): string | null {
  const values = [...view.labels, ...(record.labels?.values ?? [])]
    .filter(({ neg, val }) => neg !== true && (!val.startsWith('!') || val === '!warn'))
    .map(({ val }) => val)
  return values.length === 0 ? null : [...new Set(values)].join(', ').normalize('NFC').slice(0, 500)
}

/** `recordWithMedia` holds a quote and media; every other embed is one of the two. */
function withoutMedia(embed: unknown): { media: unknown } {
  const both = WithMedia.safeParse(embed)
  return both.success && both.data.media !== undefined ? both.data : { media: embed }
}

function quotedOf(embed: unknown): string | null {
  const quote = Quote.safeParse(embed)
  return quote.success && quote.data.startsWith('at://') ? quote.data : null
}

function cardOf(media: unknown): { uri: string; title: string } | null {
  const card = Card.safeParse(media)
  if (!card.success || webAddress(card.data.external.uri) === null) return null
  return card.data.external
}

/** Only media as shown has addresses; a record names its files by hash. */
function mediaOf(media: unknown): RemoteMedia[] {
  const video = Video.safeParse(media)
  if (video.success) return kept('video', video.data.playlist, video.data.thumbnail, video.data)
  const pictures = Pictures.safeParse(media)
  if (!pictures.success) return []
  return pictures.data.flatMap((each) => kept('image', each.fullsize, each.thumb, each))
}

type Shown = {
  alt?: string | null | undefined
  aspectRatio?: { width: number; height: number } | null | undefined
}

function kept(
  kind: 'image' | 'video',
  url: string,
  preview: string | null | undefined,
  { alt, aspectRatio }: Shown,
): RemoteMedia[] {
  const address = webAddress(url)
  if (address === null) return []
  return [
    {
      kind,
      url: address,
      previewUrl: webAddress(preview),
      alt: alt ? alt.normalize('NFC') : null,
      width: aspectRatio?.width ?? null,
      height: aspectRatio?.height ?? null,
    },
  ]
}
