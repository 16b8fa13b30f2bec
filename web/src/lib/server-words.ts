/** A sentence of the server with gaps, `{0}` and so on, and what it is called in the reader's language. */
type Pattern = { shape: RegExp; words: string }

const catalogues = {
  en: async () => ({}),
  ro: async () => (await import('../locales/server.ro.json')).default,
}

let sentences: ReadonlyMap<string, string> = new Map()
let patterns: readonly Pattern[] = []

/** From now on `serverWords` speaks this language. */
export async function loadServerWords(locale: keyof typeof catalogues): Promise<void> {
  const entries = Object.entries<string>(await catalogues[locale]())
  sentences = new Map(entries)
  patterns = entries
    .filter(([sentence]) => gap.test(sentence))
    // The more a pattern says itself, the less it mistakes for its own.
    .sort(([one], [other]) => saidBy(other) - saidBy(one))
    .map(([sentence, words]) => ({ shape: shapeOf(sentence), words }))
}

/**
 * What the server said in English, in the reader's language; as it was said where it has no words for it:
 * a network's own, for example. What fills a gap may be a sentence of its own.
 */
export function serverWords(said: string): string {
  const known = sentences.get(said)
  if (known !== undefined || said.length > longest) return known ?? said
  for (const { shape, words } of patterns) {
    const found = shape.exec(said)
    if (found) return words.replace(gaps, (_, place) => serverWords(found[Number(place) + 1] ?? ''))
  }
  const [, field, rest] = /^([\w.]+): (.+)$/s.exec(said) ?? []
  return rest === undefined ? said : `${field}: ${serverWords(rest)}`
}

// What is longer is no sentence of ours, and patterns with several gaps would look through it for long.
const longest = 1000
const gap = /\{\d\}/
const gaps = /\{(\d)\}/g

function saidBy(sentence: string): number {
  return sentence.replace(gaps, '').length
}

function shapeOf(sentence: string): RegExp {
  const parts = sentence.split(gap).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('(.*?)')}$`, 's')
}
