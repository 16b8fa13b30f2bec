import { linkPattern, mentionPattern, tagPattern } from './patterns.ts'

/** Plain text as Mastodon's HTML: paragraphs, line breaks, links cut for the eye, mentions and
 * hashtags as anchors; everything a person wrote is escaped. */
export function renderText(text: string, places: Places): string {
  const paragraphs = text
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n{2,}/)
  return paragraphs.map((lines) => `<p>${renderParagraph(lines, places)}</p>`).join('')
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function renderParagraph(text: string, places: Places): string {
  let html = ''
  let from = 0
  for (const match of text.matchAll(linkPattern)) {
    html += renderWords(text.slice(from, match.index), places) + renderLink(match[0])
    from = match.index + match[0].length
  }
  return (html + renderWords(text.slice(from), places)).replaceAll('\n', '<br />')
}

function renderWords(text: string, places: Places): string {
  let html = ''
  let from = 0
  for (const match of text.matchAll(mentionPattern)) {
    const [whole, before = '', name = '', domain = ''] = match
    const person = places.person(`${name}${domain}`)
    html += renderTags(text.slice(from, match.index) + before, places)
    html += person ? mentionAnchor(person) : escapeHtml(whole.slice(before.length))
    from = match.index + whole.length
  }
  return html + renderTags(text.slice(from), places)
}

function renderTags(text: string, places: Places): string {
  let html = ''
  let from = 0
  for (const match of text.matchAll(tagPattern)) {
    const [whole, before = '', tag = ''] = match
    html += escapeHtml(text.slice(from, match.index) + before)
    const href = escapeHtml(places.tag(tag.toLowerCase()))
    html += `<a href="${href}" class="mention hashtag" rel="tag">#<span>${escapeHtml(tag)}</span></a>`
    from = match.index + whole.length
  }
  return html + escapeHtml(text.slice(from))
}

function mentionAnchor(person: { username: string; url: string }): string {
  return `<span class="h-card" translate="no"><a href="${escapeHtml(person.url)}" class="u-url mention">@<span>${escapeHtml(person.username)}</span></a></span>`
}

function renderLink(url: string): string {
  const prefix = /^https?:\/\/(www\.)?/iu.exec(url)?.[0] ?? ''
  const shown = url.slice(prefix.length, prefix.length + 30)
  const hidden = url.slice(prefix.length + 30)
  const cut = hidden === '' ? '' : 'ellipsis'
  return `<a href="${escapeHtml(url)}" target="_blank" rel="nofollow noopener noreferrer" translate="no"><span class="invisible">${escapeHtml(prefix)}</span><span class="${cut}">${escapeHtml(shown)}</span><span class="invisible">${escapeHtml(hidden)}</span></a>`
}

/** Where the names in a text lead; `person` answers undefined for a name nobody has. */
export type Places = {
  person: (name: string) => { username: string; url: string } | undefined
  tag: (tag: string) => string
}
