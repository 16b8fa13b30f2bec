import type { TextLimits, TextUnit } from './limits.ts'

const URL_PATTERN = /https?:\/\/[^\s<>"]+/gu
const REMOTE_MENTION = /(^|[^\w/])@([\w.-]*\w)@[\w.-]+\w/gu
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const utf8 = new TextEncoder()

export type Measured = { unit: TextUnit; used: number; max: number; left: number }

/**
 * Counts a text as the network will. One row for each limit, the tightest (least `left`) first.
 * Text is normalised to NFC, as it is when it is sent.
 */
export function measureText(text: string, limits: TextLimits, contentWarning = ''): Measured[] {
  const counted = limits.countsContentWarning ? contentWarning + text : text
  return limits.text
    .map(({ max, unit }) => {
      const used = count(counted.normalize('NFC'), unit, limits)
      return { unit, used, max, left: max - used }
    })
    .sort((a, b) => a.left - b.left)
}

/** True when the network would take the text; an empty text is for the caller to judge. */
export function fits(text: string, limits: TextLimits, contentWarning = ''): boolean {
  return measureText(text, limits, contentWarning).every((row) => row.left >= 0)
}

function count(text: string, unit: TextUnit, limits: TextLimits): number {
  const { urlLength } = limits
  if (urlLength === null) return countUnits(shortenMentions(text, limits), unit)
  const urls = text.match(URL_PATTERN)?.length ?? 0
  const rest = text.replace(URL_PATTERN, '')
  return countUnits(shortenMentions(rest, limits), unit) + urls * urlLength
}

function shortenMentions(text: string, limits: TextLimits): string {
  return limits.mentionsWithoutServer ? text.replace(REMOTE_MENTION, '$1@$2') : text
}

function countUnits(text: string, unit: TextUnit): number {
  switch (unit) {
    case 'graphemes':
      return [...graphemes.segment(text)].length
    case 'utf8-bytes':
      return utf8.encode(text).length
    case 'utf16-units':
      return text.length
    case 'weighted':
      return weighted(text)
  }
}

/** twitter-text config v3: code points in these ranges weigh 1, all others 2, an emoji 2. */
function weighted(text: string): number {
  let total = 0
  for (const { segment } of graphemes.segment(text)) {
    if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(segment)) total += 2
    else for (const point of segment) total += isLight(point.codePointAt(0) ?? 0) ? 1 : 2
  }
  return total
}

function isLight(point: number): boolean {
  return (
    point <= 4351 ||
    (point >= 8192 && point <= 8205) ||
    (point >= 8208 && point <= 8223) ||
    (point >= 8242 && point <= 8247)
  )
}
