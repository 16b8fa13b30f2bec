import { writeFileSync } from 'node:fs'
import { chance } from '../bench/harness.ts'
import { createScorer, heads, type Model, storeModel } from '../src/modules/understanding/model.ts'
import { scoreOf, shrink, type Weights } from './train-kinds/learn.ts'
import {
  chooseThresholds,
  type KindReport,
  rankRate,
  rate,
  reportAbove,
  type Scored,
} from './train-kinds/scores.ts'
import {
  type Example,
  makeNonsense,
  readSets,
  readWritten,
  type Written,
} from './train-kinds/sets.ts'
import { createTrainer, type Trainer } from './train-kinds/train.ts'

// node scripts/run.mjs scripts/train-kinds.ts DIR: learns what messages are from the sets in DIR and from
// models/written-examples.tsv, writes models/message-kinds.bin and prints how well it does. About two minutes;
// the same files give the same model. models/message-kinds.md says what DIR holds.

const root = new URL('../', import.meta.url)
const folds = 5

const folder = process.argv[2]
if (!folder) throw new Error('Usage: node scripts/run.mjs scripts/train-kinds.ts DIR')

const written = readWritten(new URL('models/written-examples.tsv', root))
const sets = readSets(folder)
const examples: Example[] = [...sets, ...written, ...makeNonsense(600, chance(11))]
const trainer = createTrainer(examples)

const inFolds = scoreInFolds(trainer)
const thresholds = chooseThresholds(inFolds)
say(`thresholds: ${thresholds.map((one) => one.toFixed(2)).join(' ')}`)
sayKinds('written examples, each by a model without its fifth', inFolds, thresholds)

const model = shrink(
  trainer.train(() => true),
  thresholds,
)
writeFileSync(new URL('models/message-kinds.bin', root), storeModel(model))
sayTest(model)

const within = trainer.train(({ part }) => part === 'train')
for (const set of new Set(sets.map((example) => example.set))) {
  say(`${set}, ranked right: by a model without it, and (its dev rows) by one with its train rows`)
  const without = trainer.train((example) => example.set !== set)
  sayHeads(without, within, (example) => example.set === set)
}
const without = trainer.train((example) => example.set !== 'written')
const strange = written.map((one, place) => scoreWritten(without, one, sets.length + place))
sayKinds('written examples by a model without any of them', strange, thresholds)

function scoreWritten(weights: Weights, { kind, language }: Written, place: number): Scored {
  const lesson = trainer.lessons[place]
  return { kind, language, scores: lesson ? scoreOf(weights, lesson) : [] }
}

function scoreInFolds({ train }: Trainer): Scored[] {
  return Array.from({ length: folds }, (_, fold) => {
    const inFold = (place: number) => place % folds === fold && examples[place]?.set === 'written'
    const weights = train((_example, place) => !inFold(place))
    return written.flatMap((one, place) =>
      inFold(sets.length + place) ? [scoreWritten(weights, one, sets.length + place)] : [],
    )
  }).flat()
}

function sayHeads(without: Weights, within: Weights, chosen: (example: Example) => boolean): void {
  const known = [...examples.entries()].filter(([, example]) => chosen(example))
  for (const language of new Set(known.map(([, example]) => example.language)))
    for (const [head, name] of heads.entries()) {
      const rows = known.filter(
        ([, example]) => example.language === language && (example.labels[head] ?? -1) >= 0,
      )
      const are = rows.filter(([, { labels }]) => labels[head] === 1).length
      if (are === 0 || are === rows.length) continue
      const scored = (weights: Weights, of: typeof rows) =>
        of.flatMap(([place, { labels }]) => {
          const lesson = trainer.lessons[place]
          return lesson
            ? [{ is: labels[head] === 1, score: scoreOf(weights, lesson)[head] ?? 0 }]
            : []
        })
      const own = scored(
        within,
        rows.filter(([, { part }]) => part === 'dev'),
      )
      const strange = scored(without, rows)
      const called = rate(
        strange.map(({ is, score }) => [is, score > (thresholds[head] ?? 0)] as const),
      )
      say(
        `  ${language} ${name}: ${rankRate(strange).toFixed(3)} against ${rankRate(own).toFixed(3)}; ${inWords(called)}, of ${rows.length}`,
      )
    }
}

function sayTest(model: Model): void {
  const score = createScorer(model)
  const test = readWritten(new URL('src/modules/understanding/test-messages.tsv', root))
  const scored = test.map(({ text, kind, language }) => ({
    kind,
    language,
    scores: [...score(text)],
  }))
  sayKinds('test messages', scored, [0, 0, 0])
}

function sayKinds(title: string, scored: Scored[], thresholds: readonly number[]): void {
  for (const language of ['en', 'ro']) {
    const { macroF1, kinds } = reportAbove(
      scored.filter((one) => one.language === language),
      thresholds,
    )
    say(`${title}, ${language}: macro F1 ${macroF1.toFixed(3)}`)
    for (const [kind, report] of Object.entries(kinds)) say(`  ${kind}: ${inWords(report)}`)
  }
}

function inWords({ precision, recall, f1, count }: KindReport): string {
  const [p, r, f] = [precision, recall, f1].map((share) => share.toFixed(2))
  return `precision ${p}, recall ${r}, F1 ${f}, ${count} are`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
