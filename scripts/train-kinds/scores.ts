import { MessageKind } from '../../contract/understanding.ts'
import { kindOf } from '../../src/modules/understanding/judge.ts'
import { heads } from '../../src/modules/understanding/model.ts'

/** How well kinds were told: for each the share of those called so that are (precision) and of those that are found (recall). */
export type Report = { macroF1: number; kinds: Record<string, KindReport> }
export type KindReport = { precision: number; recall: number; f1: number; count: number }

export function reportKinds(pairs: readonly { expected: string; found: string }[]): Report {
  const kinds = Object.fromEntries(
    MessageKind.options.map((kind) => [
      kind,
      rate(pairs.map(({ expected, found }) => [expected === kind, found === kind])),
    ]),
  )
  const all = Object.values(kinds)
  return { macroF1: all.reduce((sum, { f1 }) => sum + f1, 0) / all.length, kinds }
}

export function rate(pairs: readonly (readonly [boolean, boolean])[]): KindReport {
  const count = (wanted: (is: boolean, called: boolean) => boolean) =>
    pairs.filter(([is, called]) => wanted(is, called)).length
  const right = count((is, called) => is && called)
  const are = count((is) => is)
  const called = count((_, so) => so)
  return {
    precision: right / Math.max(1, called),
    recall: right / Math.max(1, are),
    f1: (2 * right) / Math.max(1, are + called),
    count: are,
  }
}

/** The share of pairs (one that is, one that is not) in which the one that is scores higher: 0.5 is chance. */
export function rankRate(scored: readonly { is: boolean; score: number }[]): number {
  const sorted = [...scored].sort((a, b) => a.score - b.score)
  let below = 0
  let won = 0
  for (const { is } of sorted) {
    if (is) won += below
    else below++
  }
  return won / (below * (sorted.length - below))
}

export type Scored = { scores: readonly number[]; kind: string; language: string }

/**
 * The thresholds, one for each head, with which the kinds come out best, the languages counting alike. The middle
 * of all that are nearly as good: the very best is so by chance.
 */
export function chooseThresholds(scored: readonly Scored[]): number[] {
  const steps = Array.from({ length: 21 }, (_, step) => (step - 10) * 0.2)
  const languages = [...new Set(scored.map(({ language }) => language))].map((language) =>
    scored.filter((one) => one.language === language),
  )
  const tried = steps.flatMap((complaint) =>
    steps.flatMap((praise) =>
      steps.map((question) => {
        const thresholds = [complaint, praise, question]
        const rates = languages.map((own) => reportAbove(own, thresholds).macroF1)
        return { thresholds, value: rates.reduce((sum, rate) => sum + rate) / rates.length }
      }),
    ),
  )
  const best = tried.reduce((most, { value }) => Math.max(most, value), 0)
  const near = tried.filter(({ value }) => value > best - nearlyAsGood)
  return heads.map(
    (_, head) => near.reduce((sum, one) => sum + (one.thresholds[head] ?? 0), 0) / near.length,
  )
}

const nearlyAsGood = 0.01

export function reportAbove(scored: readonly Scored[], thresholds: readonly number[]): Report {
  return reportKinds(
    scored.map(({ scores, kind }) => ({
      expected: kind,
      found: kindOf(Float64Array.from(scores, (score, head) => score - (thresholds[head] ?? 0))),
    })),
  )
}
