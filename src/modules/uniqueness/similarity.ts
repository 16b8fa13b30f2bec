/**
 * How alike two bags of words are, 0 to 1: what they have in common of all that they have (Jaccard over
 * counted words). Order does not matter, so that a sentence moved is still the same reply. Pure, symmetric.
 */
export function similarity(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0
  const counts = new Map<string, number>()
  for (const word of a) counts.set(word, (counts.get(word) ?? 0) + 1)
  let common = 0
  for (const word of b) {
    const left = counts.get(word) ?? 0
    if (left === 0) continue
    common += 1
    counts.set(word, left - 1)
  }
  return common / (a.length + b.length - common)
}
