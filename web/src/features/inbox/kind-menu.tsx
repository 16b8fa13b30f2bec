import { Trans, useLingui } from '@lingui/react/macro'
import type { Message } from '../../../../contract/conversations.ts'
import { MessageKind, type MessageReading } from '../../../../contract/understanding.ts'
import { useKindWords } from '../../lib/kind-words.ts'
import { useCorrectKind } from '../../lib/queries/correct-kind.ts'
import { Menu, MenuChoice, MenuHeading, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { KindIcon } from './kind-mark.tsx'

/** What kind a customer's message is, and for who may: a menu to correct it. */
export function KindMenu({
  conversationId,
  message,
  reading,
  may,
}: {
  conversationId: string
  message: Message
  reading: MessageReading
  may: boolean
}) {
  const { t } = useLingui()
  const words = useKindWords()
  const correct = useCorrectKind()
  const kind = reading.kind ?? 'other'
  const { correctedBy } = reading
  const who = correctedBy === null ? t`as Parley reads it` : t`corrected by ${correctedBy}`
  const name = `${words[kind]}, ${who}`
  const set = (next: MessageKind | null) => correct.mutate({ conversationId, message, kind: next })
  // What says nothing in particular says so only to who looks for it.
  const label = kind === 'other' ? null : words[kind]
  if (!may || message.deletedAt !== null)
    return label === null ? null : (
      <span title={name} className="inline-flex min-h-6 items-center gap-1">
        <KindIcon kind={kind} />
        {label}
      </span>
    )
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={name}
          title={name}
          className="inline-flex h-6 min-w-6 items-center justify-center gap-1 rounded px-1 hover:bg-hover"
        >
          <KindIcon kind={kind} />
          {label}
        </button>
      }
    >
      <MenuHeading>
        {correctedBy === null ? t`What is this message?` : t`Corrected by ${correctedBy}`}
      </MenuHeading>
      {MessageKind.options.map((each) => (
        <MenuChoice key={each} chosen={each === kind} onSelect={() => set(each)}>
          <KindIcon kind={each} />
          {words[each]}
        </MenuChoice>
      ))}
      {correctedBy !== null && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => set(null)}>
            <Trans>As Parley reads it</Trans>
          </MenuItem>
        </>
      )}
    </Menu>
  )
}
