import { Trans, useLingui } from '@lingui/react/macro'
import { Flag } from 'lucide-react'
import { useState } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { severities, useSeverityWords } from '../../lib/clock-words.ts'
import { useCommands } from '../../lib/commands.ts'
import { useChangeConversation } from '../../lib/queries/change-conversation.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuHeading } from '../../ui/menu.tsx'
import { Badge } from '../../ui/messages.tsx'

/** How pressing the conversation is, which may change when an answer is due. */
export function SeverityMenu({ conversation }: { conversation: Conversation }) {
  const { t } = useLingui()
  const words = useSeverityWords()
  const [open, setOpen] = useState(false)
  const change = useChangeConversation()
  const { id, severity, person, state, assignee, can } = conversation
  const set = (next: string | null) =>
    change.mutate({
      id,
      to: { severity: next },
      said: t`${person.name}: ${words(next)}`,
      undo: { state, assignee, severity },
    })
  useCommands(
    can.assign
      ? [
          {
            id: 'severity',
            label: t`Severity`,
            group: 'conversation',
            keys: 's',
            run: () => setOpen(true),
          },
        ]
      : [],
  )
  if (!can.assign)
    return severity === null ? null : (
      <Badge tone={severity === 'urgent' ? 'late' : 'plain'}>{words(severity)}</Badge>
    )
  const offered =
    severity !== null && !severities.some((one) => one === severity)
      ? [severity, ...severities, null]
      : [...severities, null]
  return (
    <Menu
      open={open}
      onOpenChange={setOpen}
      align="end"
      trigger={
        <Button
          size="sm"
          aria-label={t`Severity: ${words(severity)}`}
          aria-keyshortcuts="s"
          className={severity === 'urgent' ? '!text-late' : undefined}
        >
          <Flag size={14} aria-hidden />
          {severity !== null && <span className="max-sm:sr-only">{words(severity)}</span>}
        </Button>
      }
    >
      <MenuHeading>
        <Trans>Severity</Trans>
      </MenuHeading>
      {offered.map((each) => (
        <MenuChoice key={each ?? ''} chosen={each === severity} onSelect={() => set(each)}>
          {words(each)}
        </MenuChoice>
      ))}
    </Menu>
  )
}
