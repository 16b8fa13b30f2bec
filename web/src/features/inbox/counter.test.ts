import { describe, expect, it } from 'vitest'
import type { TextLimits } from '../../../../contract/limits.ts'
import { countText } from './counter.ts'

const bluesky: TextLimits = {
  text: [
    { max: 300, unit: 'graphemes' },
    { max: 3000, unit: 'utf8-bytes' },
  ],
  urlLength: null,
  mentionsWithoutServer: false,
  countsContentWarning: false,
}

describe('countText', () => {
  it('counts a family emoji as one where the network counts graphemes', () => {
    expect(countText('👨‍👩‍👧‍👦', bluesky)).toMatchObject({ used: 1, left: 299, tone: 'calm' })
  })
  it('names the limit that is hit first, also when it is the bytes', () => {
    expect(countText('👨‍👩‍👧‍👦'.repeat(121), bluesky)).toMatchObject({
      unit: 'utf8-bytes',
      tone: 'over',
    })
  })
  it('warns in the last tenth and not before', () => {
    expect(countText('a'.repeat(269), bluesky)?.tone).toBe('calm')
    expect(countText('a'.repeat(270), bluesky)?.tone).toBe('near')
    expect(countText('a'.repeat(300), bluesky)?.tone).toBe('near')
    expect(countText('a'.repeat(301), bluesky)).toMatchObject({ tone: 'over', left: -1 })
  })
  it('has nothing to say for a network without limits', () => {
    expect(countText('abc', { ...bluesky, text: [] })).toBeNull()
  })
})
