import { chance } from '../../bench/harness.ts'
import { heads } from '../../src/modules/understanding/model.ts'
import { type Lesson, learn, prepare, type Weights } from './learn.ts'
import type { Example } from './sets.ts'

/** How much one example of a set counts: those from elsewhere are many, ours say just what is asked. */
const setWeights: Record<string, number> = {
  goemotions: 0.5,
  complaints_cesamard: 0.5,
  banking77: 0.2,
  clinc150: 0.1,
  sent_multi_umsab: 0.3,
  ro_emotion_red1: 0.5,
  written: 20,
  nonsense: 5,
}
const mostBalance = 4

export type Trainer = {
  lessons: readonly Lesson[]
  /** Learns from the examples that are to be kept, always in the same way. */
  train(keep: (example: Example, place: number) => boolean): Weights
}

export function createTrainer(examples: readonly Example[]): Trainer {
  const lessons = examples.map(({ text, labels }) => prepare(text, labels))
  const balance = balanceOf(examples)
  return {
    lessons,
    train(keep) {
      const kept = [...examples.entries()].filter(([place, one]) => keep(one, place))
      return learn(
        kept.flatMap(([place]) => lessons[place] ?? []),
        (number, head) => {
          const example = kept[number]?.[1]
          return example ? (setWeights[example.set] ?? 0) * balance(example, head) : 0
        },
        chance(7),
      )
    },
  }
}

/** Within a set and language, those that are and those that are not one of a kind count about alike. */
function balanceOf(examples: readonly Example[]): (example: Example, head: number) => number {
  const counts = new Map<string, [number, number]>()
  const countOf = ({ set, language }: Example, head: number) => {
    const key = `${set} ${language} ${head}`
    const known = counts.get(key)
    if (known) return known
    const fresh: [number, number] = [0, 0]
    counts.set(key, fresh)
    return fresh
  }
  for (const example of examples)
    for (const head of heads.keys()) {
      const label = example.labels[head]
      if (label === 0 || label === 1) countOf(example, head)[label]++
    }
  return (example, head) => {
    const [no, yes] = countOf(example, head)
    const same = example.labels[head] === 1 ? yes : no
    return no === 0 || yes === 0 ? 1 : Math.min(mostBalance, (no + yes) / (2 * same))
  }
}
