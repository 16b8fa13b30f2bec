import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Conversation, Message } from '../../../../contract/conversations.ts'
import { MessageId } from '../../../../contract/ids.ts'
import { splitConversation } from '../../lib/queries/moves.ts'
import { toast } from '../../lib/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormProblem } from '../../ui/messages.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { useUndoMove } from './use-undo-move.ts'

/** Makes some of the messages a conversation of their own. `from`: those from this one on are chosen. */
export function SplitDialog({
  conversation,
  from,
  onClose,
}: {
  conversation: Conversation
  from?: string | undefined
  onClose(): void
}) {
  const { t } = useLingui()
  const { messages } = conversation
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => beginWith(messages, from))
  const split = useSplit(conversation, onClose)
  const ofCustomer = messages.filter(({ author }) => author === 'customer')
  const go = ofCustomer.filter(({ id }) => chosen.has(id)).length
  const why =
    go === 0
      ? t`Choose at least one message of the customer.`
      : go === ofCustomer.length
        ? t`At least one message of the customer must stay.`
        : ''
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <Dialog
      title={t`Split the conversation`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            look="primary"
            busy={split.isPending}
            disabled={why !== ''}
            onClick={() => split.mutate([...chosen])}
          >
            <Trans>Split off</Trans>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-sm text-text-2">
          <Trans>
            The chosen messages become a conversation of their own, with its own state and reply
            time. Your answers to them go with them. You can undo it.
          </Trans>
        </p>
        <ol aria-label={t`Messages`} className="flex flex-col gap-1">
          {messages.map((message) => (
            <li key={message.id}>
              <label className="flex min-h-11 cursor-pointer items-start gap-2.5 rounded-lg border border-line px-3 py-2 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft">
                <input
                  type="checkbox"
                  className="mt-1 size-4 shrink-0"
                  checked={chosen.has(message.id)}
                  onChange={() => toggle(message.id)}
                />
                <span className="flex min-w-0 flex-1 flex-col gap-0.5">
                  <span className="line-clamp-2 text-sm break-words">{message.text || '…'}</span>
                  <span className="text-xs text-text-3">
                    {message.authorName} · <ClockTime at={message.sentAt} />
                  </span>
                </span>
              </label>
            </li>
          ))}
        </ol>
        <p role="status" className="text-xs text-text-3">
          {why}
        </p>
        <FormProblem error={split.error} />
      </div>
    </Dialog>
  )
}

/** All from one message on; without one, the newest of the customer. */
function beginWith(messages: readonly Message[], from: string | undefined): Set<string> {
  const newest = messages.findLastIndex(({ author }) => author === 'customer')
  const at = from === undefined ? newest : messages.findIndex(({ id }) => id === from)
  return new Set(messages.slice(Math.max(at, 0)).map(({ id }) => id))
}

function useSplit({ id }: Conversation, onDone: () => void) {
  const { t } = useLingui()
  const client = useQueryClient()
  const navigate = useNavigate({ from: '/inbox' })
  const { mutate: undo } = useUndoMove()
  return useMutation({
    mutationFn: (ids: string[]) =>
      splitConversation(id, { messageIds: ids.map((one) => MessageId.parse(one)) }),
    onSuccess: ({ conversation, move }) => {
      toast(
        t`This is a conversation of its own now.`,
        move ? { action: { label: t`Undo`, run: () => undo(move) } } : {},
      )
      onDone()
      void navigate({
        to: '/inbox/$conversationId',
        params: { conversationId: conversation.id },
        search: (search) => search,
      })
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  })
}
