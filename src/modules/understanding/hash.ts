// FNV-1a over 16-bit units: a multiplication a letter, and no substring is made.
// http://www.isthe.com/chongo/tech/comp/fnv/

export const seed = 0x811c9dc5 | 0

export function addTo(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

/** Spreads a hash over all its bits, so that the lowest may be taken (the end of MurmurHash3). */
export function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** The hash of a word that is already folded. */
export function hashWord(word: string): number {
  let hash = seed
  for (let at = 0; at < word.length; at++) hash = addTo(hash, word.charCodeAt(at))
  return hash
}
