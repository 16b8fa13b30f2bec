import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { useDeferredValue, useState } from 'react'
import { type Command as Act, useAllCommands } from '../lib/commands.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/messages.tsx'
import { keyWords } from './key-words.ts'
import { searchHitsQuery } from './search-hits.ts'

const row =
  'flex min-h-9 items-center gap-2 rounded-md px-2 py-1.5 text-sm data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent-text'
const heading =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-text-3'

/** Everything that can be done here, and every conversation, found by typing. */
export function Palette({ onClose }: { onClose(): void }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const commands = useAllCommands().filter((each) => each.id !== 'palette')
  const [text, setText] = useState('')
  const hits = useQuery(searchHitsQuery(useDeferredValue(text.trim()))).data ?? []
  const groups: [Act['group'], string][] = [
    ['conversation', t`This conversation`],
    ['view', t`This list`],
    ['go', t`Go to`],
    ['move', t`Move`],
    ['other', t`More`],
  ]
  const run = (act: () => void) => {
    onClose()
    // After the window has given the focus back, so that the act may move it.
    window.setTimeout(act, 0)
  }
  return (
    <Dialog title={t`Find and do anything`} onClose={onClose} wide bare>
      <Command label={t`Find and do anything`} className="flex max-h-[60dvh] flex-col">
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder={t`What do you want to do, or whom do you look for?`}
          className="h-12 w-full shrink-0 border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-text-3"
        />
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-2">
          {hits.length === 0 && (
            <Command.Empty className="px-2 py-6 text-center text-sm text-text-3">
              {t`Nothing here by that name.`}
            </Command.Empty>
          )}
          {hits.length > 0 && (
            <Command.Group heading={t`Conversations`} className={heading} forceMount>
              {hits.map((hit) => (
                <Command.Item
                  key={hit.id}
                  value={`${hit.id} ${text}`}
                  forceMount
                  className={row}
                  onSelect={() =>
                    run(() =>
                      navigate({
                        to: '/inbox/$conversationId',
                        params: { conversationId: hit.id },
                      }),
                    )
                  }
                >
                  <span className="shrink-0 font-medium">{hit.person.name}</span>
                  <span className="truncate text-text-3">{hit.preview}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {groups.map(([group, name]) => {
            const own = commands.filter((each) => each.group === group)
            if (own.length === 0) return null
            return (
              <Command.Group key={group} heading={name} className={heading}>
                {own.map((each) => (
                  <Command.Item
                    key={each.id}
                    value={each.label}
                    className={row}
                    onSelect={() => run(each.run)}
                  >
                    <span className="flex-1">{each.label}</span>
                    {each.keys && <Kbd>{keyWords(each.keys)}</Kbd>}
                  </Command.Item>
                ))}
              </Command.Group>
            )
          })}
        </Command.List>
      </Command>
    </Dialog>
  )
}
