/** An address as we send to and from: printable, one @, nothing that could end a header or an SMTP command. */
const PLAIN_ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}]{1,255}$/u
const MESSAGE_ID = /^[^\s<>\p{Cc}]{1,900}$/u

/** True for an address that can be written to as it stands. */
export function isAddress(text: string): boolean {
  return PLAIN_ADDRESS.test(text)
}

/** A header's words on one line: whatever could end the header is a blank (ASVS 1.3.11). */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .toWellFormed()
    .trim()
    .slice(0, 900)
}

/** The ids in a header such as References, without brackets, in order. What is no id is left out. */
export function messageIds(header: string | null | undefined): string[] {
  const found: string[] = []
  for (const piece of (header ?? '').slice(0, 100_000).split('<').slice(1)) {
    const id = piece.split('>', 1)[0]?.replace(/\s+/g, '') ?? ''
    if (piece.includes('>') && MESSAGE_ID.test(id)) found.push(id)
  }
  return found
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
