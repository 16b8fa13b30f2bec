import { readFileSync } from 'node:fs'
import { MessageKind } from '../../../contract/understanding.ts'

export type TestMessage = { kind: MessageKind; language: string; text: string }

/**
 * Messages written before the model was and for testing alone, from other trades than the examples that it learns
 * from. Nothing is tuned on them.
 */
export function readTestMessages(): TestMessage[] {
  const file = readFileSync(new URL('test-messages.tsv', import.meta.url), 'utf8')
  const [, ...lines] = file.trimEnd().split('\n')
  return lines.map((line) => {
    const [kind, language = '', text = ''] = line.split('\t')
    return { kind: MessageKind.parse(kind), language, text }
  })
}
