import { foldText } from '../../platform/fold-text.ts'
import { split, stemOf } from './reply-words.ts'

/** Where the words of `text` stand that `other` has too: from, to, in UTF-16 units; neighbours joined. Pure. */
export function commonMarks(text: string, other: string): [number, number][] {
  const said = new Set(split(foldText(other)).map(stemOf))
  const marks: [number, number][] = []
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const parts = split(foldText(match[0]))
    if (parts.length === 0 || !parts.every((part) => said.has(stemOf(part)))) continue
    const to = match.index + match[0].length
    const last = marks.at(-1)
    if (last && /^\s*$/u.test(text.slice(last[1], match.index))) last[1] = to
    else marks.push([match.index, to])
  }
  return marks
}
