import EmailReplyParser from 'email-reply-parser'
import { convert } from 'html-to-text'
import { escapeHtml } from '../../../contract/escape-html.ts'

/** UTF-16 units in which quoted parts are looked for; the patterns that know "On … wrote:" are not linear. */
const MOST_FOLDED = 40_000
/** Longest line given to those patterns. */
const LONGEST_LINE = 2_000
const parser = new EmailReplyParser()

/** What the sender wrote now, without what they quote and their signature. All of it when that is nothing. */
export function newWords(whole: string): string {
  const text = tidy(whole)
  if (text.length > MOST_FOLDED || text.split('\n').some((line) => line.length > LONGEST_LINE))
    return text
  const visible = tidy(parser.read(text).getVisibleText())
  return visible === '' ? text : visible
}

/** The words of an HTML mail. Pictures and addresses of links are left out; lists and lines stay. */
export function wordsOfHtml(html: string): string {
  return tidy(
    convert(html, {
      wordwrap: false,
      limits: { maxInputLength: 200_000, maxDepth: 60, maxChildNodes: 4000 },
      selectors: [
        { selector: 'img', format: 'skip' },
        { selector: 'a', options: { ignoreHref: true } },
        { selector: 'blockquote', format: 'blockquote' },
        ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
          selector,
          options: { uppercase: false },
        })),
        { selector: 'table', format: 'block' },
      ],
    }),
  )
}

/** NFC, lines ended by one \n, at most one empty line in a row. */
export function tidy(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** Plain text as HTML, for showing the whole of a mail that has no other. */
export function htmlOfText(text: string): string {
  return `<p>${escapeHtml(text).replaceAll('\n\n', '</p><p>').replaceAll('\n', '<br>')}</p>`
}
