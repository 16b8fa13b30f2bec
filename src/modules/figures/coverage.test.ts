import { expect, it } from 'vitest'
import { findCoverage } from './coverage.ts'

const sat = 5 * 24
const mon = 0

it('names the hours that would have met the most, best first, no longer than they need to be', () => {
  const gaps = [
    ...[10, 10, 11, 13].map((hour) => sat + hour),
    ...[20, 20].map((hour) => sat + hour),
    ...[19, 20].map((hour) => sat + 24 + hour),
    ...[22, 22].map((hour) => mon + hour),
  ]
  const { waits, hours, blocks } = findCoverage(gaps)
  expect(waits).toBe(10)
  expect(hours[sat + 10]).toBe(2)
  expect(blocks).toEqual([
    { day: 'sat', fromHour: 10, toHour: 14, waits: 4, share: 0.4, shareOfPart: 0.5 },
    { day: 'mon', fromHour: 22, toHour: 23, waits: 2, share: 0.2, shareOfPart: 1 },
    { day: 'sat', fromHour: 20, toHour: 21, waits: 2, share: 0.2, shareOfPart: 0.25 },
    { day: 'sun', fromHour: 19, toHour: 21, waits: 2, share: 0.2, shareOfPart: 0.25 },
  ])
})

it('never runs over midnight, and ends when nobody is left', () => {
  const { blocks } = findCoverage([mon + 23, mon + 24])
  expect(blocks.map(({ day, fromHour, toHour }) => [day, fromHour, toHour])).toEqual([
    ['mon', 23, 24],
    ['tue', 0, 1],
  ])
  expect(findCoverage([]).blocks).toEqual([])
})
