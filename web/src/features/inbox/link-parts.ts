export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string }

const ADDRESS = /https?:\/\/[^\s<>"]+/gu
/** Marks that end a sentence, or close a bracket which the address did not open. */
const TRAILING = /[.,;:!?'"»”]+$/u

/** Cuts plain text into words and web addresses, without the sentence's marks after an address. */
export function linkParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0])
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) })
    parts.push({ kind: 'link', text: address.replace(/^https?:\/\//u, ''), href: address })
    from = match.index + address.length
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) })
  return parts
}

const NAME = /^@[\p{L}\p{N}_.-]+(?:@[\p{L}\p{N}.:-]+)?[,:]?\s+/u

/**
 * Parts whom a text is addressed to from what it says: networks put the names that are spoken to in front.
 * Our own name is left out: that a message came here says as much. A text that is only names is all words.
 */
export function splitAddress(text: string, ownHandle: string): { address: string; words: string } {
  let address = ''
  let words = text
  for (let name = NAME.exec(words)?.[0]; name; name = NAME.exec(words)?.[0]) {
    if (!isHandle(name, ownHandle)) address += `${name.trim()} `
    words = words.slice(name.length)
  }
  return { address, words }
}

/** `@shop` and `@shop@town.example` are both the account `shop@town.example`. */
function isHandle(name: string, handle: string): boolean {
  const bare = (text: string) =>
    text
      .trim()
      .replace(/^@|[,:]$/gu, '')
      .toLowerCase()
  const [said, own] = [bare(name), bare(handle)]
  return said === own || (!said.includes('@') && own.startsWith(`${said}@`))
}

function withoutTail(address: string): string {
  const cut = address.replace(TRAILING, '')
  return cut.endsWith(')') && !cut.includes('(') ? withoutTail(cut.slice(0, -1)) : cut
}
