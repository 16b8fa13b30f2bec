const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * A text as it stands in HTML, between tags or in a quoted attribute. HTML is never put into a normal form as a
 * whole: NFC makes one character of the `>` of a tag and a stroke (U+0338) that the words begin with.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char)
}
