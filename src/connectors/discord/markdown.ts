import { escapeHtml } from '../../../contract/escape-html.ts'

/** Names for the ids in a text; a name that nobody told is shown as what it stands for. */
export type Names = { users: ReadonlyMap<string, string>; channels: ReadonlyMap<string, string> }

type Piece = { kind: 'text' | 'code' | 'link'; text: string; href?: string } | Mark
type Mark = { kind: 'open' | 'close'; text: string }

const TAGS: Record<string, string> = { '**': 'strong', '*': 'em', _: 'em', __: 'span', '~~': 'del' }
const MARKS = ['**', '__', '~~', '*', '_']

/** The text as a reader sees it: marks of formatting gone, people and channels by name, line breaks kept. */
export function plainText(content: string, names: Names): string {
  const parts = blocksOf(content).map((block) =>
    block.kind === 'code' ? block.text : piecesOf(block.text, names).map(plainPiece).join(''),
  )
  return parts.join('\n').normalize('NFC').trim()
}

/** The same as HTML of the few tags that a post needs; null when nothing in it is formatted. */
export function htmlOf(content: string, names: Names): string | null {
  const blocks = blocksOf(content)
  let isFormatted = false
  const out = blocks.map((block, i) => {
    if (block.kind === 'code') {
      isFormatted = true
      return `<pre>${escapeHtml(block.text)}</pre>`
    }
    const pieces = piecesOf(block.text, names)
    isFormatted ||= block.kind !== 'line' || pieces.some(({ kind }) => kind !== 'text')
    const inside = pieces.map(htmlPiece).join('')
    if (block.kind === 'quote') return `<blockquote>${inside}</blockquote>`
    const line = block.kind === 'heading' ? `<strong>${inside}</strong>` : inside
    const next = blocks[i + 1]?.kind
    return next === 'line' || next === 'heading' ? `${line}<br>` : line
  })
  return isFormatted ? out.join('') : null
}

type Block = { kind: 'line' | 'heading' | 'quote' | 'code'; text: string }

function blocksOf(content: string): Block[] {
  const parts = content.replaceAll('\r\n', '\n').split('```')
  const hasOpenFence = parts.length % 2 === 0
  return parts.flatMap((part, i): Block[] => {
    const isCode = i % 2 === 1 && !(hasOpenFence && i === parts.length - 1)
    if (isCode) return [{ kind: 'code', text: part.replace(/^[\w+-]{0,20}\n/, '').trimEnd() }]
    if (i > 0 && part.trim() === '') return []
    if (i % 2 === 1) return linesOf(`\`\`\`${part}`)
    // The line breaks beside a fence belong to it.
    const isBeforeCode = i < parts.length - (hasOpenFence ? 2 : 1)
    const after = i > 0 && part.startsWith('\n') ? part.slice(1) : part
    return linesOf(isBeforeCode && after.endsWith('\n') ? after.slice(0, -1) : after)
  })
}

