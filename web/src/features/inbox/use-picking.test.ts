import { expect, it } from 'vitest'
import { between } from './use-picking.ts'

const ids = ['a', 'b', 'c', 'd']

it('picks all from one row to another, whichever is higher', () => {
  expect(between(ids, 'b', 'd')).toEqual(['b', 'c', 'd'])
  expect(between(ids, 'd', 'b')).toEqual(['b', 'c', 'd'])
})

it('picks the row alone when none was picked before, or that one has left the list', () => {
  expect(between(ids, undefined, 'c')).toEqual(['c'])
  expect(between(ids, 'gone', 'c')).toEqual(['c'])
  expect(between(ids, 'a', 'gone')).toEqual([])
})
