import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CopyX, X } from 'lucide-react'
import type { EarlierReply } from '../../../../contract/replies.ts'
import { IconButton } from '../../ui/button.tsx'
import { ClockTime } from '../../ui/time.tsx'

/** Why a reply did not leave: what was sent before, with the words that both have, and where it stands. */
export function TooAlike({ earlier, onClose }: { earlier: EarlierReply; onClose(): void }) {
  const { t } = useLingui()
  const { kind, name, by, at, conversationId, text, marks } = earlier
  const percent = Math.round(earlier.similarity * 100)
  return (
    <section
      role="alert"
      aria-label={t`Too like an earlier reply`}
      className="flex flex-col gap-1.5 rounded-lg border border-late bg-surface px-3 py-2 text-sm"
    >
      <div className="flex items-start gap-2">
        <CopyX size={16} aria-hidden className="mt-0.5 shrink-0 text-late" />
        <p className="min-w-0 flex-1">
          <b className="font-semibold text-late">
            {kind === 'snippet' ? (
              <Trans>This is the snippet “{name}” as it stands.</Trans>
            ) : (
              <Trans>Too like a reply sent before: {percent} % the same words.</Trans>
            )}
          </b>{' '}
          <Trans>Say it in your own words to this customer.</Trans>
        </p>
        <IconButton label={t`Close`} onClick={onClose} className="-my-1 size-7">
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {text && (
        <blockquote className="max-h-32 overflow-y-auto rounded-md bg-sunken px-3 py-2 whitespace-pre-wrap text-text-2">
          <Marked text={text} marks={marks} />
        </blockquote>
      )}
      {kind === 'reply' && (
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-text-3">
          <span>
            <Trans>
              {by} to {name}
            </Trans>
          </span>
          <ClockTime at={at} />
          {conversationId && (
            <Link
              to="/inbox/$conversationId"
              params={{ conversationId }}
              search={{}}
              className="inline-flex min-h-6 items-center text-accent-text underline"
            >
              <Trans>Open that conversation</Trans>
            </Link>
          )}
        </p>
      )}
    </section>
  )
}

function Marked({ text, marks }: Pick<EarlierReply, 'marks'> & { text: string }) {
  const parts = marks.flatMap(([from, to], at) => [
    { key: `p${from}`, common: false, words: text.slice(marks[at - 1]?.[1] ?? 0, from) },
    { key: `m${from}`, common: true, words: text.slice(from, to) },
  ])
  return (
    <>
      {parts.map(({ key, common, words }) =>
        common ? (
          <mark key={key} className="rounded-sm bg-late-soft text-late">
            {words}
          </mark>
        ) : (
          words
        ),
      )}
      {text.slice(marks.at(-1)?.[1] ?? 0)}
    </>
  )
}
