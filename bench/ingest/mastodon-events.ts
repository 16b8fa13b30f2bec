import type { RawEvent } from '../../src/connectors/contract.ts'
import { eventIdOf, type Happening, type Post } from './happenings.ts'

/** What happened as a Mastodon server tells it, with all that its real answers carry. */
export function mastodonEvent(happening: Happening): RawEvent {
  const id = eventIdOf(happening)
  if (happening.kind === 'deleted')
    return { id, raw: { type: 'gone', id: happening.id, at: happening.at.toISOString() } }
  const { post } = happening
  if (happening.kind === 'edited')
    return { id, raw: { type: 'status', status: statusOf(post), root: post.root } }
  return {
    id,
    raw: {
      type: 'notification',
      notification: {
        id: post.id,
        type: 'mention',
        created_at: post.at.toISOString(),
        group_key: `ungrouped-${post.id}`,
        account: accountOf(post.author),
        status: statusOf(post),
      },
    },
  }
}

const mention =
  '<span class="h-card" translate="no"><a href="https://town.example/@shop" class="u-url mention">@<span>shop</span></a></span>'

function statusOf(post: Post) {
  const url = `https://town.example/@person${post.author}/${post.id}`
  return {
    id: post.id,
    created_at: post.at.toISOString(),
    in_reply_to_id: post.parent,
    in_reply_to_account_id: null,
    sensitive: false,
    spoiler_text: '',
    visibility: 'public',
    language: 'ro',
    uri: `https://town.example/users/person${post.author}/statuses/${post.id}`,
    url,
    replies_count: 0,
    reblogs_count: 0,
    favourites_count: 0,
    edited_at: post.editedAt?.toISOString() ?? null,
    favourited: false,
    reblogged: false,
    muted: false,
    bookmarked: false,
    content: `<p>${mention} ${post.words}</p>${post.html === null ? '' : '<p>Nr. 12<br />Aici: <a href="https://town.example/orders/12" rel="nofollow noopener noreferrer" translate="no" target="_blank"><span class="invisible">https://</span><span class="">town.example/orders/12</span><span class="invisible"></span></a></p>'}`,
    filtered: [],
    reblog: null,
    account: accountOf(post.author),
    media_attachments: [],
    mentions: [{ id: '1', username: 'shop', url: 'https://town.example/@shop', acct: 'shop' }],
    tags: [],
    emojis: [],
    card: null,
    poll: null,
  }
}

function accountOf(person: number) {
  const url = `https://town.example/@person${person}`
  return {
    id: String(1000 + person),
    username: `person${person}`,
    acct: `person${person}`,
    display_name: `Person no. ${person}`,
    locked: false,
    bot: false,
    discoverable: true,
    indexable: false,
    group: false,
    created_at: '2024-03-01T00:00:00.000Z',
    note: '<p>Cafea, cărți, câini. Posts are my own.</p>',
    url,
    uri: `https://town.example/users/person${person}`,
    avatar: `${url}/avatar.png`,
    avatar_static: `${url}/avatar.png`,
    header: `${url}/header.png`,
    header_static: `${url}/header.png`,
    followers_count: 12,
    following_count: 34,
    statuses_count: 56,
    last_status_at: '2026-01-01',
    hide_collections: null,
    emojis: [],
    fields: [],
  }
}
