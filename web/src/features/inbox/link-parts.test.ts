import { describe, expect, it } from 'vitest'
import { linkParts } from './link-parts.ts'

describe('linkParts', () => {
  it('leaves text without an address whole', () => {
    expect(linkParts('No link.')).toEqual([{ kind: 'text', text: 'No link.' }])
    expect(linkParts('')).toEqual([])
  })
  it('cuts the full stop and the bracket off an address', () => {
    expect(linkParts('See (https://a.ro/x).')).toEqual([
      { kind: 'text', text: 'See (' },
      { kind: 'link', text: 'a.ro/x', href: 'https://a.ro/x' },
      { kind: 'text', text: ').' },
    ])
  })
  it('keeps brackets that belong to the address', () => {
    expect(linkParts('https://en.wikipedia.org/wiki/Parley_(talk)')).toEqual([
      {
        kind: 'link',
        text: 'en.wikipedia.org/wiki/Parley_(talk)',
        href: 'https://en.wikipedia.org/wiki/Parley_(talk)',
      },
    ])
  })
  it('never loses a letter', () => {
    const text = 'a https://x.ro, b http://y.ro?q=1! c'
    expect(
      linkParts(text)
        .map((part) => (part.kind === 'link' ? part.href : part.text))
        .join(''),
    ).toBe(text)
  })
  it('makes no link of other schemes', () => {
    expect(linkParts('javascript:alert(1)')).toEqual([
      { kind: 'text', text: 'javascript:alert(1)' },
    ])
  })
})
