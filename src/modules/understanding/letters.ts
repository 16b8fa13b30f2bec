/** What a UTF-16 code unit is, where it is no letter. Letters are 3 and above: their folded lower-case code. */
export const separator = 0
export const nothing = 1

// From here on up to the surrogates, nearly all is CJK and Hangul, which have no case to fold.
const unfolded = 0x2e80

/**
 * For each UTF-16 code unit the letter or digit that it counts as: lower case, without diacritics („Ș”, „ş” and
 * „s” are one), `separator` if it ends a word, `nothing` if it is to be skipped (combining marks, apostrophes). A
 * table, because this is asked for every character of every message that comes in.
 */
export const letterOf: Uint16Array = createTable()

function createTable(): Uint16Array {
  const table = new Uint16Array(0x10000)
  for (let code = 0x30; code < unfolded; code++) table[code] = fold(code)
  for (let code = unfolded; code < 0xd800; code++) table[code] = code
  for (let code = 0x3000; code < 0x3040; code++) table[code] = separator
  for (let code = 0x300; code < 0x370; code++) table[code] = nothing
  for (const code of [0x27, 0x2bc, 0x2018, 0x2019, 0x200d, 0xad]) table[code] = nothing
  return table
}

function fold(code: number): number {
  const letter = String.fromCharCode(code)
  if (!/[\p{L}\p{M}\p{Nd}]/u.test(letter)) return separator
  return letter.normalize('NFKD').toLowerCase().charCodeAt(0)
}
