import { linkPattern, mentionPattern } from './patterns.ts'

export const limits = {
  maxCharacters: 500,
  charactersPerUrl: 23,
  maxMedia: 4,
  descriptionCharacters: 1500,
  imageBytes: 16_777_216,
  imagePixels: 33_177_600,
  videoBytes: 103_809_024,
} as const

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Length as Mastodon counts it, in grapheme clusters: a link is 23, a mention counts without its
 * domain, and a content warning adds to the same count. */
export function countCharacters(text: string, spoiler: string): number {
  const shortened = text
    .replace(linkPattern, 'x'.repeat(limits.charactersPerUrl))
    .replace(mentionPattern, (_all, before: string, name: string) => `${before}@${name}`)
  return countGraphemes(shortened) + countGraphemes(spoiler)
}

function countGraphemes(text: string): number {
  let count = 0
  for (const _ of graphemes.segment(text)) count += 1
  return count
}
