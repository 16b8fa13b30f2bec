/**
 * Text as searches compare it: NFKD without diacritics, lower case, so that „multumesc” finds
 * „Mulțumesc”. Lossy; for searching only.
 */
export function foldText(text: string): string {
  // Most text is ASCII, which folds to itself: taking apart only the rest is ten times faster.
  return text
    .replace(/\P{ASCII}+/gu, (part) => part.normalize('NFKD').replace(/\p{Diacritic}/gu, ''))
    .toLowerCase()
}

const mostSearched = 100_000
const mostWords = 5000
const longestWord = 60

/**
 * The words of a text, folded. Messages and queries are taken apart by this one rule and never by
 * PostgreSQL's, which keeps „ana@town.example” in one piece. Only letters, marks and digits, so that
 * they can stand in a `tsvector` or `tsquery` as they are; cut to what those can hold.
 */
export function wordsOf(text: string): string[] {
  const words = foldText(text.slice(0, mostSearched)).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return words.slice(0, mostWords).map((word) => word.slice(0, longestWord).toWellFormed())
}

/** First words of a message, as lists show them: one line, without the names that a reply begins with. */
export function previewOf(text: string): string {
  const words = text.slice(0, 2000).replace(/\s+/gu, ' ').trim()
  const rest = words.replace(/^(@[^\s@]+(@\S+)? )+/u, '')
  return (rest || words).slice(0, 200).toWellFormed()
}

/** Text that PostgreSQL can hold: NFC, well-formed, no NUL characters. */
export function cleanText(text: string): string {
  return text.normalize('NFC').toWellFormed().replaceAll('\0', '\ufffd')
}
