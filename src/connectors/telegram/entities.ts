import { escapeHtml } from '../../../contract/escape-html.ts'
import type { Entity } from './schemas.ts'

/** Telegram sends at most 100; more is nobody's message. */
const mostEntities = 200
const deepest = 12

const tags: Record<string, string> = {
  bold: 'strong',
  italic: 'em',
  strikethrough: 'del',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
}

/**
 * A text with its entities (offsets in UTF-16 units) as HTML, always well-formed: an entity that reaches
 * out of the one it stands in is cut at its end. Null when there is nothing that plain text does not say.
 */
export function entitiesToHtml(text: string, entities: readonly Entity[]): string | null {
  const known = entities
    .slice(0, mostEntities)
    .filter((one) => wrap(one, '', text) !== null && one.length > 0 && one.offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length)
  if (known.length === 0) return null
  return render(text, known, { start: 0, end: text.length, depth: 0 })
}

type Range = { start: number; end: number; depth: number }

function render(text: string, entities: readonly Entity[], { start, end, depth }: Range): string {
  let html = ''
  let at = start
  for (let i = 0; i < entities.length; i++) {
    const entity = entities[i]
    if (!entity || entity.offset < at || entity.offset >= end) continue
    const stop = Math.min(entity.offset + entity.length, end)
    const inside: Entity[] = []
    for (const next of entities.slice(i + 1)) {
      if (next.offset >= stop) break
      inside.push(next)
    }
    const inner =
      depth < deepest
        ? render(text, inside, { start: entity.offset, end: stop, depth: depth + 1 })
        : wordsOf(text.slice(entity.offset, stop))
    html += wordsOf(text.slice(at, entity.offset))
    html += wrap(entity, inner, text) ?? inner
    at = stop
  }
  return html + wordsOf(text.slice(at, end))
}

/** The entity's HTML around `inner`; null for one that has none (a hashtag, an underline). */
function wrap(entity: Entity, inner: string, text: string): string | null {
  const tag = tags[entity.type]
  if (tag) return `<${tag}>${inner}</${tag}>`
  const target = targetOf(entity, text)
  return target === null ? null : `<a href="${escapeHtml(target)}">${inner}</a>`
}

function targetOf({ type, offset, length, url }: Entity, text: string): string | null {
  const words = text.slice(offset, offset + length)
  switch (type) {
    case 'text_link':
      return url && /^https?:\/\//i.test(url) ? url : null
    case 'url':
      return /^https?:\/\//i.test(words) ? words : `https://${words}`
    case 'email':
      return `mailto:${words}`
    case 'mention':
      return `https://t.me/${words.replace(/^@/, '')}`
    default:
      return null
  }
}

/** In one form of Unicode, line breaks kept. */
function wordsOf(text: string): string {
  return escapeHtml(text.normalize('NFC')).replaceAll('\n', '<br />')
}
