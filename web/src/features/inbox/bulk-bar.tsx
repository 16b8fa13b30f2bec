import { plural } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, UserPlus, X } from 'lucide-react'
import { useState } from 'react'
import {
  type BulkChange,
  type BulkOutcome,
  type BulkUndo,
  ConversationState,
} from '../../../../contract/conversations.ts'
import { ConversationId } from '../../../../contract/ids.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { changeMany, undoMany } from '../../lib/queries/conversations.ts'
import { membersQuery } from '../../lib/queries/members.ts'
import { useMe } from '../../lib/queries/session.ts'
import { toast } from '../../lib/toasts.ts'
import { useStateWords } from '../../lib/words.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuLine } from '../../ui/menu.tsx'
import type { Picking } from './use-picking.ts'

const most = 200

/** One act on all that is picked, and its undoing. */
export function BulkBar({ picking }: { picking: Picking }) {
  const { t } = useLingui()
  const { me, may } = useMe()
  const states = useStateWords()
  const [open, setOpen] = useState(false)
  const members = useQuery({ ...membersQuery, enabled: open && may('read-members') }).data ?? []
  const { mutate, isPending } = useBulk(picking.clear)
  const { size } = picking.picked
  const act = (change: BulkChange['change']) => {
    const ids = [...picking.picked].slice(0, most).map((id) => ConversationId.parse(id))
    mutate({ ids, change })
  }
  const rest = ConversationState.options.filter((each) => each !== 'new' && each !== 'done')
  return (
    <div
      role="toolbar"
      aria-label={t`Acts on the selection`}
      className="flex flex-wrap items-center gap-1.5 border-t border-line bg-raised px-3 py-2"
    >
      <span role="status" className="tnum mr-auto text-sm font-medium">
        <Plural value={size} one="# selected" other="# selected" />
      </span>
      <Menu
        open={open}
        onOpenChange={setOpen}
        align="end"
        trigger={
          <Button size="sm" busy={isPending}>
            <UserPlus size={14} aria-hidden />
            <Trans>Assign</Trans>
          </Button>
        }
      >
        <MenuChoice chosen={false} onSelect={() => act({ assigneeId: me.memberId })}>
          <Trans>{me.name} (you)</Trans>
        </MenuChoice>
        {members
          .filter(({ id }) => id !== me.memberId)
          .map(({ id, name }) => (
            <MenuChoice key={id} chosen={false} onSelect={() => act({ assigneeId: id })}>
              {name}
            </MenuChoice>
          ))}
        <MenuLine />
        <MenuChoice chosen={false} onSelect={() => act({ assigneeId: null })}>
          <Trans>Nobody</Trans>
        </MenuChoice>
      </Menu>
      <Menu
        align="end"
        trigger={
          <Button size="sm" busy={isPending}>
            <Trans>State</Trans>
          </Button>
        }
      >
        {rest.map((each) => (
          <MenuChoice key={each} chosen={false} onSelect={() => act({ state: each })}>
            {states[each]}
          </MenuChoice>
        ))}
      </Menu>
      <Button size="sm" look="primary" busy={isPending} onClick={() => act({ state: 'done' })}>
        <Check size={14} aria-hidden />
        <Trans>Done</Trans>
      </Button>
      <IconButton label={t`Select none`} onClick={picking.clear}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  )
}

function useBulk(onDone: () => void) {
  const client = useQueryClient()
  const { t } = useLingui()
  const words = useProblemWords()
  const refresh = () => client.invalidateQueries({ queryKey: ['conversations'] })
  const onError = (error: unknown) => toast(words(error), { tone: 'problem' })
  const undo = useMutation({
    mutationFn: undoMany,
    onSuccess: ({ items }) => {
      const left = items.filter(({ outcome }) => outcome === 'refused').length
      toast(
        left === 0
          ? t`As it was before.`
          : plural(left, {
              one: '# was changed by somebody meanwhile and stays.',
              other: '# were changed by somebody meanwhile and stay.',
            }),
      )
    },
    onError,
    onSettled: refresh,
  })
  return useMutation({
    mutationFn: changeMany,
    onSuccess: (answer) => {
      onDone()
      const items = undoable(answer)
      const refused = answer.items.filter(({ outcome }) => outcome === 'refused')
      const done = plural(items.length, { one: '# changed.', other: '# changed.' })
      const why = refused[0]?.why ?? ''
      const left = refused.length === 0 ? '' : t`${refused.length} not: ${why}`
      const run = () => undo.mutate({ items })
      toast(`${done} ${left}`.trim(), items.length ? { action: { label: t`Undo`, run } } : {})
    },
    onError,
    onSettled: refresh,
  })
}

function undoable({ items }: BulkOutcome): BulkUndo['items'] {
  return items.flatMap(({ id, outcome, before, after }) =>
    outcome === 'changed' && before && after ? [{ id, before, after }] : [],
  )
}
