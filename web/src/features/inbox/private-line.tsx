import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import type { PrivateMove } from '../../../../contract/private-moves.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { useReasonWords } from '../../lib/reason-words.ts'
import { ClockTime } from '../../ui/time.tsx'

/** That a customer was asked to go on in private, why, and the way to the other conversation. */
export function PrivateLine({
  move,
  conversationId,
}: {
  move: PrivateMove
  conversationId: string
}) {
  const { t } = useLingui()
  const reasons = useReasonWords()
  const networkWords = useNetworkWords()
  const reason = move.words || reasons[move.reason]
  const { byName, place } = move
  const placeName = networkWords(place).name
  const here = conversationId === move.publicId
  const other = here ? move.privateId : move.publicId
  return (
    <p className="flex flex-wrap items-center justify-center gap-x-2 gap-y-1 py-0.5 text-center text-xs text-text-3">
      <Lock size={12} aria-hidden />
      <span>
        {here
          ? t`${byName} moved it to private (${placeName}): ${reason}`
          : t`Moved to private by ${byName}: ${reason}`}{' '}
        · <ClockTime at={move.at} />
      </span>
      {other ? (
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: other }}
          search={(search) => search}
          className="inline-flex min-h-6 items-center font-medium text-accent-text underline underline-offset-2"
        >
          {here ? t`Open the private one` : t`Open the public one`}
        </Link>
      ) : (
        <span>
          <Trans>They have not written there yet.</Trans>
        </span>
      )}
    </p>
  )
}
