import { describe, expect, it } from 'vitest'
import { LiveEvent } from '../../../contract/events.ts'
import { everything, gather, staleKeys } from './live-events.ts'

describe('staleKeys', () => {
  it('reads lists, counts and the one conversation again when it changed', () => {
    expect(staleKeys({ kind: 'conversation', id: 'c1' })).toEqual([
      ['conversations', 'list'],
      ['conversations', 'counts'],
      ['conversations', 'one', 'c1'],
    ])
  })
  it('reads everything again when news may have been missed', () => {
    expect(staleKeys({ kind: 'resync', id: '' })).toEqual([everything])
  })
  it('has an answer for every kind of the contract', () => {
    for (const option of LiveEvent.options) {
      const kind = option.shape.kind.value
      expect(staleKeys(LiveEvent.parse({ kind, id: kind === 'resync' ? '' : 'x' }))).not.toEqual([])
    }
  })
})

describe('gather', () => {
  it('keeps each key once, however many events come', () => {
    const once = gather([], { kind: 'conversation', id: 'c1' })
    expect(gather(once, { kind: 'conversation', id: 'c1' })).toEqual(once)
    expect(gather(once, { kind: 'conversation', id: 'c2' })).toHaveLength(4)
  })
  it('lets a wider key swallow the narrower ones, in either order', () => {
    const narrow = gather([], { kind: 'conversation', id: 'c1' })
    const wide = gather(narrow, { kind: 'delivery', id: 'd1' })
    expect(wide).not.toContainEqual(['conversations', 'one', 'c1'])
    expect(gather(wide, { kind: 'draft', id: 'c2' })).toEqual(wide)
  })
  it('is only "everything" after a resync', () => {
    const keys = gather(gather([], { kind: 'channel', id: 'a' }), { kind: 'resync', id: '' })
    expect(keys).toEqual([everything])
    expect(gather(keys, { kind: 'thread', id: 'b' })).toEqual([everything])
  })
})
