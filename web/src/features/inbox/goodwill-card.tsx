import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { HeartHandshake, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import type { Goodwill } from '../../../../contract/goodwill.ts'
import { useGoodwillWords, useMoney } from '../../lib/goodwill-words.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { goodwillQuery, removeGoodwill, restoreGoodwill } from '../../lib/queries/goodwill.ts'
import { toast } from '../../lib/toasts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Ago } from '../../ui/time.tsx'
import { GoodwillDialog } from './late-parts.tsx'

/** What was done for this customer beyond what was owed. */
export function GoodwillCard({ conversation }: { conversation: Conversation }) {
  const acts = useQuery(goodwillQuery(conversation.id)).data ?? []
  const [editing, setEditing] = useState<Goodwill | 'new' | null>(null)
  if (acts.length === 0 && !conversation.can.note) return null
  return (
    <section className="flex flex-col gap-1">
      <h3 className="text-xs font-semibold text-text-3">
        <Trans>Goodwill</Trans>
      </h3>
      <ul className="flex flex-col">
        {acts.map((act) => (
          <Act key={act.id} act={act} onEdit={() => setEditing(act)} />
        ))}
      </ul>
      {conversation.can.note && (
        <Button size="sm" className="self-start" onClick={() => setEditing('new')}>
          <HeartHandshake size={14} aria-hidden />
          <Trans>Record goodwill</Trans>
        </Button>
      )}
      {editing && (
        <GoodwillDialog
          conversationId={conversation.id}
          act={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  )
}

function Act({ act, onEdit }: { act: Goodwill; onEdit(): void }) {
  const { t } = useLingui()
  const kind = useGoodwillWords()[act.kind]
  const money = useMoney()
  const client = useQueryClient()
  const words = useProblemWords()
  const settled = {
    onError: (error: unknown) => toast(words(error), { tone: 'problem' as const }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: goodwillQuery(act.conversationId).queryKey }),
        client.invalidateQueries({ queryKey: ['goodwill'] }),
      ]),
  }
  const restore = useMutation({ mutationFn: () => restoreGoodwill(act.id), ...settled })
  const remove = useMutation({
    mutationFn: () => removeGoodwill(act.id),
    onSuccess: () =>
      toast(t`Removed.`, { action: { label: t`Undo`, run: () => restore.mutate() } }),
    ...settled,
  })
  return (
    <li className="flex items-start gap-1 py-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
          <span className="font-medium">{kind}</span>
          <span className="tnum">{money(act.cost, act.currency)}</span>
        </p>
        {act.note && <p className="text-sm break-words text-text-2">{act.note}</p>}
        <p className="text-xs text-text-3">
          {act.byName} · <Ago at={act.at} />
        </p>
      </div>
      {act.can.change && (
        <>
          <IconButton label={t`Change: ${kind}`} onClick={onEdit}>
            <Pencil size={14} aria-hidden />
          </IconButton>
          <IconButton label={t`Remove: ${kind}`} onClick={() => remove.mutate()}>
            <Trash2 size={14} aria-hidden />
          </IconButton>
        </>
      )}
    </li>
  )
}
