import type { MessageKind } from '../../../contract/understanding.ts'
import { judge } from './judge.ts'
import { createScorer, loadModel } from './model.ts'

export type Reading = { kind: MessageKind; feeling: number }

const score = createScorer(loadModel(new URL('../../../models/message-kinds.bin', import.meta.url)))

/**
 * What a customer's message is and how sure it is of their feeling, -100 (unhappy) to 100 (pleased), 0: none told. A
 * guess from the words of the first 4000 characters, made where the message is: models/message-kinds.md says how
 * often it is right. Takes any string, and the same string always the same way.
 */
export function readMessage(text: string): Reading {
  return judge(score(text))
}
