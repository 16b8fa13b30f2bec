import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'
import { type Bag, buckets, createFeatures, type Features, readFeatures } from './features.ts'
import { signs } from './signs.ts'

/** What the model tells apart, each for itself and from -∞ (surely not) to ∞: scores are log odds. */
export const heads = ['complaint', 'praise', 'question'] as const

/** Above 0: it is one, as far as the written examples tell. One number for each of `heads`, in that order. */
export type Scores = Float64Array

/**
 * Linear weights. `base`: for each head what a message without any feature scores, its threshold taken off;
 * `signs`: for each sign one weight for each head; `buckets`: likewise for each bucket, in steps of the head's
 * `step`.
 */
export type Model = {
  base: Float32Array
  step: Float32Array
  signs: Float32Array
  buckets: Int8Array
}

/** `PKND`, then the layout's version, the number of buckets, of signs and of heads. */
const header = [0x444e4b50, 1, buckets, signs.length, heads.length]

/** @throws when the file is not there or is not of this layout: a desk must not begin with a model that is not its own */
export function loadModel(file: URL): Model {
  if (endianness() !== 'LE') throw new Error('models are stored little-endian')
  const bytes = new Uint8Array(readFileSync(file)).buffer
  const floats = heads.length * (2 + signs.length)
  const size = header.length * 4 + floats * 4 + buckets * heads.length
  const found = bytes.byteLength === size ? new Uint32Array(bytes, 0, header.length) : []
  if (header.some((expected, place) => found[place] !== expected))
    throw new Error(`${file.pathname} is not a model of this version: train it again`)
  const take = (from: number, count: number) =>
    new Float32Array(bytes, (header.length + from) * 4, count)
  return {
    base: take(0, heads.length),
    step: take(heads.length, heads.length),
    signs: take(heads.length * 2, signs.length * heads.length),
    buckets: new Int8Array(bytes, (header.length + floats) * 4),
  }
}

/** The bytes that `loadModel` reads. */
export function storeModel({ base, step, signs, buckets }: Model): Uint8Array {
  const floats = [base, step, signs].map((part) => new Uint8Array(Float32Array.from(part).buffer))
  const parts = [new Uint8Array(Uint32Array.from(header).buffer), ...floats, buckets]
  return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))))
}

/** A reader of its own room: it takes one text at a time. */
export function createScorer(model: Model): (text: string) => Scores {
  const features = createFeatures()
  return (text) => {
    readFeatures(text, features)
    return scoreFeatures(model, features)
  }
}

function scoreFeatures(model: Model, features: Features): Scores {
  const scores = Float64Array.from(model.base)
  // Without a word or an emoji there is nothing to go by.
  if (features.words.count === 0) return scores.fill(Number.NEGATIVE_INFINITY)
  for (const [place, shown] of features.signs.entries())
    if (shown)
      for (let head = 0; head < scores.length; head++)
        scores[head] = (scores[head] ?? 0) + (model.signs[place * scores.length + head] ?? 0)
  addBag(model, features.words, scores)
  addBag(model, features.letters, scores)
  return scores
}

/** A bag counts by the root of its size, so that neither short nor long messages score out of proportion. */
function addBag(model: Model, bag: Bag, scores: Scores): void {
  if (bag.count === 0) return
  const weights = model.buckets
  let [complaint, praise, question] = [0, 0, 0]
  for (let at = 0; at < bag.count; at++) {
    const place = (bag.buckets[at] ?? 0) * heads.length
    complaint += weights[place] ?? 0
    praise += weights[place + 1] ?? 0
    question += weights[place + 2] ?? 0
  }
  const sums = [complaint, praise, question]
  for (const [head, sum] of sums.entries())
    scores[head] = (scores[head] ?? 0) + (sum * (model.step[head] ?? 0)) / Math.sqrt(bag.count)
}
