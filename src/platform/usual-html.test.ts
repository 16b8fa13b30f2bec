import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sanitiseAnyHtml, sanitiseRemoteHtml } from './remote-html.ts'
import { sanitiseUsualHtml } from './usual-html.ts'

const href = fc.constantFrom(
  'https://a.example/@shop',
  'http://b.example/?q=1#x',
  'HTTPS://C.example',
  'mailto:a@b.example',
  'javascript:alert(1)',
  ' java\tscript:x',
  '//d.example',
  'https://u:p@e.example/',
  "https://f.example/a b'c`{}|^",
  'https://ünï.example/ț',
)
const link = href.map((url) => `<a href="${url}" class="u-url mention" rel="me">`)
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '<p>',
      '</p>',
      '<br>',
      '<br/>',
      '<br />',
      '<span class="h-card">',
      '<span>',
      '</span>',
      '</a>',
    ],
    ...['<strong>', '</strong>', '<em>', '</em>', '<b>', '</b>', '<i>', '</i>', '<p/>', '<span />'],
    ...['&amp;', '&lt;', '&gt;', '&quot;', '&#39;', '&nbsp;', '&', '<', '>', '"', "'", ' ', '\n'],
    ...[
      '<script>',
      '</script>',
      '<svg>',
      '<!--',
      '-->',
      '<P>',
      '<a>',
      '<a href=x>',
      '<p title="<">',
    ],
    ...['<a href="https://x.example" href="javascript:1">', '<p onclick="x()">', '<a\nhref="x">'],
  ),
  link,
  fc.string({ maxLength: 5, unit: 'grapheme' }),
)
const wellNested = fc
  .array(
    fc.tuple(link, fc.string({ maxLength: 20 })).map(([open, text]) => {
      const words = text.replace(/[<>&]/g, '')
      return `<p>${words}<span class="h-card">${open}@<span>x</span></a></span><br />${words}</p>`
    }),
    { maxLength: 4 },
  )
  .map((paragraphs) => paragraphs.join(''))

it('agrees to the letter with the whole sanitiser wherever it answers', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 14 }).map((all) => all.join('')),
        wellNested,
      ),
      (html) => {
        const clean = html.replaceAll('\0', '').toWellFormed()
        expect(sanitiseRemoteHtml(html)).toBe(sanitiseAnyHtml(clean))
      },
    ),
    { numRuns: 5000 },
  )
})

it('answers for a post as Mastodon writes it', () => {
  const html =
    '<p><span class="h-card" translate="no"><a href="https://a.example/@shop" class="u-url mention">@<span>shop</span></a></span> Unde &amp; când?<br>Mulțumesc</p>'
  expect(sanitiseUsualHtml(html, () => ({ href: 'https://a.example/@shop' }))).toBe(
    '<p><span><a href="https://a.example/@shop">@<span>shop</span></a></span> Unde &amp; când?<br />Mulțumesc</p>',
  )
})

it.each([
  '<p>a',
  '<p><p></p></p>',
  '<script></script>',
  '<P></P>',
  'a < b',
  '&nbsp;',
  '<a><a></a></a>',
])('leaves %j to the whole sanitiser', (html) => {
  expect(sanitiseUsualHtml(html, () => ({}))).toBeUndefined()
})
