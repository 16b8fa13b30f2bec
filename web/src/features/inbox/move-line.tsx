import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Merge, Split } from 'lucide-react'
import type { Move } from '../../../../contract/moves.ts'
import { Button } from '../../ui/button.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { useUndoMove } from './use-undo-move.ts'

/** A merge or a split where it happened, with the way to the other conversation and back. */
export function MoveLine({ move, conversationId }: { move: Move; conversationId: string }) {
  const undo = useUndoMove()
  const Icon = move.kind === 'merge' ? Merge : Split
  const made = move.others[0]
  const other = conversationId === move.keptId ? made?.id : move.keptId
  return (
    <p className="flex flex-wrap items-center justify-center gap-x-2 gap-y-1 py-0.5 text-center text-xs text-text-3">
      <Icon size={12} aria-hidden />
      <span>
        <MoveWords move={move} conversationId={conversationId} /> · <ClockTime at={move.at} />
      </span>
      {move.kind === 'split' && move.undoneAt === null && other && (
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: other }}
          search={(search) => search}
          className="inline-flex min-h-6 items-center font-medium text-accent-text underline underline-offset-2"
        >
          <Trans>Open the other one</Trans>
        </Link>
      )}
      {move.can.undo && (
        <Button size="sm" look="quiet" busy={undo.isPending} onClick={() => undo.mutate(move)}>
          <Trans>Undo</Trans>
        </Button>
      )}
      {move.undoneAt !== null && (
        <span>
          <Trans>
            undone by {move.undoneByName} · <ClockTime at={move.undoneAt} />
          </Trans>
        </span>
      )}
    </p>
  )
}

function MoveWords({ move, conversationId }: { move: Move; conversationId: string }) {
  const { t } = useLingui()
  const { byName, others } = move
  if (move.kind === 'merge') {
    if (conversationId !== move.keptId) return t`${byName} merged it into another conversation`
    return plural(others.length, {
      one: `${byName} merged # conversation into this one`,
      other: `${byName} merged # conversations into this one`,
    })
  }
  if (conversationId !== move.keptId) return t`${byName} split this off from another conversation`
  return plural(others[0]?.messages ?? 0, {
    one: `${byName} split # message off`,
    other: `${byName} split # messages off`,
  })
}
