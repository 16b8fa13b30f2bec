import {
  buckets as bucketCount,
  createFeatures,
  readFeatures,
} from '../../src/modules/understanding/features.ts'
import { heads, type Model } from '../../src/modules/understanding/model.ts'
import { signs } from '../../src/modules/understanding/signs.ts'
import type { Labels } from './sets.ts'

/** An example as it is learnt from: bucket numbers of its words and letters, places of the signs it shows. */
export type Lesson = { words: Uint16Array; letters: Uint16Array; signs: number[]; labels: Labels }

const features = createFeatures()

export function prepare(text: string, labels: Labels): Lesson {
  readFeatures(text, features)
  return {
    words: features.words.buckets.slice(0, features.words.count),
    letters: features.letters.buckets.slice(0, features.letters.count),
    signs: [...features.signs.keys()].filter((place) => features.signs[place]),
    labels,
  }
}

/** Weights before they are made small, laid out as in a `Model`. */
export type Weights = { base: Float64Array; signs: Float32Array; buckets: Float32Array }

const width = heads.length
const passes = 4
const rate = 0.12
/** Pulls a weight towards 0 whenever it is touched. */
const decay = 2e-5

/**
 * Logistic regression for each head, by Adagrad (Duchi, Hazan and Singer 2011), in an order that the seed decides.
 * @param weigh how much an example counts for a head
 */
export function learn(
  lessons: readonly Lesson[],
  weigh: (lesson: number, head: number) => number,
  random: () => number,
): Weights {
  const weights = createWeights()
  const squares = createWeights()
  squares.base.fill(1)
  squares.signs.fill(1)
  squares.buckets.fill(0.1)
  const order = Uint32Array.from(lessons.keys())
  const gradient = new Float64Array(width)
  for (let pass = 0; pass < passes; pass++) {
    shuffle(order, random)
    for (const number of order) {
      const lesson = lessons[number]
      if (!lesson) continue
      const scores = scoreOf(weights, lesson)
      let idle = true
      for (let head = 0; head < width; head++) {
        const label = lesson.labels[head] ?? -1
        const weight = label < 0 ? 0 : weigh(number, head)
        gradient[head] = weight * (1 / (1 + Math.exp(-(scores[head] ?? 0))) - label)
        if (weight > 0) idle = false
      }
      if (!idle) step(weights, squares, lesson, gradient)
    }
  }
  return weights
}

function createWeights(): Weights {
  return {
    base: new Float64Array(width),
    signs: new Float32Array(signs.length * width),
    buckets: new Float32Array(bucketCount * width),
  }
}

export function scoreOf(weights: Weights, lesson: Lesson): number[] {
  const scores = [...weights.base]
  for (const place of lesson.signs)
    for (let head = 0; head < width; head++)
      scores[head] = (scores[head] ?? 0) + (weights.signs[place * width + head] ?? 0)
  for (const bag of [lesson.words, lesson.letters]) {
    const share = 1 / Math.sqrt(Math.max(1, bag.length))
    for (let head = 0; head < width; head++) {
      let sum = 0
      for (let at = 0; at < bag.length; at++)
        sum += weights.buckets[(bag[at] ?? 0) * width + head] ?? 0
      scores[head] = (scores[head] ?? 0) + sum * share
    }
  }
  return scores
}

function step(weights: Weights, squares: Weights, lesson: Lesson, gradient: Float64Array): void {
  for (let head = 0; head < width; head++) {
    const slope = gradient[head] ?? 0
    if (slope === 0) continue
    move(weights.base, squares.base, head, slope)
    for (const place of lesson.signs)
      move(weights.signs, squares.signs, place * width + head, slope)
    for (const bag of [lesson.words, lesson.letters]) {
      const share = slope / Math.sqrt(Math.max(1, bag.length))
      for (let at = 0; at < bag.length; at++)
        move(weights.buckets, squares.buckets, (bag[at] ?? 0) * width + head, share)
    }
  }
}

function move(
  weights: Float32Array | Float64Array,
  squares: Float32Array | Float64Array,
  at: number,
  slope: number,
): void {
  const weight = weights[at] ?? 0
  const pull = slope + decay * weight
  const square = (squares[at] ?? 0) + pull * pull
  squares[at] = square
  weights[at] = weight - (rate * pull) / Math.sqrt(square)
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const held = order[last] ?? 0
    order[last] = order[other] ?? 0
    order[other] = held
  }
}

/** The weights in a byte each. `thresholds`: what a head must score, taken off its base. */
export function shrink(weights: Weights, thresholds: readonly number[]): Model {
  const most = new Float64Array(width)
  for (const [at, weight] of weights.buckets.entries())
    most[at % width] = Math.max(most[at % width] ?? 0, Math.abs(weight))
  const step = Float32Array.from(most, (one) => one / 127)
  return {
    base: Float32Array.from(weights.base, (base, head) => base - (thresholds[head] ?? 0)),
    step,
    signs: weights.signs,
    buckets: Int8Array.from(weights.buckets, (weight, at) =>
      Math.round(weight / (step[at % width] || 1)),
    ),
  }
}
