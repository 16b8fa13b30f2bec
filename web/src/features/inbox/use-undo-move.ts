import { useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { type Move, MovedOn } from '../../../../contract/moves.ts'
import { ApiError } from '../../lib/api.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { undoMove } from '../../lib/queries/moves.ts'
import { toast } from '../../lib/toasts.ts'

/** Takes a merge or a split back, and says what moved on when that cannot be any more. */
export function useUndoMove() {
  const { t } = useLingui()
  const client = useQueryClient()
  const words = useUndoProblem()
  return useMutation({
    mutationFn: (move: Move) => undoMove(move),
    onSuccess: () => toast(t`Undone: all is as it was before.`),
    onError: (error, move) => toast(words(error, move), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  })
}

const Refusal = z.object({ movedOn: MovedOn })

function useUndoProblem(): (error: unknown, move: Move) => string {
  const { t } = useLingui()
  const problem = useProblemWords()
  return (error, { kind }) => {
    const refusal = error instanceof ApiError ? Refusal.safeParse(error.problem) : undefined
    if (!refusal?.success) return problem(error)
    const why = {
      'moved-again': t`They were merged or split again since. Undo that first.`,
      'customer-wrote': t`The customer wrote again since.`,
      answered: t`Somebody answered since.`,
      noted: t`Somebody wrote a note since.`,
      'given-away': t`It was given to somebody else since.`,
      severity: t`Its severity was changed since.`,
      state: t`Its state was changed since.`,
      snoozed: t`It was put aside since.`,
    }[refusal.data.movedOn]
    const remedy =
      kind === 'merge' ? t`Split off what belongs elsewhere.` : t`Merge the two instead.`
    return refusal.data.movedOn === 'moved-again'
      ? t`It cannot be undone. ${why}`
      : t`It cannot be undone. ${why} ${remedy}`
  }
}
