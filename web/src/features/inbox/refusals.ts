import { z } from 'zod'
import { Collision, EarlierReply } from '../../../../contract/replies.ts'
import { ApiError } from '../../lib/api.ts'

const SomebodyAnswers = z.object({ collision: Collision })

/** What stands in the way of a reply, when that is why it was refused. */
export function collisionOf(problem: unknown): Collision | null {
  if (!(problem instanceof ApiError) || problem.code !== 'somebody-answers') return null
  return SomebodyAnswers.safeParse(problem.problem).data?.collision ?? null
}

const TooAlikeProblem = z.object({ earlier: EarlierReply })

/** The earlier reply, when a reply was refused for being too like it. */
export function earlierOf(problem: unknown): EarlierReply | null {
  if (!(problem instanceof ApiError) || problem.code !== 'too-alike') return null
  return TooAlikeProblem.safeParse(problem.problem).data?.earlier ?? null
}
