import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { TextLimits, TextUnit } from './limits.ts'
import { fits, measureText } from './text-length.ts'

const limits = (unit: TextUnit, more: Partial<TextLimits> = {}): TextLimits => ({
  text: [{ max: 300, unit }],
  urlLength: null,
  mentionsWithoutServer: false,
  countsContentWarning: false,
  ...more,
})
const used = (text: string, wanted: TextLimits, warning?: string) =>
  measureText(text, wanted, warning)[0]?.used

const family = '👨‍👩‍👧‍👦'
it.each([
  // text, graphemes, UTF-8 bytes, UTF-16 units, weighted
  ['', 0, 0, 0, 0],
  ['abc', 3, 3, 3, 3],
  ['Mulțumim', 8, 9, 8, 8],
  // Letter and mark apart: counted as they are sent, in NFC.
  ['t\u0326', 1, 2, 1, 1],
  [family, 1, 25, 11, 2],
  ['👍🏽', 1, 8, 4, 2],
  ['日本語', 3, 9, 3, 6],
  // Weighed by code point: ẹ lies beyond the light ranges.
  ['e\u0301\u0323', 1, 5, 2, 3],
  ['“quoted”', 8, 12, 8, 8],
  ['line\r\nline', 9, 10, 10, 10],
])('counts %j in every unit', (text, graphemes, bytes, units, weighted) => {
  const counted = (['graphemes', 'utf8-bytes', 'utf16-units', 'weighted'] as const).map((unit) =>
    used(text, limits(unit)),
  )
  expect(counted).toEqual([graphemes, bytes, units, weighted])
})

it('counts every address as the network does, however long it is', () => {
  const mastodon = limits('graphemes', { urlLength: 23 })
  const address = 'https://shop.example/a/very/long/path?with=query&and=more#and-so-on'
  expect(used(address, mastodon)).toBe(23)
  expect(used(`See ${address} and http://a.ro`, mastodon)).toBe(4 + 23 + 5 + 23)
  expect(used(address, limits('graphemes'))).toBe(address.length)
})

it('leaves a server out of a mention where the network does, and not out of an e-mail address', () => {
  const mastodon = limits('graphemes', { mentionsWithoutServer: true })
  expect(used('@ana@social.example hello', mastodon)).toBe('@ana hello'.length)
  expect(used('(@ana@social.example)', mastodon)).toBe('(@ana)'.length)
  expect(used('mail ana@shop.example', mastodon)).toBe('mail ana@shop.example'.length)
  expect(used('@ana@social.example', limits('graphemes'))).toBe('@ana@social.example'.length)
})

it('adds the content warning where the network does', () => {
  expect(used('abc', limits('graphemes', { countsContentWarning: true }), 'CW!')).toBe(6)
  expect(used('abc', limits('graphemes'), 'CW!')).toBe(3)
})

it('holds every limit at once and names the tightest first', () => {
  const bluesky = limits('graphemes', {
    text: [
      { max: 300, unit: 'graphemes' },
      { max: 3000, unit: 'utf8-bytes' },
    ],
  })
  expect(fits('a'.repeat(300), bluesky)).toBe(true)
  expect(fits('a'.repeat(301), bluesky)).toBe(false)
  expect(measureText('a'.repeat(301), bluesky)[0]).toEqual({
    unit: 'graphemes',
    used: 301,
    max: 300,
    left: -1,
  })
  // 121 families are 121 graphemes and 3025 bytes.
  expect(fits(family.repeat(120), bluesky)).toBe(true)
  expect(fits(family.repeat(121), bluesky)).toBe(false)
  expect(measureText(family.repeat(121), bluesky)[0]?.unit).toBe('utf8-bytes')
})

it('never counts less for a longer text, nor differently for another form of the same letters', () => {
  const units = fc.constantFrom('graphemes', 'utf8-bytes', 'utf16-units', 'weighted')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), units, (text, unit) => {
      const one = limits(unit)
      expect(used(`${text} x`, one)).toBe((used(text, one) ?? 0) + 2)
      expect(used(text.normalize('NFD'), one)).toBe(used(text.normalize('NFC'), one))
    }),
  )
})