function linesOf(text: string): Block[] {
  let isRestQuoted = false
  return text.split('\n').map((line): Block => {
    if (isRestQuoted) return { kind: 'quote', text: line }
    if (line.startsWith('>>> ')) {
      isRestQuoted = true
      return { kind: 'quote', text: line.slice(4) }
    }
    if (line.startsWith('> ')) return { kind: 'quote', text: line.slice(2) }
    const heading = /^(?:#{1,3}|-#) (?=\S)/.exec(line)
    if (!heading) return { kind: 'line', text: line }
    const kind = line.startsWith('-#') ? 'line' : 'heading'
    return { kind, text: line.slice(heading[0].length) }
  })
}

/** One pass from left to right. A mark that is never closed stays the character it is. */
function piecesOf(line: string, names: Names): Piece[] {
  const pieces: Piece[] = []
  const open: { mark: string; at: number }[] = []
  let from = 0
  let at = 0
  const flush = () => {
    if (at > from) pieces.push({ kind: 'text', text: line.slice(from, at) })
  }
  while (at < line.length) {
    const special = specialAt(line, at, names)
    if (special) {
      flush()
      pieces.push(special.piece)
      at += special.length
      from = at
      continue
    }
    const mark = markAt(line, at, open.at(-1)?.mark)
    const was = mark === undefined ? -1 : open.findIndex((each) => each.mark === mark)
    const mayClose = was >= 0 && at > 0 && !/\s/.test(line[at - 1] ?? ' ')
    const mayOpen = mark !== undefined && was < 0 && canOpen(line, at, mark)
    if (mark === undefined || !(mayClose || mayOpen)) {
      at += mark?.length ?? 1
      continue
    }
    flush()
    if (mayClose) {
      for (const { mark: text, at: index } of open.splice(was).slice(1))
        pieces[index] = { kind: 'text', text }
      pieces.push({ kind: 'close', text: mark })
    } else {
      open.push({ mark, at: pieces.length })
      pieces.push({ kind: 'open', text: mark })
    }
    at += mark.length
    from = at
  }
  flush()
  for (const { mark: text, at: index } of open) pieces[index] = { kind: 'text', text }
  return pieces
}

/** The innermost open mark closes first; of three in a row, one belongs to each of two marks. */
function markAt(line: string, at: number, inner: string | undefined): string | undefined {
  const longest = MARKS.find((each) => line.startsWith(each, at))
  if (inner === undefined || !line.startsWith(inner, at)) return longest
  const isDouble = longest !== inner && line[at + 2] !== inner
  return isDouble ? longest : inner
}

/** An underscore within a word is a part of it; a star before a blank is a star. */
function canOpen(line: string, at: number, mark: string): boolean {
  if (/\s/.test(line[at + mark.length] ?? ' ')) return false
  return mark !== '_' || !/[\p{L}\p{N}]/u.test(line[at - 1] ?? ' ')
}

const ESCAPED = /\\([^\p{L}\p{N}\s])/uy
const CODE = /(`{1,2})([^`\n]{1,2000})\1(?!`)/y
const MASKED = /\[([^[\]\n]{1,300})\]\((https?:\/\/[^\s()<>]{1,2000})\)/y
const BRACKETED = /<(https?:\/\/[^\s<>]{1,2000})>/y
const ADDRESS = /https?:\/\/[^\s<]{1,2000}/y
const USER = /<@!?(\d{1,20})>/y
const ROLE = /<@&\d{1,20}>/y
const CHANNEL = /<#(\d{1,20})>/y
const EMOJI = /<a?(:\w{1,40}:)\d{1,20}>/y
const TIME = /<t:(-?\d{1,12})(?::[a-zA-Z])?>/y
const COMMAND = /<(\/[^<>:\n]{1,100}):\d{1,20}>/y

type Special = { piece: Piece; length: number }

function specialAt(line: string, at: number, names: Names): Special | null {
  switch (line[at]) {
    case '\\':
      return found(ESCAPED, line, at, ([, sign = '']) => ({ kind: 'text', text: sign }))
    case '`':
      return found(CODE, line, at, ([, , text = '']) => ({ kind: 'code', text }))
    case '[':
      return found(MASKED, line, at, ([, text = '', href = '']) => ({ kind: 'link', text, href }))
    case 'h':
      return found(ADDRESS, line, at, ([text]) => ({ kind: 'link', text, href: text }))
    case '<':
      return bracketAt(line, at, names)
    default:
      return null
  }
}

function bracketAt(line: string, at: number, { users, channels }: Names): Special | null {
  const text = (words: string): Piece => ({ kind: 'text', text: words })
  return (
    found(USER, line, at, ([, id = '']) => text(`@${users.get(id) ?? 'someone'}`)) ??
    found(ROLE, line, at, () => text('@role')) ??
    found(CHANNEL, line, at, ([, id = '']) => text(`#${channels.get(id) ?? 'channel'}`)) ??
    found(EMOJI, line, at, ([, name = '']) => text(name)) ??
    found(TIME, line, at, ([, seconds = '']) => text(momentOf(Number(seconds)))) ??
    found(COMMAND, line, at, ([, name = '']) => text(name)) ??
    found(BRACKETED, line, at, ([, href = '']) => ({ kind: 'link', text: href, href }))
  )
}

function found(
  pattern: RegExp,
  line: string,
  at: number,
  pieceOf: (match: RegExpExecArray) => Piece,
): Special | null {
  pattern.lastIndex = at
  const match = pattern.exec(line)
  return match ? { piece: pieceOf(match), length: match[0].length } : null
}

function momentOf(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime())
    ? ''
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function plainPiece(piece: Piece): string {
  switch (piece.kind) {
    case 'text':
    case 'code':
      return piece.text
    case 'link':
      return piece.href === piece.text ? piece.text : `${piece.text} (${piece.href})`
    case 'open':
    case 'close':
      return ''
  }
}

function htmlPiece(piece: Piece): string {
  switch (piece.kind) {
    case 'text':
      return escapeHtml(piece.text)
    case 'code':
      return `<code>${escapeHtml(piece.text)}</code>`
    case 'link':
      return `<a href="${escapeHtml(piece.href ?? '')}">${escapeHtml(piece.text)}</a>`
    case 'open':
      return `<${TAGS[piece.text]}>`
    case 'close':
      return `</${TAGS[piece.text]}>`
  }
}
