import { readFileSync } from 'node:fs'
import { readMessage } from '../src/modules/understanding/index.ts'
import { type Arm, chance, compare, refuseNoisy, report, timeArms } from './harness.ts'

const rounds = 9
const sizes = [
  { size: 200, batches: 20, messages: 500 },
  { size: 2000, batches: 10, messages: 100 },
]
const goal = 0.05
/** Microseconds a message of 200 characters may take where messages are taken in. */
const mostMicroseconds = 30

type Batch = readonly string[]

/**
 * Messages read a second, against looking up each of their words in a `Map` (F: the least that a reader by words
 * could do, without endings, pairs or marks), at about 200 and 2000 characters a message: the test messages,
 * strung together by chance.
 * @returns whether the ratio is at least 0.05 and a message of 200 characters takes at most 30 microseconds
 */
export async function understanding(): Promise<boolean> {
  const lines = testMessages()
  const known = new Map(lines.flatMap((line) => line.split(' ')).map((word, at) => [word, at]))
  const arms: Arm<Batch>[] = [
    { name: 'read', run: async (batch) => keep(batch, (text) => readMessage(text).feeling) },
    { name: 'words', run: async (batch) => keep(batch, (text) => lookUp(known, text)) },
  ]
  let met = true
  for (const { size, batches, messages } of sizes) {
    const random = chance(size)
    const write = () => messageOf(lines, size, random)
    const timing = await timeArms(
      arms,
      Array.from({ length: rounds }, () =>
        Array.from({ length: batches }, () => Array.from({ length: messages }, write)),
      ),
    )
    const line = compare(refuseNoisy(timing, ['words']), {
      workload: 'understanding',
      metric: 'messages read a second against a look-up of each word',
      ours: 'read',
      floor: 'words',
      size,
      units: batches * messages,
      goal,
    })
    report(line)
    met &&= line.ratio >= goal && (size > 200 || 1e6 / line.ours <= mostMicroseconds)
  }
  return met
}

/** What is found is summed up, or it need not have been found. */
let sum = 0

function keep(batch: Batch, found: (text: string) => number): void {
  for (const text of batch) sum = (sum + found(text)) | 0
}

function lookUp(known: ReadonlyMap<string, number>, text: string): number {
  let found = 0
  for (const word of text.split(' ')) found += known.get(word) ?? 0
  return found
}

function testMessages(): string[] {
  const file = new URL('../src/modules/understanding/test-messages.tsv', import.meta.url)
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => line.split('\t')[2] ?? '')
}

function messageOf(lines: readonly string[], size: number, random: () => number): string {
  let text = ''
  while (text.length < size) text += `${lines[Math.floor(random() * lines.length)]} `
  // Strings put together piece by piece are flattened at the first reading, which is not to be timed.
  return Buffer.from(text.slice(0, size)).toString()
}
