import { describe, expect, it } from 'vitest'
import { linkParts, splitAddress } from './link-parts.ts'

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

describe('splitAddress', () => {
  const own = 'shop@town.example:4401'
  it('parts the names in front from what is said, and leaves out our own', () => {
    expect(splitAddress('@shop@town.example:4401 @ana@x.ro, Is it open?', own)).toEqual({
      address: '@ana@x.ro, ',
      words: 'Is it open?',
    })
    expect(splitAddress('@Shop Is it open?', own)).toEqual({ address: '', words: 'Is it open?' })
  })
  it('takes nobody of the same name elsewhere for us', () => {
    expect(splitAddress('@shop@other.example hello', own).address).toBe('@shop@other.example ')
  })
  it('leaves names within the text, and a text that is only names, as they are', () => {
    expect(splitAddress('Ask @shop about it', own).words).toBe('Ask @shop about it')
    expect(splitAddress('@shop', own).words).toBe('@shop')
  })
})
