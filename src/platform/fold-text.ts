/**
 * Text as searches compare it: NFKD without diacritics, lower case, so that „multumesc” finds
 * „Mulțumesc”. Lossy; for searching only.
 */
export function foldText(text: string): string {
  // Most text is ASCII, which folds to itself: taking apart only the rest is ten times faster.
  return isAscii(text)
    ? text.toLowerCase()
    : text.replace(/[\u0080-\uffff]+/g, foldPart).toLowerCase()
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

// A language has few such letters, and each costs as much as a whole line of ASCII.
const folded = new Map<string, string>()
const mostFolded = 2000

function foldPart(part: string): string {
  const known = folded.get(part)
  if (known !== undefined) return known
  const plain = part.normalize('NFKD').replace(/\p{Diacritic}/gu, '')
  if (part.length <= 4 && folded.size < mostFolded) folded.set(part, plain)
  return plain
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
  const plain = foldText(text.slice(0, mostSearched))
  const words = plain.match(isAscii(plain) ? /[a-z0-9]+/g : /[\p{L}\p{M}\p{N}]+/gu) ?? []
  return words
    .slice(0, mostWords)
    .map((word) => (word.length > longestWord ? word.slice(0, longestWord).toWellFormed() : word))
}

/** First words of a message, as lists show them: one line, without the names that a reply begins with. */
export function previewOf(text: string): string {
  const words = text
    .slice(0, 2000)
    .replace(/\s\s+|[^\S ]/g, ' ')
    .trim()
  const rest = words.startsWith('@') ? words.replace(/^(@[^\s@]+(@\S+)? )+/u, '') : words
  return (rest || words).slice(0, 200).toWellFormed()
}

/** Text that PostgreSQL can hold: NFC, well-formed, no NUL characters. */
export function cleanText(text: string): string {
  const normal = text.normalize('NFC')
  if (normal.isWellFormed() && !normal.includes('\0')) return normal
  return normal.toWellFormed().replaceAll('\0', '\ufffd')
}
