import { boundedCache } from './bounded-cache.ts'

// The clock on the wall of a zone, worked out from Intl, since Node 24 has no Temporal without a flag.
// Instants are milliseconds since 1970 in UTC. "Wall" times are what the clock on the wall reads, written
// as if it hung in UTC. Nothing here asks which instant a wall time means: questions are put the other way
// round, so that hours the clock skips or shows twice need no rule of their own.

/** A time during which the zone's distance from UTC (`offset`, ms) stays the same; `end` is excluded. */
export type Stretch = { start: number; end: number; offset: number }

export type Zone = {
  /** The stretches that cover `from` until `to`, in order; the first and last may be cut. */
  stretches(from: number, to: number): Stretch[]
  /** What the wall reads. */
  wallAt(instant: number): number
  /** The first instant at which the wall reads `wall` or later. */
  firstAt(wall: number): number
  /** The latest that the wall has read until `instant`: later than `wallAt` in an hour shown twice. */
  latestWallAt(instant: number): number
}

export const DAY = 86_400_000

/** More than any zone is away from UTC or has ever jumped (Pacific/Apia left out a day). */
const MARGIN = 26 * 3_600_000
const BLOCK = 64 * DAY
/** No zone changes there and back within this time. */
const PROBE = 2 * DAY
/** 64 days each: 45 years. */
const MOST_BLOCKS = 256

/** @throws RangeError when there is no such zone */
export function createZone(timeZone: string): Zone {
  const readOffset = offsetReader(timeZone)
  const blockAt = boundedCache(MOST_BLOCKS, (block) => findStretches(readOffset, block * BLOCK))

  function stretches(from: number, to: number): Stretch[] {
    const found: Stretch[] = []
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++) {
      for (const stretch of blockAt(block)) append(found, stretch)
    }
    return found.filter((stretch) => stretch.end > from && stretch.start < to)
  }

  function wallAt(instant: number): number {
    const stretch = blockAt(Math.floor(instant / BLOCK)).find(({ end }) => instant < end)
    return instant + (stretch?.offset ?? 0)
  }

  function firstAt(wall: number): number {
    for (const { start, end, offset } of stretches(wall - MARGIN, wall + MARGIN)) {
      const instant = Math.max(start, wall - offset)
      if (instant < end) return instant
    }
    throw new RangeError(`the wall of ${timeZone} never reads ${wall}`)
  }

  function latestWallAt(instant: number): number {
    const past = stretches(instant - MARGIN, instant).filter(({ end }) => end <= instant)
    return Math.max(wallAt(instant), ...past.map(({ end, offset }) => end + offset))
  }

  return { stretches, wallAt, firstAt, latestWallAt }
}

type OffsetReader = (instant: number) => number

function offsetReader(timeZone: string): OffsetReader {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  return (instant) => {
    // `1/31/2026, GMT+05:45`; `GMT` alone at no distance; seconds only long ago.
    const [, sign, hours, minutes, seconds = '0'] =
      /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(format.format(instant)) ?? []
    if (sign === undefined) return 0
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -size : size
  }
}

function findStretches(readOffset: OffsetReader, start: number): Stretch[] {
  const found: Stretch[] = []
  let offset = readOffset(start)
  for (let at = start; at < start + BLOCK; at += PROBE) {
    const next = readOffset(at + PROBE)
    if (next === offset) {
      append(found, { start: at, end: at + PROBE, offset })
      continue
    }
    const change = findChange(readOffset, { before: at, after: at + PROBE, offset })
    if (change > at) append(found, { start: at, end: change, offset })
    if (change < at + PROBE) append(found, { start: change, end: at + PROBE, offset: next })
    offset = next
  }
  return found
}

/** Zones change at whole seconds. */
function findChange(
  readOffset: OffsetReader,
  { before, after, offset }: { before: number; after: number; offset: number },
): number {
  let [low, high] = [before / 1000, after / 1000]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (readOffset(middle * 1000) === offset) low = middle
    else high = middle
  }
  return high * 1000
}

/** Joins a stretch to the last one when nothing changed between them. */
function append(found: Stretch[], next: Stretch): void {
  const last = found.at(-1)
  if (last && last.end === next.start && last.offset === next.offset) {
    found[found.length - 1] = { ...last, end: next.end }
  } else found.push(next)
}
