import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pin } from 'lucide-react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { useChangeConversation } from '../../lib/queries/change-conversation.ts'
import { readHandOver, undoHandOver } from '../../lib/queries/departments.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { ClockTime } from '../../ui/time.tsx'

/** The note of a hand-over, pinned for whoever takes the conversation. */
export function HandOverCard({ conversation }: { conversation: Conversation }) {
  const { t } = useLingui()
  const { me } = useMe()
  const client = useQueryClient()
  const words = useProblemWords()
  const change = useChangeConversation()
  const { id, handOver, assignee, state, department, can } = conversation
  const settings = {
    onError: (error: Error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  }
  const read = useMutation({ mutationFn: () => readHandOver(id), ...settings })
  const undo = useMutation({ mutationFn: () => undoHandOver(id), ...settings })
  if (!handOver) return null
  const to = [handOver.toDepartment, handOver.toMember].filter(Boolean).join(' · ')
  const myself = { id: me.memberId, name: me.name }
  const waits = state === 'waiting-colleague' && (!assignee || assignee.id === me.memberId)
  const take = () =>
    change.mutate({
      id,
      to: { assignee: myself, state: 'open' },
      said: t`It is yours.`,
      undo: { state, assignee, department },
    })
  return (
    <section
      aria-label={t`Hand-over note`}
      className="border-b border-note-line bg-note-soft px-3 py-2 md:px-6"
    >
      <div className="mx-auto flex max-w-3xl flex-col gap-1.5">
        <p className="flex flex-wrap items-center gap-1.5 text-xs text-note">
          <Pin size={12} aria-hidden />
          <span className="font-medium">{t`${handOver.byName} handed it over to ${to}`}</span>
          <ClockTime at={handOver.at} />
        </p>
        <p className="max-h-40 overflow-y-auto text-sm whitespace-pre-wrap">{handOver.note}</p>
        <div className="flex flex-wrap gap-2">
          {can.assign && waits && (
            <Button size="sm" look="primary" onClick={take}>
              <Trans>Take it</Trans>
            </Button>
          )}
          {handOver.can.settle && (
            <Button size="sm" busy={read.isPending} onClick={() => read.mutate()}>
              <Trans>Read, unpin it</Trans>
            </Button>
          )}
          {handOver.can.undo && (
            <Button size="sm" look="quiet" busy={undo.isPending} onClick={() => undo.mutate()}>
              <Trans>Take the hand-over back</Trans>
            </Button>
          )}
        </div>
      </div>
    </section>
  )
}
