/**
 * Text as searches compare it: NFKD without diacritics, lower case, so that „multumesc” finds
 * „Mulțumesc”. Lossy; for `to_tsvector('simple', …)` and queries only.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
}

/** Text that PostgreSQL can hold: NFC, well-formed, no NUL characters. */
export function cleanText(text: string): string {
  return text.normalize('NFC').toWellFormed().replaceAll('\0', '\ufffd')
}
