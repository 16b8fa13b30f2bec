import sanitizeHtml from 'sanitize-html'
import { sanitiseUsualHtml } from './usual-html.ts'

/**
 * Longest input looked at, in UTF-16 units. Posts are a few thousand; more is an attack on whoever parses
 * it. What is beyond is cut off, as a reader would stop reading; the sanitiser closes what stays open.
 */
const MAX_INPUT = 65_536

/** Deepest nesting kept: a quote in a quote in a list, ten times over. */
const MAX_NESTING = 40

const LINK_SCHEMES = ['http:', 'https:', 'mailto:']

/**
 * Makes HTML from other servers safe to show: a closed list of tags, no attribute but a checked link
 * address, links that open apart and vouch for nothing. Unknown tags go and their words stay; scripts and
 * styles go with their content. Sanitising twice changes nothing. Linear
 * enough that the longest hostile input takes well under a second.
 */
export function sanitiseRemoteHtml(html: string): string {
  // NUL and lone surrogates are read differently by different parsers.
  const clean = html.slice(0, MAX_INPUT).replaceAll('\0', '').toWellFormed()
  return sanitiseUsualHtml(clean, linkAttributes) ?? sanitiseAnyHtml(clean)
}

/** The same by the whole sanitiser alone, which knows all that HTML can be: what the fast way is held against. */
export function sanitiseAnyHtml(html: string): string {
  return sanitizeHtml(html, options)
}

/**
 * The words of remote HTML as plain text, NFC: line breaks and paragraphs kept, list items with a dash,
 * at most one blank line in a row. Not HTML: escape it before it is put into a page.
 */
export function htmlToText(html: string): string {
  // The sanitiser's output has a known grammar (closed tags, quoted attributes without < or >, four
  // entities), so it can be taken apart by pattern where raw HTML could not.
  const pieces = sanitiseRemoteHtml(html).split(/<pre>([\s\S]*?)<\/pre>/)
  const text = pieces
    .map((piece, index) =>
      index % 2 === 1 ? `\n\n${piece}\n\n` : piece.replace(/[ \t\r\n\f]+/g, ' '),
    )
    .join('')
    .replace(/ ?<br \/> ?/g, '\n')
    .replace(/ ?<li> ?/g, '\n- ')
    .replace(/ ?<\/?(?:p|blockquote|ul|ol)> ?/g, '\n\n')
    .replace(/<[^>]*>/g, '')
  const lines = decodeEntities(text).normalize('NFC').split('\n')
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const options: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'span', 'a', 'blockquote', 'code', 'pre', 'ul', 'ol', 'li'],
    ...['b', 'strong', 'i', 'em', 'del'],
  ],
  allowedAttributes: { a: ['href', 'rel', 'target'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: MAX_NESTING,
  parseStyleAttributes: false,
  // Elements whose content is no prose, or that browsers parse by other rules than the rest (raw text,
  // foreign content): mutation XSS lives where two parsers disagree, so nothing of them is kept.
  nonTextTags: [
    ...[
      'script',
      'style',
      'textarea',
      'option',
      'noscript',
      'template',
      'title',
      'xmp',
      'plaintext',
    ],
    ...['iframe', 'noembed', 'noframes', 'object', 'svg', 'math', 'select', 'button'],
  ],
  transformTags: {
    a: (_tag, attribs) => ({ tagName: 'a', attribs: linkAttributes(attribs.href) }),
    // Headings and boxes become paragraphs, so that their words do not run into their neighbours'.
    ...Object.fromEntries(
      ['div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'tr', 'dt', 'dd'].map((tag) => [tag, 'p']),
    ),
    s: 'del',
    strike: 'del',
  },
}

/** None for an address that is relative or of another scheme: then the words stay, without a link. */
function linkAttributes(href: string | undefined): Record<string, string> {
  // The one parser browsers use decides and its own spelling goes out, so that no second reading differs.
  if (href === undefined || !URL.canParse(href)) return {}
  const url = new URL(href)
  if (!LINK_SCHEMES.includes(url.protocol)) return {}
  // https://bank.example@evil.example exists to be misread.
  if (url.username !== '' || url.password !== '') return {}
  return { href: url.href, rel: 'noopener noreferrer nofollow ugc', target: '_blank' }
}

function decodeEntities(text: string): string {
  const characters: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' }
  return text.replace(/&(lt|gt|quot|amp);/g, (entity, name: string) => characters[name] ?? entity)
}
