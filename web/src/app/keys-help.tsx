import { useLingui } from '@lingui/react/macro'
import { useAllCommands } from '../lib/commands.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/messages.tsx'
import { keyWords } from './key-words.ts'

/** All keys that do something on this page. */
export function KeysHelp({ onClose }: { onClose(): void }) {
  const { t } = useLingui()
  const commands = useAllCommands().filter((each) => each.keys)
  return (
    <Dialog title={t`Keys`} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-sm">
        {commands.map((each) => (
          <div key={each.id} className="contents">
            <dt>
              <Kbd>{keyWords(each.keys ?? '')}</Kbd>
            </dt>
            <dd>{each.label}</dd>
          </div>
        ))}
        <dt>
          <Kbd>{keyWords('mod+Enter')}</Kbd>
        </dt>
        <dd>{t`Send what you are writing`}</dd>
      </dl>
    </Dialog>
  )
}
