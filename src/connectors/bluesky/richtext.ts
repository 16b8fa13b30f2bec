import { escapeHtml } from '../../../contract/escape-html.ts'
import type { Facet } from './schemas.ts'

/** More facets than this is nobody's post. */
const MOST_FACETS = 500

/**
 * HTML of a text with its links, people and tags, or null when it has none. Every character of the
 * text is escaped; only http(s) addresses become links. Facets count bytes of UTF-8; those that lie
 * outside, overlap or cut a character in two are left out, as Bluesky's apps do.
 */
export function htmlOf(text: string, facets: readonly (Facet | null)[] | null): string | null {
  const bytes = new TextEncoder().encode(text)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let html = ''
  let at = 0
  let links = 0
  const ordered = [...(facets ?? [])]
    .filter((facet) => facet !== null)
    .sort((a, b) => a.index.byteStart - b.index.byteStart)
  for (const { index, features } of ordered.slice(0, MOST_FACETS)) {
    const { byteStart, byteEnd } = index
    const href = hrefOf(features)
    if (href === null || byteStart < at || byteEnd <= byteStart || byteEnd > bytes.length) continue
    if (!isBoundary(bytes, byteStart) || !isBoundary(bytes, byteEnd)) continue
    html += wordsOf(decoder.decode(bytes.subarray(at, byteStart)))
    html += link(href, decoder.decode(bytes.subarray(byteStart, byteEnd)))
    at = byteEnd
    links++
  }
  if (links === 0) return null
  return html + wordsOf(decoder.decode(bytes.subarray(at)))
}

export function link(href: string, words: string): string {
  return `<a href="${escapeHtml(href)}">${wordsOf(words)}</a>`
}

/** Text in HTML: in one form of Unicode, line breaks kept. */
export function wordsOf(text: string): string {
  return escapeHtml(text.normalize('NFC')).replaceAll('\n', '<br>')
}

/** The address in a form that is safe in `href`; null for anything but the web. */
export function webAddress(uri: string | null | undefined): string | null {
  if (!uri || !URL.canParse(uri)) return null
  const url = new URL(uri)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
}

function hrefOf(features: Facet['features']): string | null {
  for (const { $type, uri, did, tag } of features) {
    const kind = $type.replace('app.bsky.richtext.facet#', '')
    if (kind === 'link') return webAddress(uri)
    if (kind === 'mention' && did?.startsWith('did:'))
      return `https://bsky.app/profile/${encodeURIComponent(did).replaceAll('%3A', ':')}`
    if (kind === 'tag' && tag?.isWellFormed())
      return `https://bsky.app/hashtag/${encodeURIComponent(tag)}`
  }
  return null
}

/** Not inside a character: continuation bytes of UTF-8 are 10xxxxxx. */
function isBoundary(bytes: Uint8Array, index: number): boolean {
  const byte = bytes[index]
  return byte === undefined || (byte & 0b1100_0000) !== 0b1000_0000
}
