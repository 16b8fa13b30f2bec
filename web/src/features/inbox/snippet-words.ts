import type { Snippet } from '../../../../contract/snippets.ts'

/** Where a snippet is being looked for in the text: after a `;` that begins a word. */
export type SnippetSearch = { from: number; to: number; words: string }

/** The search that stands before the cursor, if there is one. Pure. */
export function searchAt(text: string, cursor: number): SnippetSearch | null {
  const match = /(?:^|\s);([^;\n]{0,30})$/.exec(text.slice(0, cursor))
  if (!match) return null
  const words = match[1] ?? ''
  // A sentence that goes on after a semicolon is no search.
  if (words.startsWith(' ') || words.split(' ').length > 4) return null
  return { from: cursor - words.length - 1, to: cursor, words }
}

/** Snippets whose name or words hold all that is looked for; those whose name begins with it first. Pure. */
export function findSnippets(snippets: readonly Snippet[], words: string): Snippet[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean)
  const rank = (snippet: Snippet) => (plain(snippet.name).startsWith(wanted[0] ?? '') ? 0 : 1)
  return snippets
    .filter((snippet) => {
      const all = plain(`${snippet.name} ${snippet.en} ${snippet.ro}`)
      return wanted.every((word) => all.includes(word))
    })
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 8)
}

/** The text in the customer's language, or the one there is. */
export function textFor(snippet: Snippet, language: string | null): string {
  const [first, second] = language === 'ro' ? [snippet.ro, snippet.en] : [snippet.en, snippet.ro]
  return first || second
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
}
