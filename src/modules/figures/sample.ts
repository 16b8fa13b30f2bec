import type { CurvePoint, Sample } from '../../../contract/figures.ts'
import { estimateSurvival, type Observation, quantileOf, type Survival } from './survival.ts'

/** Fewer waits than this are said to be few: the interval around a median is then wider than most differences. */
export const fewWaits = 20
const mostPoints = 200

/** What counts of a wait, in both clocks (ms). */
export type Measured = { end: Observation['end']; calendar: number; business: number }

/** Of some waits: who still waited after how long, in both clocks. */
export type Survivals = { calendar: Survival; business: Survival }

export function survivalsOf(waits: readonly Measured[]): Survivals {
  const of = (clock: 'calendar' | 'business') =>
    estimateSurvival(waits.map((wait) => ({ time: wait[clock], end: wait.end })))
  return { calendar: of('calendar'), business: of('business') }
}

/** The figures of some waits, never-answered ones counted. */
export function summarise(
  waits: readonly Measured[],
  { calendar, business }: Survivals = survivalsOf(waits),
): Sample {
  const counts = { answered: 0, waiting: 0, closed: 0 }
  for (const { end } of waits) counts[end] += 1
  return {
    waits: waits.length,
    ...counts,
    shareAnswered: waits.length === 0 ? null : counts.answered / waits.length,
    calendar: spread(calendar, waits.length),
    business: spread(business, waits.length),
    small: waits.length < fewWaits,
  }
}

/** The curve of those who still wait, thinned to what a plot can show; its first and last points stay. */
export function curveOf({ points }: Survival): CurvePoint[] {
  if (points.length <= mostPoints) return [...points]
  const step = (points.length - 1) / (mostPoints - 1)
  return Array.from({ length: mostPoints }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  )
}

function spread(survival: Survival, count: number): Sample['calendar'] {
  const median = quantileOf(survival, 0.5, count)
  const p90 = quantileOf(survival, 0.9, count)
  return median && p90 ? { median, p90 } : null
}
