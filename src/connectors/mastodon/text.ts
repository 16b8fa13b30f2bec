const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  euro: '€',
  copy: '©',
  reg: '®',
  trade: '™',
  shy: '\u00ad',
  zwj: '\u200d',
  zwnj: '\u200c',
}
const LINE = new Set(['br', 'li', 'tr', 'dt', 'dd'])
const BLOCK = new Set([
  'p',
  'div',
  'blockquote',
  'pre',
  'ul',
  'ol',
  'table',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'hr',
])
const UNSEEN = new Set(['script', 'style', 'template', 'title'])

/** A person named in a post, as the status lists them. */
export type Named = { acct: string; url: string | null }

/**
 * The text of a post's HTML as a reader sees it: NFC, line breaks kept, links at full length, people
 * as `@user@server`. One pass over the input, whatever it is; nothing of the result is HTML.
 */
export function plainText(html: string, mentions: readonly Named[] = []): string {
  const byUrl = new Map(mentions.map((mention) => [mention.url, mention.acct]))
  const out: string[] = []
  let hidden: string | null = null
  for (const token of tokens(html)) {
    if (token.kind === 'text') {
      if (hidden === null) out.push(decode(token.text.replace(/[\r\n\t]+/g, ' ')))
    } else if (hidden !== null) {
      if (token.closes && token.name === hidden) hidden = null
    } else if (UNSEEN.has(token.name) && !token.closes) {
      hidden = token.name
    } else if (token.name === 'a' && !token.closes) {
      const acct = byUrl.get(hrefOf(token.text))
      if (acct !== undefined) {
        out.push(out.at(-1)?.endsWith('@') ? acct : `@${acct}`)
        hidden = 'a'
      }
    } else if (LINE.has(token.name)) {
      if (!token.closes) out.push(token.name === 'li' ? '\n- ' : '\n')
    } else if (BLOCK.has(token.name)) out.push('\n\n')
  }
  return tidy(out.join(''))
}

type Token =
  | { kind: 'text'; text: string }
  | { kind: 'tag'; name: string; closes: boolean; text: string }

function* tokens(html: string): Generator<Token> {
  let at = 0
  while (at < html.length) {
    const start = nextTag(html, at)
    const end = start < 0 ? -1 : html.indexOf('>', start)
    if (start < 0 || end < 0) {
      yield { kind: 'text', text: html.slice(at) }
      return
    }
    if (start > at) yield { kind: 'text', text: html.slice(at, start) }
    const text = html.slice(start + 1, end)
    const name = /^\/?([a-z][a-z0-9]*)/i.exec(text.slice(0, 40))?.[1]
    if (name) yield { kind: 'tag', name: name.toLowerCase(), closes: text.startsWith('/'), text }
    at = end + 1
  }
}

/** Where the next tag begins; a `<` before anything but a letter, `/` or `!` is text, as in browsers. */
function nextTag(html: string, from: number): number {
  let at = html.indexOf('<', from)
  while (at >= 0 && !/[a-z/!]/i.test(html[at + 1] ?? '')) at = html.indexOf('<', at + 1)
  return at
}

function hrefOf(tag: string): string | null {
  const match = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag.slice(0, 4_000))
  const href = match?.[1] ?? match?.[2]
  return href === undefined ? null : decode(href)
}

function decode(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
    (whole, dec, hex, name) => {
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole
      const point = dec === undefined ? Number.parseInt(hex, 16) : Number(dec)
      const isText = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
      return isText ? String.fromCodePoint(point) : whole
    },
  )
}

/** Split and joined rather than replaced: patterns around runs of blanks go quadratic on hostile text. */
function tidy(text: string): string {
  const lines = text
    .normalize('NFC')
    .split('\n')
    .map((line) => line.trim())
  const kept = lines.filter((line, i) => line !== '' || (lines[i - 1] !== '' && i > 0))
  return kept.join('\n').trim()
}
