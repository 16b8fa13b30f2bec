import { escapeHtml } from '../text/render.ts'

/** HTML that is safe to send. */
export type Html = { html: string }
type Piece = string | number | boolean | null | undefined | Html | readonly Piece[]

/** A template in which every value is escaped unless it is Html itself. */
export function html(parts: TemplateStringsArray, ...values: Piece[]): Html {
  return { html: parts.reduce((all, part, n) => all + show(values[n - 1]) + part) }
}

/** HTML made elsewhere from escaped text. */
export function trusted(text: string): Html {
  return { html: text }
}

function show(piece: Piece): string {
  if (piece === null || piece === undefined || typeof piece === 'boolean') return ''
  if (typeof piece === 'string') return escapeHtml(piece)
  if (typeof piece === 'number') return String(piece)
  if ('html' in piece) return piece.html
  return piece.map(show).join('')
}
