import fc from 'fast-check'
import { expect, it } from 'vitest'
import { moment, quarter, zones } from './arbitraries.ts'
import { createZone, DAY } from './calendar-zone.ts'

const hour = 3_600_000
const utc = (text: string) => Date.parse(`${text}Z`)

/** What the wall reads by Intl's fields, which the zone itself does not use. */
function readWall(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  return (instant) => Date.parse(`${format.format(instant).replace(' ', 'T')}Z`)
}

it('reads the wall as Intl does, in every zone, at any time', () => {
  const known = new Map(
    zones.map((name) => [name, { zone: createZone(name), read: readWall(name) }]),
  )
  fc.assert(
    fc.property(fc.constantFrom(...known.values()), moment, ({ zone, read }, at) => {
      expect(zone.wallAt(at)).toBe(read(at))
      expect(zone.wallAt(at - 1000)).toBe(read(at - 1000))
    }),
    { numRuns: 2000 },
  )
})

it('finds every clock change of three years to the quarter of an hour', () => {
  for (const name of zones) {
    const zone = createZone(name)
    const read = readWall(name)
    const [from, to] = [utc('2026-01-01T00:00'), utc('2029-01-01T00:00')]
    for (const { start, end, offset } of zone.stretches(from, to)) {
      for (const at of [start, end - quarter]) expect(read(at) - at, name).toBe(offset)
    }
    const changes = zone.stretches(from, to).slice(1)
    for (const { start, offset } of changes)
      expect(read(start - 1000) - start + 1000).not.toBe(offset)
    expect(changes.length, name).toBe({ 'Asia/Kathmandu': 0, 'Pacific/Apia': 0 }[name] ?? 6)
  }
})

it('covers any time without a gap or an overlap', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      moment,
      fc.integer({ min: 1, max: 40_000 }),
      (name, from, quarters) => {
        const to = from + quarters * quarter
        const found = createZone(name).stretches(from, to)
        expect(found[0]?.start).toBeLessThanOrEqual(from)
        expect(found.at(-1)?.end).toBeGreaterThanOrEqual(to)
        for (const [index, stretch] of found.slice(1).entries()) {
          expect(stretch.start).toBe(found[index]?.end)
          expect(stretch.offset).not.toBe(found[index]?.offset)
        }
      },
    ),
  )
})

it('answers with the change itself for an hour that is skipped', () => {
  const zone = createZone('Europe/Bucharest')
  // 29 March 2026: 03:00 becomes 04:00 at 01:00 UTC.
  expect(zone.firstAt(utc('2026-03-29T03:30'))).toBe(utc('2026-03-29T01:00'))
  expect(zone.firstAt(utc('2026-03-29T04:00'))).toBe(utc('2026-03-29T01:00'))
  expect(zone.firstAt(utc('2026-03-29T02:59'))).toBe(utc('2026-03-29T00:59'))
})

it('answers with the first of two for an hour shown twice, and knows what the wall read before', () => {
  const zone = createZone('Europe/Bucharest')
  // 25 October 2026: 04:00 becomes 03:00 at 01:00 UTC.
  expect(zone.firstAt(utc('2026-10-25T03:30'))).toBe(utc('2026-10-25T00:30'))
  const second = utc('2026-10-25T01:30')
  expect(zone.wallAt(second)).toBe(utc('2026-10-25T03:30'))
  expect(zone.latestWallAt(second)).toBe(utc('2026-10-25T04:00'))
  expect(zone.latestWallAt(second + hour)).toBe(zone.wallAt(second + hour))
})

it('skips the day that Apia left out', () => {
  const zone = createZone('Pacific/Apia')
  const change = utc('2011-12-30T10:00')
  expect(zone.wallAt(change - 1000)).toBe(utc('2011-12-29T23:59:59'))
  expect(zone.wallAt(change)).toBe(utc('2011-12-31T00:00'))
  expect(zone.firstAt(utc('2011-12-30T12:00'))).toBe(change)
})

it('reads offsets with seconds, and none', () => {
  const at = utc('1971-06-01T00:00')
  expect(createZone('Africa/Monrovia').wallAt(at)).toBe(at - (44 * 60 + 30) * 1000)
  expect(createZone('UTC').wallAt(at)).toBe(at)
  expect(() => createZone('Europe/Nowhere')).toThrow(RangeError)
})

it('goes on past what it remembers', () => {
  const zone = createZone('Europe/Bucharest')
  const read = readWall('Europe/Bucharest')
  for (let year = 1900; year < 2100; year += 1) zone.wallAt(Date.UTC(year, 6, 1))
  for (const at of [Date.UTC(1990, 6, 1), Date.UTC(2026, 6, 1)])
    expect(zone.wallAt(at)).toBe(read(at))
  expect(zone.stretches(0, 100 * 366 * DAY).at(-1)?.end).toBeGreaterThanOrEqual(100 * 366 * DAY)
})
