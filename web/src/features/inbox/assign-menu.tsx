import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { useCommands } from '../../lib/commands.ts'
import { type Assignee, useChangeConversation } from '../../lib/queries/change-conversation.ts'
import { departmentsQuery } from '../../lib/queries/departments.ts'
import { membersQuery } from '../../lib/queries/members.ts'
import { useMe } from '../../lib/queries/session.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuLine } from '../../ui/menu.tsx'

/** Who holds the conversation, and giving it to somebody. */
export function AssignMenu({ conversation }: { conversation: Conversation }) {
  const { t } = useLingui()
  const { me, may } = useMe()
  const [open, setOpen] = useState(false)
  const change = useChangeConversation()
  const members = useQuery({ ...membersQuery, enabled: open && may('read-members') }).data ?? []
  const { id, assignee, department, state, can } = conversation
  const departments = useQuery(departmentsQuery).data ?? []
  const give = (to: Assignee) => {
    const said =
      to === null
        ? t`Nobody holds it now.`
        : to.id === me.memberId
          ? t`It is yours.`
          : t`${to.name} holds it now.`
    change.mutate({ id, to: { assignee: to }, said, undo: { state, assignee, department } })
  }
  const myself = { id: me.memberId, name: me.name }
  useCommands(
    can.assign
      ? [
          {
            id: 'assign',
            label: t`Assign`,
            group: 'conversation',
            keys: 'a',
            run: () => setOpen(true),
          },
          { id: 'take', label: t`Take it myself`, group: 'conversation', run: () => give(myself) },
          {
            id: 'release',
            label: t`Give it back to nobody`,
            group: 'conversation',
            run: () => give(null),
          },
          ...departments.map((one) => ({
            id: `to-department-${one.id}`,
            label: t`Department: ${one.name}`,
            group: 'conversation' as const,
            run: () =>
              change.mutate({
                id,
                to: { department: { id: one.id, name: one.name } },
                said: t`${one.name} holds it now.`,
                undo: { state, assignee, department },
              }),
          })),
        ]
      : [],
  )
  const holder = assignee ? (
    <>
      <span className="sr-only">
        <Trans>Held by</Trans>
      </span>
      <Avatar name={assignee.name} size={20} />
      <span className="max-w-28 truncate max-sm:sr-only">{assignee.name}</span>
    </>
  ) : (
    <>
      <UserPlus size={14} aria-hidden />
      <span className="max-sm:sr-only">
        <Trans>Assign</Trans>
      </span>
    </>
  )
  if (!can.assign)
    return assignee ? <span className="flex items-center gap-1 text-xs">{holder}</span> : null
  return (
    <Menu
      open={open}
      onOpenChange={setOpen}
      align="end"
      trigger={
        <Button size="sm" aria-keyshortcuts="a">
          {holder}
        </Button>
      }
    >
      <MenuChoice chosen={assignee?.id === me.memberId} onSelect={() => give(myself)}>
        <Avatar name={me.name} size={20} />
        <span className="truncate">
          <Trans>{me.name} (you)</Trans>
        </span>
      </MenuChoice>
      {members
        .filter((member) => member.id !== me.memberId)
        .map((member) => (
          <MenuChoice
            key={member.id}
            chosen={assignee?.id === member.id}
            onSelect={() => give({ id: member.id, name: member.name })}
          >
            <Avatar name={member.name} size={20} />
            <span className="truncate">{member.name}</span>
          </MenuChoice>
        ))}
      <MenuLine />
      <MenuChoice chosen={assignee === null} onSelect={() => give(null)}>
        <Trans>Nobody</Trans>
      </MenuChoice>
    </Menu>
  )
}
