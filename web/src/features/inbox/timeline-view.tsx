import { useLingui } from '@lingui/react/macro'
import { StickyNote } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Conversation, Note } from '../../../../contract/conversations.ts'
import type { DeliveryView } from '../../../../contract/deliveries.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { Callout } from '../../ui/messages.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { DeliveryCard } from './delivery-card.tsx'
import { useDeliveryWords } from './delivery-words.ts'
import { MoveLine, PrivateLine, SplitDialog } from './late-parts.tsx'
import { MessageBubble } from './message-bubble.tsx'
import { ThreadView } from './thread-view.tsx'
import { timeline } from './timeline.ts'

const NEAR_END = 160

/** All that was said, noted and sent, oldest first, with the public thread above it. */
export function Timeline({
  conversation,
  onTakenBack,
}: {
  conversation: Conversation
  onTakenBack(delivery: DeliveryView): void
}) {
  const { t } = useLingui()
  const scroller = useRef<HTMLDivElement>(null)
  const entries = useMemo(() => timeline(conversation), [conversation])
  const atEnd = useStickToEnd(scroller, entries.length)
  const [splitFrom, setSplitFrom] = useState<string>()
  const { messages } = conversation
  const mixed = new Set(messages.map(({ via }) => via.channelId)).size > 1
  const first = messages.find(({ author }) => author === 'customer')?.id
  return (
    <section
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={t`Messages`}
      className="min-h-0 flex-1 overflow-y-auto bg-bg -outline-offset-2"
    >
      <div className="mx-auto flex min-h-full max-w-3xl flex-col justify-end gap-3 px-3 py-4 md:px-6">
        {conversation.visibility === 'public' && (
          <ThreadView
            conversation={conversation}
            onLook={() => {
              atEnd.current = false
            }}
          />
        )}
        <ol className="flex flex-col gap-3">
          {entries.map((entry) => (
            <li key={entry.key} className="flex flex-col">
              {entry.kind === 'day' && <DayLine at={entry.at} />}
              {entry.kind === 'message' && (
                <MessageBubble
                  message={entry.message}
                  conversation={conversation}
                  mixed={mixed}
                  {...(conversation.can.assign &&
                    entry.message.author === 'customer' &&
                    entry.message.id !== first && {
                      onSplit: () => setSplitFrom(entry.message.id),
                    })}
                />
              )}
              {entry.kind === 'note' && <NoteCard note={entry.note} />}
              {entry.kind === 'private' && (
                <PrivateLine move={entry.move} conversationId={conversation.id} />
              )}
              {entry.kind === 'move' && (
                <MoveLine move={entry.move} conversationId={conversation.id} />
              )}
              {entry.kind === 'delivery' && (
                <DeliveryCard
                  delivery={entry.delivery}
                  conversation={conversation}
                  onTakenBack={onTakenBack}
                />
              )}
            </li>
          ))}
        </ol>
        {conversation.otherDrafts.map((draft) => (
          <Callout key={draft.authorName} tone="soon">
            {t`${draft.authorName} has begun a reply here.`} <ClockTime at={draft.updatedAt} />
          </Callout>
        ))}
        <SendingNews conversation={conversation} />
      </div>
      {splitFrom !== undefined && (
        <SplitDialog
          conversation={conversation}
          from={splitFrom}
          onClose={() => setSplitFrom(undefined)}
        />
      )}
    </section>
  )
}

/** Reads out how the newest sending stands, each time that changes. */
function SendingNews({ conversation }: { conversation: Conversation }) {
  const { t } = useLingui()
  const words = useDeliveryWords()
  const networkName = useNetworkWords()(conversation.channel).inText
  const underway = conversation.deliveries.at(-1)
  const done = conversation.channel.network === 'email' ? t`Sent` : t`Stands on ${networkName}`
  const stands = conversation.messages.at(-1)?.deliveryId ? done : ''
  return (
    <p role="status" className="sr-only">
      {underway ? words(underway, networkName).title : stands}
    </p>
  )
}

function DayLine({ at }: { at: string }) {
  const { i18n } = useLingui()
  return (
    <p className="flex items-center gap-3 py-1 text-xs text-text-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      {i18n.date(new Date(at), { weekday: 'long', day: 'numeric', month: 'long' })}
    </p>
  )
}

function NoteCard({ note }: { note: Note }) {
  const { t } = useLingui()
  return (
    <article
      aria-label={t`Note by ${note.authorName}`}
      className="ml-auto w-fit max-w-[85%] rounded-lg border border-dashed border-note-line bg-note-soft px-3 py-2"
    >
      <p className="mb-0.5 flex items-center gap-1.5 text-xs text-note">
        <StickyNote size={12} aria-hidden />
        <span className="font-medium">{t`Note · only the team sees it`}</span>
        <span>{note.authorName}</span>
        <ClockTime at={note.createdAt} />
      </p>
      <p className="text-sm whitespace-pre-wrap">{note.text}</p>
    </article>
  )
}

/** Begins at the newest message, and follows new ones unless the reader has scrolled up. */
function useStickToEnd(
  scroller: React.RefObject<HTMLDivElement | null>,
  length: number,
): React.RefObject<boolean> {
  const atEnd = useRef(true)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END
    }
    element.addEventListener('scroll', look, { passive: true })
    // Pictures and the thread above come later and push the end away.
    const sizes = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight
    })
    if (element.firstElementChild) sizes.observe(element.firstElementChild)
    return () => {
      element.removeEventListener('scroll', look)
      sizes.disconnect()
    }
  }, [scroller])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new entry is the reason to look.
  useLayoutEffect(() => {
    const element = scroller.current
    if (element && atEnd.current) element.scrollTop = element.scrollHeight
  }, [scroller, length])
  return atEnd
}
