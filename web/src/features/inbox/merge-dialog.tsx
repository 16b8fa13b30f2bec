import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { mergeCandidatesQuery, mergeConversations } from '../../lib/queries/moves.ts'
import { toast } from '../../lib/toasts.ts'
import { useStateWords } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { FormProblem, LoadProblem } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Ago } from '../../ui/time.tsx'
import { useUndoMove } from './use-undo-move.ts'

/** Makes other conversations of the same person part of this one. */
export function MergeDialog({
  conversation,
  onClose,
}: {
  conversation: Conversation
  onClose(): void
}) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const wanted = useDeferredValue(text.trim())
  const found = useQuery({
    ...mergeCandidatesQuery(conversation.id, wanted),
    placeholderData: keepPreviousData,
  })
  const merge = useMerge(conversation, onClose)
  const { size } = chosen
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <Dialog
      title={t`Merge into this conversation`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            look="primary"
            busy={merge.isPending}
            disabled={size === 0}
            onClick={() => merge.mutate([...chosen])}
          >
            {size < 2 ? t`Merge` : t`Merge ${size}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-sm text-text-2">
          <Trans>
            All that was said in them with {conversation.person.name} moves here, and what comes in
            them later comes here too. A reply still goes where the customer spoke. You can undo it.
          </Trans>
        </p>
        <Field label={t`Find by words`}>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="search"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {found.isPending && <SkeletonRows count={3} label={t`Loading`} />}
        {found.isError && <LoadProblem error={found.error} onRetry={() => void found.refetch()} />}
        {found.data?.length === 0 && (
          <Nothing conversation={conversation} searched={wanted !== ''} />
        )}
        <ul className="flex flex-col gap-1">
          {found.data?.map((item) => (
            <Candidate
              key={item.id}
              item={item}
              chosen={chosen.has(item.id)}
              onToggle={() => toggle(item.id)}
            />
          ))}
        </ul>
        <FormProblem error={merge.error} />
      </div>
    </Dialog>
  )
}

function Candidate({
  item,
  chosen,
  onToggle,
}: {
  item: Pick<Conversation, 'id' | 'network' | 'preview' | 'state' | 'lastMessageAt'>
  chosen: boolean
  onToggle(): void
}) {
  const states = useStateWords()
  return (
    <li>
      <label className="flex min-h-11 cursor-pointer items-start gap-2.5 rounded-lg border border-line px-3 py-2 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft">
        <input
          type="checkbox"
          className="mt-1 size-4 shrink-0"
          checked={chosen}
          onChange={onToggle}
        />
        <span className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className="line-clamp-2 text-sm">{item.preview || '…'}</span>
          <span className="flex items-center gap-1.5 text-xs text-text-3">
            <NetworkMark network={item.network} size={11} />
            {states[item.state]}
            <Ago at={item.lastMessageAt} className="ml-auto" />
          </span>
        </span>
      </label>
    </li>
  )
}

function Nothing({ conversation, searched }: { conversation: Conversation; searched: boolean }) {
  const { name } = conversation.person
  return (
    <p className="rounded-lg bg-sunken px-3 py-2 text-sm text-text-2">
      {searched ? (
        <Trans>No other conversation with {name} has these words.</Trans>
      ) : conversation.visibility === 'public' ? (
        <Trans>
          There is no other public conversation with {name}. What was said in private stays apart,
          and accounts of one person can be joined under People.
        </Trans>
      ) : (
        <Trans>
          There is no other private conversation with {name}. What was said in public stays apart,
          and accounts of one person can be joined under People.
        </Trans>
      )}
    </p>
  )
}

function useMerge({ id }: Conversation, onDone: () => void) {
  const { t } = useLingui()
  const client = useQueryClient()
  const { mutate: undo } = useUndoMove()
  return useMutation({
    mutationFn: (others: string[]) => mergeConversations(id, others),
    onSuccess: ({ move }, { length: count }) => {
      toast(
        plural(count, {
          one: '# conversation is part of this one now.',
          other: '# conversations are part of this one now.',
        }),
        move ? { action: { label: t`Undo`, run: () => undo(move) } } : {},
      )
      onDone()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  })
}
