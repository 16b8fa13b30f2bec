import sanitizeHtml from 'sanitize-html'
import { z } from 'zod'
import { escapeHtml } from '../../../contract/escape-html.ts'
import type { Author, Json, NetworkEvent } from '../contract.ts'
import { hash, Item, timeOf } from './item.ts'

/** An entry with what is needed to read it alone. */
export const RawItem = z.object({
  item: Item,
  /** The feed's title. */
  feed: z.string(),
  /** The address that relative links belong to. */
  base: z.string(),
  seenAt: z.iso.datetime(),
})
export type RawItem = z.infer<typeof RawItem>

type Me = { remoteId: string; handle: string }

/** Pure: an entry as a public message by its author, in a thread of its own. */
export function translate(raw: Json, me: Me): NetworkEvent {
  const { item, feed, base, seenAt } = RawItem.parse(raw)
  const seen = new Date(seenAt)
  const title = item.title === '' ? '' : plainText(item.title)
  const body = item.plain ? item.body.normalize('NFC').trim() : plainText(item.body)
  const text = body.startsWith(title)
    ? body
    : [title, body].filter((part) => part !== '').join('\n\n')
  if (text === '') return { kind: 'ignored', why: 'an entry without words' }
  const createdAt = timeOf(item.published, seen) ?? seen
  const updated = timeOf(item.updated, seen)
  const editedAt = updated !== null && updated > createdAt ? updated : null
  return {
    kind: 'message',
    remoteId: item.id,
    version: editedAt?.toISOString() ?? 'original',
    author: authorOf(item, { feed, base, me }),
    mine: false,
    text,
    html: item.plain || item.body === '' ? null : htmlOf(title, item.body, body),
    contentWarning: null,
    language: null,
    visibility: 'public',
    createdAt,
    editedAt,
    url: webAddress(item.link, base),
    parentId: null,
    rootId: null,
    quotedId: null,
    media: [],
    ref: {},
  }
}

/** Two people of one name on one site cannot be told apart, unless the feed gives their addresses. */
function authorOf(item: Item, { feed, base, me }: { feed: string; base: string; me: Me }): Author {
  const name = item.author ? plainText(item.author.name) : ''
  const profileUrl = webAddress(item.author?.uri ?? null, base)
  const displayName = name || plainText(feed) || me.handle
  const host = URL.parse(base)?.host ?? me.handle
  return {
    remoteId: `${host}:${hash(name === '' ? me.remoteId : (profileUrl ?? name.toLowerCase()))}`,
    handle: host,
    displayName,
    avatarUrl: null,
    profileUrl,
  }
}

function htmlOf(title: string, html: string, body: string): string {
  if (title === '' || body.startsWith(title)) return html
  return `<p><strong>${escapeHtml(title)}</strong></p>${html}`
}

/** The words of HTML, with the lines that a reader sees. */
function plainText(html: string): string {
  const safe = sanitizeHtml(html, {
    allowedTags: ['p', 'br', 'li', 'div', 'blockquote'],
    allowedAttributes: {},
    nestingLimit: 50,
  })
  return safe
    .replace(/\s+/g, ' ')
    .replace(/<br \/> ?/g, '\n')
    .replace(/<li> ?/g, '\n- ')
    .replace(/ ?<\/?(?:p|div|blockquote|li)> ?/g, '\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .normalize('NFC')
    .replace(/ *\n */g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function webAddress(link: string | null, base: string): string | null {
  if (link === null) return null
  const url = URL.parse(link, base)
  return url && /^https?:$/.test(url.protocol) ? url.href : null
}
