import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Globe, Lock, StickyNote } from 'lucide-react'
import type { Conversation } from '../../../../contract/conversations.ts'
import type { TextUnit } from '../../../../contract/limits.ts'
import { atHandle } from '../../lib/handles.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { useProblemWords } from '../../lib/problem-words.ts'
import { classes } from '../../ui/classes.ts'
import type { Count } from './counter.ts'

/** Whether a reply or an internal note is being written; the two never look alike. */
export function ModeTabs({
  mode,
  onMode,
}: {
  mode: 'reply' | 'note'
  onMode(mode: 'reply' | 'note'): void
}) {
  const { t } = useLingui()
  const tab = (own: 'reply' | 'note', words: string, keys: string) => (
    <button
      type="button"
      aria-pressed={mode === own}
      aria-keyshortcuts={keys}
      onClick={() => onMode(own)}
      className={classes(
        'h-7 rounded-md px-2.5 text-sm font-medium',
        mode === own
          ? own === 'note'
            ? 'bg-note-soft text-note'
            : 'bg-sunken text-text'
          : 'text-text-3 hover:text-text',
      )}
    >
      {words}
    </button>
  )
  return (
    <div className="flex gap-1">
      {tab('reply', t`Reply`, 'r')}
      {tab('note', t`Note`, 'n')}
    </div>
  )
}

/** Where the reply will stand and who will see it. */
export function WhereItStands({ conversation, id }: { conversation: Conversation; id: string }) {
  const { person, visibility } = conversation
  const networkName = useNetworkWords()(conversation.channel).inText
  const handle = atHandle(conversation.channel)
  return (
    <p id={id} className="flex min-w-0 items-start gap-1.5 text-xs text-text-3">
      {visibility === 'public' ? (
        <>
          <Globe size={12} aria-hidden className="mt-0.5 shrink-0" />
          <span className="min-w-0">
            {conversation.channel.practice ? (
              <Trans>
                Reply on {networkName} as <b className="font-medium text-text-2">{handle}</b>: only
                made-up customers read it
              </Trans>
            ) : (
              <Trans>
                Public reply on {networkName} as <b className="font-medium text-text-2">{handle}</b>
                : everyone can read it
              </Trans>
            )}
          </span>
        </>
      ) : (
        <>
          <Lock size={12} aria-hidden className="mt-0.5 shrink-0" />
          <span className="min-w-0">
            <Trans>
              Private message on {networkName} as{' '}
              <b className="font-medium text-text-2">{handle}</b>: only {person.name} reads it
            </Trans>
          </span>
        </>
      )}
    </p>
  )
}

export function NoteHint() {
  return (
    <p className="flex items-center gap-1.5 text-xs text-note">
      <StickyNote size={12} aria-hidden />
      <Trans>Internal note: only the team reads it</Trans>
    </p>
  )
}

/** What is left by the network's own counting. */
export function CountBadge({ count }: { count: Count }) {
  const { t } = useLingui()
  const units: Record<TextUnit, string> = {
    graphemes: t`characters`,
    'utf8-bytes': t`bytes`,
    'utf16-units': t`units`,
    weighted: t`weighted characters`,
  }
  const { used, max, left, tone } = count
  return (
    <span
      title={t`${used} of ${max} ${units[count.unit]}, counted as the network does`}
      className={classes(
        'tnum px-1.5 text-xs',
        tone === 'over'
          ? 'font-semibold text-late'
          : tone === 'near'
            ? 'font-medium text-soon'
            : 'text-text-3',
      )}
    >
      {tone === 'calm' ? (
        left
      ) : tone === 'near' ? (
        <Plural value={left} one="# left" other="# left" />
      ) : (
        <Plural value={-left} one="# too many" other="# too many" />
      )}
      <span className="sr-only"> {units[count.unit]}</span>
    </span>
  )
}

/** Whether the words are safe, and what went wrong with them. */
export function DraftStatus({
  status,
  blank,
  problem,
}: {
  status: 'kept' | 'saving' | 'failed'
  blank: boolean
  problem: unknown
}) {
  const words = useProblemWords()
  if (problem)
    return (
      <span role="alert" className="text-xs font-medium text-late">
        {typeof problem === 'string' ? problem : words(problem)}
      </span>
    )
  if (status === 'failed')
    return (
      <span role="alert" className="text-xs text-soon">
        <Trans>Not kept on the server yet; it stays here.</Trans>
      </span>
    )
  if (blank) return null
  return (
    <span className="text-xs text-text-3">
      {status === 'kept' ? <Trans>Draft kept</Trans> : <Trans>Keeping…</Trans>}
    </span>
  )
}
