import type { Network } from './network.ts'
import { type Account, acct, findAccount, getAccount } from './store/accounts.ts'
import { listMedia, type Media } from './store/media.ts'
import type { Conversation, Notification } from './store/notifications.ts'
import {
  countReactions,
  countReplies,
  countStatuses,
  getStatus,
  hasReacted,
  listMentions,
  type Status,
} from './store/statuses.ts'
import { usedTags } from './text/patterns.ts'
import { type Places, renderText } from './text/render.ts'

type Net = Pick<Network, 'db' | 'base' | 'now'>

/** Where a person's profile and a status can be read. */
export function profileUrl(net: Pick<Network, 'base'>, account: Account): string {
  return `${net.base()}/@${acct(account)}`
}

export function statusUrl(net: Net, status: Pick<Status, 'id' | 'account_id'>): string {
  const author = getAccount(net.db, status.account_id)
  return author ? `${profileUrl(net, author)}/${status.id}` : net.base()
}

/** A text as HTML with this server's people and tags. */
export function renderHere(net: Net, text: string): string {
  const places: Places = {
    person(name) {
      const account = findAccount(net.db, withoutOwnDomain(net, name))
      return account && { username: account.username, url: profileUrl(net, account) }
    },
    tag: (tag) => `${net.base()}/tags/${encodeURIComponent(tag)}`,
  }
  return renderText(text, places)
}

/** `shop@127.0.0.1:4401` is `shop` here. */
export function withoutOwnDomain(net: Pick<Network, 'base'>, name: string): string {
  const host = new URL(net.base()).host
  return name.toLowerCase().endsWith(`@${host}`) ? name.slice(0, -host.length - 1) : name
}

/** Mastodon's Account. */
export function accountView(net: Net, account: Account) {
  const url = profileUrl(net, account)
  const avatar = `${net.base()}/avatars/${encodeURIComponent(acct(account))}.png`
  const header = `${net.base()}/headers/${encodeURIComponent(acct(account))}.png`
  return {
    id: account.id,
    username: account.username,
    acct: acct(account),
    display_name: account.display_name,
    locked: false,
    bot: false,
    discoverable: true,
    indexable: false,
    group: false,
    created_at: `${new Date(account.created_at).toISOString().slice(0, 10)}T00:00:00.000Z`,
    note: account.note === '' ? '' : renderHere(net, account.note),
    url,
    uri: `${net.base()}/users/${acct(account)}`,
    avatar,
    avatar_static: avatar,
    header,
    header_static: header,
    followers_count: account.follows_shop,
    following_count: account.follows_shop,
    statuses_count: countStatuses(net.db, account.id),
    last_status_at: null,
    hide_collections: null,
    noindex: false,
    emojis: [],
    roles: [],
    fields: [],
  }
}

/** Mastodon's Status, as `viewerId` sees it. */
export function statusView(net: Net, status: Status, viewerId: string | null) {
  const author = getAccount(net.db, status.account_id)
  const reacted = (kind: 'favourite' | 'reblog') =>
    viewerId !== null && hasReacted(net.db, status.id, viewerId, kind)
  return {
    id: status.id,
    created_at: iso(status.created_at),
    in_reply_to_id: status.in_reply_to_id,
    in_reply_to_account_id: status.in_reply_to_account_id,
    sensitive: status.sensitive === 1,
    spoiler_text: status.spoiler,
    visibility: status.visibility,
    language: status.language,
    uri: `${net.base()}/users/${author ? acct(author) : ''}/statuses/${status.id}`,
    url: statusUrl(net, status),
    replies_count: countReplies(net.db, status.id),
    reblogs_count: countReactions(net.db, status.id, 'reblog'),
    favourites_count: countReactions(net.db, status.id, 'favourite'),
    edited_at: status.edited_at === null ? null : iso(status.edited_at),
    favourited: reacted('favourite'),
    reblogged: reacted('reblog'),
    muted: false,
    bookmarked: false,
    pinned: false,
    content: status.text === '' ? '' : renderHere(net, status.text),
    filtered: [],
    reblog: null,
    application: status.application === null ? null : { name: status.application, website: null },
    account: author ? accountView(net, author) : null,
    media_attachments: listMedia(net.db, status.id).map((media) => mediaView(net, media)),
    mentions: listMentions(net.db, status.id).flatMap((id) => mentionView(net, id)),
    tags: usedTags(status.text).map((name) => ({ name, url: `${net.base()}/tags/${name}` })),
    emojis: [],
    card: null,
    poll: null,
  }
}

/** Mastodon's MediaAttachment; `url` is null while the file is being processed. */
export function mediaView(net: Net, media: Media) {
  const ready = media.ready_at <= net.now()
  const file = `${net.base()}/files/${media.id}`
  const { width, height } = media
  const size = width && height ? { width, height, size: `${width}x${height}` } : null
  return {
    id: media.id,
    type: media.type,
    url: ready ? `${file}/original.${media.mime.split('/')[1] ?? 'bin'}` : null,
    preview_url: media.type === 'image' ? `${file}/small.png` : null,
    remote_url: null,
    preview_remote_url: null,
    text_url: null,
    meta: {
      focus: { x: media.focus_x, y: media.focus_y },
      ...(size && width && height ? { original: { ...size, aspect: width / height } } : {}),
    },
    description: media.description,
    blurhash: null,
  }
}

/** Mastodon's Notification. */
export function notificationView(net: Net, note: Notification) {
  const from = getAccount(net.db, note.from_id)
  const status = note.status_id === null ? undefined : getStatus(net.db, note.status_id)
  return {
    id: note.id,
    type: note.type,
    created_at: iso(note.created_at),
    group_key: `ungrouped-${note.id}`,
    account: from ? accountView(net, from) : null,
    ...(status ? { status: statusView(net, status, note.account_id) } : {}),
  }
}

/** Mastodon's Conversation; the account itself is not among `accounts`. */
export function conversationView(net: Net, conversation: Conversation) {
  const last = getStatus(net.db, conversation.last_status_id)
  const ids = last ? [last.account_id, ...listMentions(net.db, last.id)] : []
  const others = [...new Set(ids)].filter((id) => id !== conversation.account_id)
  return {
    id: conversation.id,
    unread: conversation.unread === 1,
    accounts: others.flatMap((id) => {
      const account = getAccount(net.db, id)
      return account ? [accountView(net, account)] : []
    }),
    last_status: last ? statusView(net, last, conversation.account_id) : null,
  }
}

function mentionView(net: Net, accountId: string) {
  const account = getAccount(net.db, accountId)
  if (!account) return []
  const { id, username } = account
  return [{ id, username, url: profileUrl(net, account), acct: acct(account) }]
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}
