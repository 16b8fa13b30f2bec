import type { z } from 'zod'
import type { Workspace } from '../../../../contract/session.ts'

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof days)[number]
export type Hours = Partial<z.infer<typeof Workspace>['hours']>
export type Span = [from: string, to: string]

export const usualHours: Hours = {
  mon: [['09:00', '17:00']],
  tue: [['09:00', '17:00']],
  wed: [['09:00', '17:00']],
  thu: [['09:00', '17:00']],
  fri: [['09:00', '17:00']],
}

export type SpansProblem = 'backwards' | 'overlap'

/** What is wrong with the hours: a span that ends before it begins, or two that overlap. `24:00` is midnight. */
export function hoursProblem(hours: Hours): { day: Day; kind: SpansProblem } | null {
  for (const day of days) {
    const kind = spansProblem(hours[day] ?? [])
    if (kind) return { day, kind }
  }
  return null
}

/** The same of the hours of one day. */
export function spansProblem(spans: readonly Span[]): SpansProblem | null {
  const sorted = inOrder(spans)
  for (const [index, [from, to]] of sorted.entries()) {
    if (to <= from) return 'backwards'
    const next = sorted[index + 1]
    if (next && next[0] < to) return 'overlap'
  }
  return null
}

/** The hours of one day from the first to the last. */
export function inOrder(spans: readonly Span[]): Span[] {
  return [...spans].sort(([a], [b]) => a.localeCompare(b))
}

/** Only days with a span, each in order: what the server keeps. */
export function tidyHours(hours: Hours): Hours {
  const tidy: Hours = {}
  for (const day of days) {
    const spans = hours[day]
    if (spans && spans.length > 0) tidy[day] = inOrder(spans)
  }
  return tidy
}

/** A break of an hour in the middle of the last span, when there is room for one. */
export function addBreak(spans: readonly Span[]): Span[] {
  const last = spans.at(-1)
  if (!last) return [['09:00', '17:00']]
  const [from, to] = [minutes(last[0]), minutes(last[1])]
  if (to - from < 180) return [...spans]
  const middle = Math.round((from + to) / 2 / 60) * 60
  return [...spans.slice(0, -1), [last[0], clock(middle - 60)], [clock(middle), last[1]]]
}

function minutes(time: string): number {
  const [hour = '0', minute = '0'] = time.split(':')
  return Number(hour) * 60 + Number(minute)
}

function clock(total: number): string {
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
}
