import type { Calendar, Holiday, Opening, WeekHours } from '../../../contract/clock.ts'
import { boundedCache } from './bounded-cache.ts'
import { createZone, DAY, type Zone } from './calendar-zone.ts'

/** `end` is excluded. Milliseconds: instants, or times of the wall. */
export type Span = { start: number; end: number }

/** The hours of a calendar as questions about instants (ms since 1970). Lengths in ms. */
export type OpenHours = {
  /** How long it was open from `from` until `to`; 0 when `to` is not later. */
  between(from: number, to: number): number
  isOpen(at: number): boolean
  /** The first open instant at or after `at`, at most `farthest` later. */
  nextOpening(at: number): number | null
  /** The first instant by which it was open for `length` (> 0) since `from`, at most `farthest` later. */
  afterOpen(from: number, length: number): number | null
  /**
   * The same time on the `days`-th day with hours after `from`: the first open instant at or after it on
   * that day, else that day's closing. Outside hours it counts from the next opening, so that who comes
   * later is never promised earlier.
   */
  afterDays(from: number, days: number): number | null
  /** The openings from `from` until `to`, cut at both. */
  openings(from: number, to: number): Span[]
}

/** How far ahead an opening is looked for. */
export const farthest = 400 * DAY

/** Instants are kept by the piece, with how long it had been open before each opening of the piece. */
type Piece = { spans: Span[]; before: number[]; total: number }

const PIECE = 64 * DAY
const MOST_PIECES = 128
const MOST_DAYS = 1024
const minute = 60_000

/**
 * A calendar ready for questions. A time is open when the clock on the wall then reads a time within the
 * hours: on the night of a clock change an hour that is skipped counts nothing and one shown twice counts
 * twice.
 * @throws RangeError when there is no such zone
 */
export function createOpenHours(
  calendar: Pick<Calendar, 'timeZone' | 'hours' | 'holidays'>,
): OpenHours {
  const zone = createZone(calendar.timeZone)
  const wallSpans = wallHours(calendar)
  const dayAt = boundedCache(MOST_DAYS, (day) => toInstants(zone, wallSpans(day)))
  const pieceAt = boundedCache(MOST_PIECES, (piece) => cutPiece(dayAt, piece))
  const counted = createCount(pieceAt)

  function afterDays(from: number, days: number): number | null {
    const start = counted.nextOpening(from)
    if (start === null) return null
    const wall = zone.latestWallAt(start)
    // In an hour that is shown twice the wall may have read midnight, the end of the same day.
    const today = Math.floor((wall > zone.wallAt(start) ? wall - 1 : wall) / DAY)
    let day = today
    for (let left = days; left > 0; ) {
      day += 1
      if ((day - today) * DAY > farthest) return null
      if (dayAt(day).length > 0) left -= 1
    }
    const sameTime = zone.firstAt(wall + (day - today) * DAY)
    const spans = dayAt(day)
    const open = spans.find(({ end }) => sameTime < end)
    const due = open ? Math.max(sameTime, open.start) : (spans.at(-1)?.end ?? sameTime)
    return due - from > farthest ? null : due
  }

  return { ...counted, afterDays }
}

/** Open round the clock, in a zone that says when the same time of the next day is. */
export function createAlwaysOpen(timeZone: string): OpenHours {
  const all: Opening[] = [['00:00', '24:00']]
  const hours: WeekHours = { mon: all, tue: all, wed: all, thu: all, fri: all, sat: all, sun: all }
  return createOpenHours({ timeZone, hours, holidays: [] })
}

function createCount(pieceAt: (piece: number) => Piece): Omit<OpenHours, 'afterDays'> {
  /** How long it was open in this piece until `at`. */
  function openUntil({ spans, before, total }: Piece, at: number): number {
    const next = firstIndex(spans.length, (index) => (spans[index]?.start ?? at) >= at)
    const last = spans[next - 1]
    if (last === undefined) return 0
    return at >= last.end ? (before[next] ?? total) : (before[next - 1] ?? 0) + at - last.start
  }

  function between(from: number, to: number): number {
    if (!(from < to)) return 0
    const [first, last] = [Math.floor(from / PIECE), Math.floor(to / PIECE)]
    let open = openUntil(pieceAt(last), to) - openUntil(pieceAt(first), from)
    for (let piece = first; piece < last; piece++) open += pieceAt(piece).total
    return open
  }

  function nextOpening(at: number): number | null {
    for (let piece = Math.floor(at / PIECE); piece * PIECE <= at + farthest; piece++) {
      const { spans } = pieceAt(piece)
      const next = spans[firstIndex(spans.length, (index) => (spans[index]?.end ?? at) > at)]
      if (next) return next.start - at > farthest ? null : Math.max(at, next.start)
    }
    return null
  }

  function afterOpen(from: number, length: number): number | null {
    const first = Math.floor(from / PIECE)
    let left = length + openUntil(pieceAt(first), from)
    for (let number = first; number * PIECE <= from + farthest; number++) {
      const piece = pieceAt(number)
      if (left > piece.total) {
        left -= piece.total
        continue
      }
      const { spans, before } = piece
      const index = firstIndex(spans.length, (i) => (before[i + 1] ?? piece.total) >= left)
      const due = (spans[index]?.start ?? from) + left - (before[index] ?? 0)
      return due - from > farthest ? null : due
    }
    return null
  }

  function openings(from: number, to: number): Span[] {
    const found: Span[] = []
    for (let piece = Math.floor(from / PIECE); piece * PIECE < to; piece++) {
      for (const span of pieceAt(piece).spans) append(found, span, { start: from, end: to })
    }
    return found
  }

  return { between, nextOpening, afterOpen, openings, isOpen: (at) => nextOpening(at) === at }
}

