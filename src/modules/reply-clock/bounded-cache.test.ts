import { expect, it } from 'vitest'
import { boundedCache } from './bounded-cache.ts'

it('makes a value once while it is remembered, and forgets the oldest first', () => {
  const made: number[] = []
  const square = boundedCache(2, (key) => {
    made.push(key)
    return key * key
  })
  expect([1, 2, 2, 1, 3, 2, 1].map(square)).toEqual([1, 4, 4, 1, 9, 4, 1])
  expect(made).toEqual([1, 2, 3, 1])
})
