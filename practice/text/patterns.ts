/** An http(s) link in running text, without the punctuation that ends a sentence. */
export const linkPattern = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/giu

/** `@name` or `@name@domain`, not inside a word, an address or a path. */
export const mentionPattern =
  /(^|[^/\w@.])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)(@[\w.-]+[\w]+(?::\d+)?)?/giu

/** `#tag` with at least one letter. */
export const tagPattern = /(^|[^\p{L}\p{N}_/&])#([\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*)/giu

/** The names mentioned in a text, in order, each once, as `name` or `name@domain`. */
export function mentionedNames(text: string): string[] {
  const names = [...text.replace(linkPattern, ' ').matchAll(mentionPattern)].map(
    (match) => `${match[2] ?? ''}${match[3] ?? ''}`,
  )
  return [...new Set(names)]
}

/** The hashtags of a text in lower case, in order, each once. */
export function usedTags(text: string): string[] {
  const tags = [...text.replace(linkPattern, ' ').matchAll(tagPattern)].map((match) =>
    (match[2] ?? '').toLowerCase(),
  )
  return [...new Set(tags)]
}
