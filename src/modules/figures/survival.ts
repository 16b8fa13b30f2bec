import type { CurvePoint, Quantile } from '../../../contract/figures.ts'

/**
 * How long one customer was seen to wait, in ms. `answered`: an answer ended it then. `waiting`: it goes on
 * and was seen so long (censored). `closed`: given up after so long; it stays at risk to the end, because
 * dropping it would count those who were never answered as if they soon would be.
 */
export type Observation = { time: number; end: 'answered' | 'waiting' | 'closed' }

export type Survival = {
  /** At each time of an answer, in order: the share that still waits from then on. */
  points: readonly CurvePoint[]
  /** Nobody was seen to wait longer. */
  longest: number
}

/** 95 % of a normal distribution lies within so many standard errors. */
const Z = 1.959964
/** Products of fractions miss their sum by a few units in the last place. */
const TINY = 1e-9

/**
 * The share of customers who still wait, by Kaplan and Meier (1958), with Greenwood's variance on the
 * logarithmic scale (as `survfit` of R does unless told otherwise). Sorts once: O(n log n).
 */
export function estimateSurvival(observations: readonly Observation[]): Survival {
  const answers = timesOf(observations, 'answered')
  const lost = timesOf(observations, 'waiting')
  const points: CurvePoint[] = []
  let waiting = 1
  let variance = 0
  let gone = 0
  for (let at = 0, next = 0; at < answers.length; at = next) {
    const time = answers[at] ?? 0
    while (answers[next] === time) next++
    // Who was lost sight of at the very time of an answer was still at risk of it.
    while ((lost[gone] ?? Number.POSITIVE_INFINITY) < time) gone++
    const atRisk = observations.length - at - gone
    const count = next - at
    waiting *= 1 - count / atRisk
    // The last of all is answered: the curve ends at 0, where the logarithm has no width.
    if (count < atRisk) variance += count / (atRisk * (atRisk - count))
    points.push({ at: time, waiting, ...band(waiting, variance) })
  }
  const longest = observations.reduce((most, { time }) => Math.max(most, time), 0)
  return { points, longest }
}

/**
 * The first time by which `share` of the customers was answered, with its confidence interval (Brookmeyer
 * and Crowley: where the band crosses). When the curve never falls so low: `moreThan` the longest wait seen.
 * null: there was no wait.
 */
export function quantileOf({ points, longest }: Survival, share: number, count: number) {
  if (count === 0) return null
  const left = 1 - share + TINY
  const found = points.find(({ waiting }) => waiting <= left)
  const quantile: Quantile = {
    ms: found?.at ?? longest,
    moreThan: found === undefined,
    low: points.find(({ low }) => low <= left)?.at ?? null,
    high: points.find(({ high }) => high <= left)?.at ?? null,
  }
  return quantile
}

/** Sorted as numbers. */
function timesOf(observations: readonly Observation[], end: Observation['end']): Float64Array {
  const found = observations.filter((one) => one.end === end)
  return Float64Array.from(found, ({ time }) => time).sort()
}

function band(waiting: number, variance: number): { low: number; high: number } {
  if (waiting <= TINY) return { low: 0, high: 0 }
  const width = Z * Math.sqrt(variance)
  return { low: waiting * Math.exp(-width), high: Math.min(1, waiting * Math.exp(width)) }
}
