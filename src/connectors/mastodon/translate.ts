import { z } from 'zod'
import type {
  Author,
  Json,
  NetworkEvent,
  NetworkMessage,
  RemoteMedia,
  Visibility,
} from '../contract.ts'
import { Raw } from './raw.ts'
import { type Attachment, Notification, type RemoteAccount, Status } from './schemas.ts'
import { plainText } from './text.ts'

type Me = { remoteId: string; handle: string }

/**
 * What answering needs: how to name the author and the others, and the server's own word for who may
 * see it (there are more than four: `local`, `list`, `mutuals_only`).
 */
export const Ref = z.object({
  acct: z.string(),
  mentions: z.array(z.string()),
  visibility: z.string(),
})
export type Ref = z.infer<typeof Ref>

/** Notifications of something a person said to us. `update`: of an edit, maybe of a post we only shared. */
const TELLING = new Set(['mention', 'quote', 'update'])

/** From a stored event to the words of the core. Throws on what it does not understand. */
export function translate(raw: Json, account: Me): NetworkEvent {
  const event = Raw.parse(raw)
  switch (event.type) {
    case 'gone':
      return { kind: 'deleted', remoteId: event.id, at: new Date(event.at) }
    case 'status':
      return messageOf(Status.parse(event.status), account, event.root ?? null)
    case 'notification': {
      const notification = Notification.parse(event.notification)
      if (!TELLING.has(notification.type))
        return { kind: 'ignored', why: `a notification of type ${notification.type}` }
      if (notification.status === null || notification.status === undefined)
        return { kind: 'ignored', why: 'the post was gone before it was read' }
      const message = messageOf(Status.parse(notification.status), account, null)
      if (notification.type === 'update' && !message.text.includes(`@${account.handle}`))
        return { kind: 'ignored', why: 'an edit of a post that does not name us' }
      return message
    }
  }
}

/** Changes with every edit; the same for servers that do not tell of edits. */
export function versionOf(status: Pick<Status, 'edited_at'>): string {
  return status.edited_at?.toISOString() ?? 'original'
}

/** The contract's four audiences. What we do not know is not shown to more people than it was. */
export function visibilityOf(word: string): Visibility {
  if (word === 'public') return 'public'
  if (word === 'unlisted' || word === 'local') return 'unlisted'
  return word === 'direct' ? 'private' : 'followers'
}

function messageOf(status: Status, me: Me, root: string | null): NetworkMessage {
  const home = me.handle.split('@')[1] ?? ''
  const full = (acct: string) => (acct.includes('@') || home === '' ? acct : `${acct}@${home}`)
  const mentions = status.mentions.map(({ acct, url }) => ({ acct: full(acct), url }))
  const visibility = visibilityOf(status.visibility)
  const author = authorOf(status.account, full)
  const others = status.mentions.filter(
    ({ acct, id }) => id !== me.remoteId && full(acct) !== me.handle,
  )
  const ref: Ref = {
    acct: status.account.acct,
    mentions: others.map(({ acct }) => acct).filter((acct) => acct !== status.account.acct),
    visibility: status.visibility,
  }
  const { id, in_reply_to_id: parent } = status
  return {
    kind: 'message',
    remoteId: id,
    version: versionOf(status),
    author,
    mine: status.account.id === me.remoteId || author.handle === me.handle,
    text: plainText(status.content, mentions),
    html: status.content === '' ? null : status.content,
    contentWarning: status.spoiler_text === '' ? null : status.spoiler_text.normalize('NFC'),
    language: status.language ?? null,
    visibility,
    createdAt: status.created_at,
    editedAt: status.edited_at ?? null,
    url: visibility === 'private' ? null : (status.url ?? status.uri),
    parentId: parent ?? null,
    rootId: rootOf(status, root),
    quotedId: quotedOf(status),
    media: status.media_attachments.flatMap(mediaOf),
    ref,
  }
}

function authorOf(account: RemoteAccount, full: (acct: string) => string): Author {
  const handle = full(account.acct)
  return {
    // A server numbers accounts for itself: two servers give two people the same number, and one person two.
    remoteId: handle.toLowerCase(),
    handle,
    displayName: account.display_name.normalize('NFC').trim() || handle,
    avatarUrl: account.avatar,
    profileUrl: account.url,
  }
}

function rootOf(status: Status, root: string | null): string | null | undefined {
  if (status.in_reply_to_id === null || status.in_reply_to_id === undefined) return null
  return root ?? undefined
}

function quotedOf({ quote, quote_id, pleroma }: Status): string | null {
  const shown = quote?.quoted_status?.id ?? quote?.quoted_status_id ?? quote?.id
  return shown ?? quote_id ?? pleroma?.quote_id ?? null
}

function mediaOf(attachment: Attachment): RemoteMedia[] {
  const url = attachment.url ?? attachment.remote_url
  if (url === null) return []
  const size = attachment.meta?.original
  return [
    {
      kind: mediaKind(attachment.type),
      url,
      previewUrl: attachment.preview_url,
      alt: attachment.description,
      width: size?.width ?? null,
      height: size?.height ?? null,
    },
  ]
}

function mediaKind(type: string): RemoteMedia['kind'] {
  if (type === 'image' || type === 'video' || type === 'audio') return type
  return type === 'gifv' ? 'video' : 'other'
}
