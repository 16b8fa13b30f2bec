import type { MessageKind } from '../../../contract/understanding.ts'
import type { Scores } from './model.ts'

/**
 * What the scores say, and `other` if none is above 0. Who complains in a question complains: the mark alone makes
 * such a message score far higher as a question, so the two are not compared. Who praises and asks, asks: that
 * wants an answer. The feeling, -100 to 100, is how much likelier a pleased message is than an unhappy one; 0 where neither is told.
 */
export function judge(scores: Scores): { kind: MessageKind; feeling: number } {
  const kind = kindOf(scores)
  const [complaint = 0, praise = 0] = scores
  const feeling = Math.round(100 * (chanceOf(praise) - chanceOf(complaint)))
  if (kind === 'complaint') return { kind, feeling: Math.min(feeling, -1) }
  if (kind === 'praise') return { kind, feeling: Math.max(feeling, 1) }
  return { kind, feeling: Math.abs(feeling) < leastFeeling ? 0 : feeling }
}

/** Where nobody complains or praises, less than this is chance. */
const leastFeeling = 20

export function kindOf(scores: Scores): MessageKind {
  const [complaint = 0, praise = 0, question = 0] = scores
  if (complaint > 0 && complaint >= praise) return 'complaint'
  if (question > 0) return 'question'
  return praise > 0 ? 'praise' : 'other'
}

function chanceOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