function cutPiece(dayAt: (day: number) => Span[], piece: number): Piece {
  const bounds = { start: piece * PIECE, end: (piece + 1) * PIECE }
  const spans: Span[] = []
  const found: Span[] = []
  // A day of the wall begins up to a day before or after that of UTC.
  for (let day = bounds.start / DAY - 1; day <= bounds.end / DAY; day++) spans.push(...dayAt(day))
  for (const span of spans.sort((a, b) => a.start - b.start)) append(found, span, bounds)
  const before: number[] = []
  let total = 0
  for (const { start, end } of found) {
    before.push(total)
    total += end - start
  }
  return { spans: found, before, total }
}

function toInstants(zone: Zone, wall: readonly Span[]): Span[] {
  const [first, last] = [wall[0], wall.at(-1)]
  if (!first || !last) return []
  const found = zone.stretches(first.start - DAY, last.end + DAY).flatMap((stretch) =>
    wall.map(({ start, end }) => ({
      start: Math.max(start - stretch.offset, stretch.start),
      end: Math.min(end - stretch.offset, stretch.end),
    })),
  )
  return found.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/**
 * The hours of a day (counted from 1970-01-01, a Thursday) by the clock on the wall: the usual ones without
 * what holidays close, and the own hours of holidays.
 */
function wallHours({
  hours,
  holidays,
}: Pick<Calendar, 'hours' | 'holidays'>): (day: number) => Span[] {
  const holidaysOf = holidaysByDay(holidays)
  return (day) => {
    const weekday = weekdays[(((day + 3) % 7) + 7) % 7] ?? 'mon'
    const today = holidaysOf.get(day) ?? []
    const usual = today.flatMap(closedIn).reduce(without, (hours[weekday] ?? []).map(toSpan))
    const own = today.flatMap((holiday) => holiday.hours ?? []).map(toSpan)
    // Two holidays of one day may open at the same time: it is open once.
    const open = own.length === 0 ? usual : joined([...usual, ...own])
    return open.map(({ start, end }) => ({ start: day * DAY + start, end: day * DAY + end }))
  }
}

function holidaysByDay(holidays: readonly Holiday[]): Map<number, Holiday[]> {
  const byDay = new Map<number, Holiday[]>()
  for (const holiday of holidays)
    for (let day = Date.parse(holiday.from) / DAY; day <= Date.parse(holiday.until) / DAY; day++)
      byDay.set(day, [...(byDay.get(day) ?? []), holiday])
  return byDay
}

function closedIn({ closed }: Holiday): Span[] {
  return closed === 'all-day' ? [{ start: 0, end: DAY }] : closed.map(toSpan)
}

function joined(spans: Span[]): Span[] {
  const found: Span[] = []
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = found.at(-1)
    if (last && last.end >= span.start) last.end = Math.max(last.end, span.end)
    else found.push({ ...span })
  }
  return found
}

function without(open: readonly Span[], closed: Span): Span[] {
  return open
    .flatMap(({ start, end }) => [
      { start, end: Math.min(end, closed.start) },
      { start: Math.max(start, closed.end), end },
    ])
    .filter(({ start, end }) => start < end)
}

function toSpan([from, to]: Opening): Span {
  return { start: timeOfDay(from), end: timeOfDay(to) }
}

function timeOfDay(text: string): number {
  const [hours, minutes] = text.split(':').map(Number)
  return ((hours ?? 0) * 60 + (minutes ?? 0)) * minute
}

/** Cuts a span to its bounds and joins it to the last one when they touch. */
function append(found: Span[], span: Span, bounds: Span): void {
  const [start, end] = [Math.max(span.start, bounds.start), Math.min(span.end, bounds.end)]
  if (start >= end) return
  const last = found.at(-1)
  if (last && last.end >= start) found[found.length - 1] = { start: last.start, end }
  else found.push({ start, end })
}

/** The first of `length` indexes for which `holds`, which holds for all after it; `length` when none. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
