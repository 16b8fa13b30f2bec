import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText } from './text.ts'

describe('plain text of a post', () => {
  it.each([
    ['<p>one</p><p>two<br>three</p>', 'one\n\ntwo\nthree'],
    ['a &amp;lt; b &#x1F41F; &#128031; &nope; &#xD800;', 'a &lt; b 🐟 🐟 &nope; &#xD800;'],
    ['<script>alert(1)</script>hi<style>p{}</style>', 'hi'],
    ['unclosed <b', 'unclosed <b'],
    ['<p>1 < 2 <3</p>', '1 < 2 <3'],
    ['line\nbreaks  in   source', 'line breaks  in   source'],
    ['<blockquote>q</blockquote>a', 'q\n\na'],
    ['s\u0327i t\u0327', 'şi ţ'],
    ['', ''],
  ])('reads %j', (html, text) => {
    expect(plainText(html)).toBe(text)
  })

  it('writes people out in full, whatever the case of the quotes around their address', () => {
    const ana = { acct: 'ana@a.example', url: 'https://a.example/@ana?x=1&y=2' }
    for (const html of [
      '<a href="https://a.example/@ana?x=1&amp;y=2" class="u-url mention">@<span>ana</span></a> hi',
      "@<a class='mention' href='https://a.example/@ana?x=1&amp;y=2'>ana</a> hi",
    ])
      expect(plainText(html, [ana])).toBe('@ana@a.example hi')
  })

  it('keeps every word of an escaped text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const escaped = text
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
        const squeeze = (words: string) => words.normalize('NFC').replace(/\s+/gu, ' ').trim()
        expect(squeeze(plainText(`<p>${escaped}</p>`))).toBe(squeeze(text))
      }),
    )
  })

  it('takes time in proportion to its input', { timeout: 120_000 }, () => {
    for (const noise of ['<', '<a href="', "<a href='x", '&#', '\n ', '<p>', '<br>', '@'])
      expect(plainText(noise.repeat(200_000)).length).toBeLessThanOrEqual(noise.length * 200_000)
  })
})
