import { describe, expect, it } from 'vitest'
import { countCharacters } from './count.ts'
import { mentionedNames } from './patterns.ts'
import { renderText } from './render.ts'

const places = {
  person: (name: string) =>
    name.startsWith('shop') ? { username: 'shop', url: 'http://here/@shop' } : undefined,
  tag: (tag: string) => `http://here/tags/${tag}`,
}

describe('counting', () => {
  it('counts what a reader calls one character as one', () => {
    expect(countCharacters('👩‍👩‍👧‍👦ș', '')).toBe(2)
  })
  it('counts any link as 23', () => {
    expect(countCharacters(`see https://example.com/${'a'.repeat(200)}`, '')).toBe(27)
  })
  it('leaves the domain of a mention out', () => {
    expect(countCharacters('@ana@cluj.example salut', '')).toBe('@ana salut'.length)
  })
  it('adds the content warning', () => {
    expect(countCharacters('abc', 'de')).toBe(5)
  })
})

describe('rendering', () => {
  it('escapes what people write', () => {
    expect(renderText('<b>&"', places)).toBe('<p>&lt;b&gt;&amp;&quot;</p>')
  })
  it('makes paragraphs and line breaks', () => {
    expect(renderText('a\nb\n\nc', places)).toBe('<p>a<br />b</p><p>c</p>')
  })
  it('links people who exist and no others', () => {
    expect(renderText('@shop and @nobody', places)).toBe(
      '<p><span class="h-card" translate="no"><a href="http://here/@shop" class="u-url mention">@<span>shop</span></a></span> and @nobody</p>',
    )
  })
  it('does not take an address in a link or a mail for a mention', () => {
    expect(mentionedNames('https://x.example/@shop and me@shop.example')).toEqual([])
  })
  it('cuts a long link for the eye only', () => {
    const html = renderText('https://www.example.com/a/very/long/path/that/goes/on', places)
    expect(html).toContain(
      '<span class="ellipsis">example.com/a/very/long/path/th</span>'.slice(0, 40),
    )
    expect(html).toContain('href="https://www.example.com/a/very/long/path/that/goes/on"')
  })
  it('links hashtags with letters of any language', () => {
    expect(renderText('#dinoraș', places)).toContain('>#<span>dinoraș</span></a>')
  })
})
