import { Trans, useLingui } from '@lingui/react/macro'
import { AlarmClock, Ellipsis, Forward, Lock, Merge, Split } from 'lucide-react'
import { useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { useCommands } from '../../lib/commands.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { ClockTime } from '../../ui/time.tsx'
import {
  HandOverDialog,
  MergeDialog,
  PrivateDialog,
  SnoozeDialog,
  SplitDialog,
} from './late-parts.tsx'
import { useUnsnooze } from './use-unsnooze.ts'

/** Handing over, putting aside, merging and splitting: a menu, the keys h and z, and their windows. */
export function TeamworkMenu({
  conversation,
  onLeft,
}: {
  conversation: Conversation
  /** It is no longer in the list: go on to the next. */
  onLeft(): void
}) {
  const { t } = useLingui()
  const [dialog, setDialog] = useState<'hand-over' | 'snooze' | 'merge' | 'split' | 'private'>()
  const { id, state, snoozedUntil } = conversation
  const unsnooze = useUnsnooze(id)
  const canSnooze = state !== 'done'
  const canMove = conversation.visibility === 'public' && conversation.can.reply
  const canSplit = conversation.messages.filter(({ author }) => author === 'customer').length > 1
  useCommands([
    {
      id: 'hand-over',
      label: t`Hand over`,
      group: 'conversation',
      keys: 'h',
      run: () => setDialog('hand-over'),
    },
    ...(canSnooze
      ? [
          {
            id: 'snooze',
            label: t`Snooze`,
            group: 'conversation' as const,
            keys: 'z',
            run: () => setDialog('snooze'),
          },
        ]
      : []),
    {
      id: 'merge',
      label: t`Merge with another conversation`,
      group: 'conversation',
      run: () => setDialog('merge'),
    },
    ...(canMove
      ? [
          {
            id: 'private',
            label: t`Move to private`,
            group: 'conversation' as const,
            run: () => setDialog('private'),
          },
        ]
      : []),
    ...(canSplit
      ? [
          {
            id: 'split',
            label: t`Split the conversation`,
            group: 'conversation' as const,
            run: () => setDialog('split'),
          },
        ]
      : []),
    ...(snoozedUntil
      ? [
          {
            id: 'unsnooze',
            label: t`Bring it back into the list`,
            group: 'conversation' as const,
            run: () => unsnooze.mutate(),
          },
        ]
      : []),
  ])
  const close = () => setDialog(undefined)
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={t`Hand over, snooze, merge`}>
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => setDialog('hand-over')}>
          <Forward size={14} aria-hidden />
          <Trans>Hand over</Trans>
        </MenuItem>
        {canSnooze && (
          <MenuItem onSelect={() => setDialog('snooze')}>
            <AlarmClock size={14} aria-hidden />
            <Trans>Snooze</Trans>
          </MenuItem>
        )}
        {canMove && (
          <MenuItem onSelect={() => setDialog('private')}>
            <Lock size={14} aria-hidden />
            <Trans>Move to private…</Trans>
          </MenuItem>
        )}
        <MenuItem onSelect={() => setDialog('merge')}>
          <Merge size={14} aria-hidden />
          <Trans>Merge with another…</Trans>
        </MenuItem>
        {canSplit && (
          <MenuItem onSelect={() => setDialog('split')}>
            <Split size={14} aria-hidden />
            <Trans>Split…</Trans>
          </MenuItem>
        )}
      </Menu>
      {dialog === 'hand-over' && <HandOverDialog conversation={conversation} onClose={close} />}
      {dialog === 'private' && <PrivateDialog conversation={conversation} onClose={close} />}
      {dialog === 'merge' && <MergeDialog conversation={conversation} onClose={close} />}
      {dialog === 'split' && <SplitDialog conversation={conversation} onClose={close} />}
      {dialog === 'snooze' && (
        <SnoozeDialog conversation={conversation} onClose={close} onSnoozed={onLeft} />
      )}
    </>
  )
}

/** Says until when it is out of the list, and brings it back. */
export function SnoozeBar({ conversation }: { conversation: Conversation }) {
  const { snoozedUntil, due, id, can } = conversation
  const unsnooze = useUnsnooze(id)
  if (!snoozedUntil) return null
  const dueFirst = due !== null && due < snoozedUntil
  return (
    <section className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken px-3 py-1.5 text-sm text-text-2 md:px-4">
      <AlarmClock size={14} aria-hidden />
      <span className="min-w-0 flex-1">
        <Trans>
          Snoozed until <ClockTime at={snoozedUntil} />, or until the customer writes.
        </Trans>{' '}
        {dueFirst && <Trans>The answer is due before: it comes back then.</Trans>}
      </span>
      {can.assign && (
        <Button size="sm" busy={unsnooze.isPending} onClick={() => unsnooze.mutate()}>
          <Trans>Bring it back</Trans>
        </Button>
      )}
    </section>
  )
}
