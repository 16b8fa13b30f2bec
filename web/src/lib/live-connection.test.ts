import { describe, expect, it } from 'vitest'
import { backOff, parseEvent } from './live-connection.ts'

describe('backOff', () => {
  it('doubles from one second to half a minute and stays there', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((attempt) => backOff(attempt, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ])
  })
  it('spreads browsers over half of the time, so that they do not come back together', () => {
    expect(backOff(3, 0)).toBe(2_000)
    expect(backOff(3, 0.5)).toBe(3_000)
  })
})

describe('parseEvent', () => {
  it('reads an event of the contract', () => {
    expect(parseEvent('{"kind":"thread","id":"a"}')).toEqual({ kind: 'thread', id: 'a' })
  })
  it('leaves alone what it does not know or cannot read', () => {
    expect(parseEvent('{"kind":"weather","id":"a"}')).toBeUndefined()
    expect(parseEvent('not json')).toBeUndefined()
  })
})
