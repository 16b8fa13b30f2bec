const bands = 16
const rows = 4

/**
 * The keys under which a reply is found by those like it: MinHash over its counted words, 16 bands of 4.
 * Two replies share a key with probability 1 - (1 - s^4)^16, s their similarity: 0.6: 0.89, 0.7: 0.99,
 * 0.8: 0.9998, 0.1: 0.002. Each is a whole number that JavaScript holds exactly. Pure.
 */
export function bandKeys(words: readonly string[]): number[] {
  const hashes = countedWords(words).map(hashOf)
  const least = Array.from({ length: bands * rows }, (_, at) =>
    hashes.reduce((min, hash) => Math.min(min, mix(hash ^ mix(at + 1))), 0xffffffff),
  )
  return Array.from({ length: bands }, (_, band) =>
    combine(`b${band}`, least.slice(band * rows, (band + 1) * rows)),
  )
}

/** The one key of a reply that is compared as a whole. */
export function wholeKey(words: readonly string[]): number {
  return combine('whole', words.map(hashOf))
}

/** A word said twice is two, so that sets of these are the bags that `similarity` compares. */
function countedWords(words: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return words.map((word) => {
    const count = (seen.get(word) ?? 0) + 1
    seen.set(word, count)
    return count === 1 ? word : `${word} ${count}`
  })
}

function combine(begin: string, parts: readonly number[]): number {
  let [low, high] = [hashOf(begin), hashOf(`${begin}'`)]
  for (const part of parts) {
    low = mix(low ^ part)
    high = mix((high + Math.imul(part, 0x9e3779b1)) | 0)
  }
  return (high & 0x1fffff) * 2 ** 32 + low
}

/** FNV-1a over UTF-16 units, then mixed. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mix(hash)
}

/** The finisher of MurmurHash3: each bit of the answer hangs on each bit of the number. Unsigned. */
function mix(number: number): number {
  let hash = number
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
