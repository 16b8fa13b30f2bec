import { z } from 'zod'
import { Time } from './http.ts'
import { SnippetId } from './ids.ts'

const text = z.string().trim().max(10_000)

/** `POST /api/v1/snippets`. `{{name}}` and the like are filled in; `[[what]]` is a gap to fill by hand. */
export const SnippetInput = z.object({
  name: z.string().trim().min(1).max(100),
  shared: z.boolean(),
  en: text.default(''),
  ro: text.default(''),
})
export type SnippetInput = z.infer<typeof SnippetInput>

/** `PATCH /api/v1/snippets/{id}`. */
export const SnippetChange = z.object({
  name: z.string().trim().min(1).max(100).optional(),
  en: text.optional(),
  ro: text.optional(),
})
export type SnippetChange = z.infer<typeof SnippetChange>

export const Snippet = z.object({
  id: SnippetId,
  name: z.string(),
  shared: z.boolean(),
  en: z.string(),
  ro: z.string(),
  changedAt: Time,
  can: z.object({ change: z.boolean() }),
})
export type Snippet = z.infer<typeof Snippet>

/** What is known of the person and the writer when a snippet is put into a reply. */
export type SnippetValues = Readonly<Record<string, string | undefined>>

const variable = /\{\{\s*([\p{L}\p{N}_-]{1,40})\s*\}\}/gu
const gap = /\[\[([^[\]\n]{0,200})\]\]/gu

/** Fills in the variables that are known; the others become gaps to fill by hand. */
export function fillSnippet(words: string, values: SnippetValues): string {
  return words.replace(variable, (_all, name: string) => {
    const value = values[name.toLowerCase()]?.trim()
    // A name may hold brackets; it must not look like a gap.
    return value ? value.replaceAll('[[', '[').replaceAll('{{', '{') : `[[${name}]]`
  })
}

/** Gaps and variables that nobody filled, as they stand in the text, with their places. */
export function openGaps(words: string): { text: string; from: number; to: number }[] {
  return [...words.matchAll(gap), ...words.matchAll(variable)]
    .map((match) => ({ text: match[0], from: match.index, to: match.index + match[0].length }))
    .sort((a, b) => a.from - b.from)
}

/** A snippet's own words, without what is to be filled in. */
export function fixedWords(words: string): string {
  return words.replace(variable, ' ').replace(gap, ' ')
}
