import type { CurvePoint, Sample } from '../../../contract/figures.ts'
import { estimateSurvival, type Observation, quantileOf, type Survival } from './survival.ts'

/** Fewer waits than this are said to be few: the interval around a median is then wider than most differences. */
export const fewWaits = 20
const mostPoints = 200

/** What counts of a wait, in both clocks (ms). */
export type Measured = { end: Observation['end']; calendar: number; business: number }

/** The figures of some waits, never-answered ones counted. */
export function summarise(waits: readonly Measured[]): Sample {
  const count = (end: Observation['end']) => waits.filter((wait) => wait.end === end).length
  const answered = count('answered')
  return {
    waits: waits.length,
    answered,
    waiting: count('waiting'),
    closed: count('closed'),
    shareAnswered: waits.length === 0 ? null : answered / waits.length,
    calendar: spread(waits, 'calendar'),
    business: spread(waits, 'business'),
    small: waits.length < fewWaits,
  }
}

/** The curve of those who still wait, thinned to what a plot can show; its first and last points stay. */
export function curveOf(waits: readonly Measured[], clock: 'calendar' | 'business'): CurvePoint[] {
  const { points } = survivalOf(waits, clock)
  if (points.length <= mostPoints) return [...points]
  const step = (points.length - 1) / (mostPoints - 1)
  const kept = new Set(Array.from({ length: mostPoints }, (_, index) => Math.round(index * step)))
  return points.filter((_, index) => kept.has(index))
}

function spread(waits: readonly Measured[], clock: 'calendar' | 'business'): Sample['calendar'] {
  const survival = survivalOf(waits, clock)
  const median = quantileOf(survival, 0.5, waits.length)
  const p90 = quantileOf(survival, 0.9, waits.length)
  return median && p90 ? { median, p90 } : null
}

function survivalOf(waits: readonly Measured[], clock: 'calendar' | 'business'): Survival {
  return estimateSurvival(waits.map((wait) => ({ time: wait[clock], end: wait.end })))
}
