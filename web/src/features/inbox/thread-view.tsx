import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { ExternalLink, MessagesSquare } from 'lucide-react'
import { useState } from 'react'
import type { Conversation, Thread } from '../../../../contract/conversations.ts'
import { atHandle } from '../../lib/handles.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { threadQuery } from '../../lib/queries/conversations.ts'
import { serverWords } from '../../lib/server-words.ts'
import { classes } from '../../ui/classes.ts'
import { Badge, LoadProblem } from '../../ui/messages.tsx'
import { Bar } from '../../ui/skeleton.tsx'
import { ClockTime } from '../../ui/time.tsx'
import { Folded, LinkedText } from './message-bubble.tsx'

const KEPT = 'parley.thread'

/** The public thread around the conversation, so that nobody answers blind. Open or folded as last chosen. */
export function ThreadView({
  conversation,
  onLook,
}: {
  conversation: Conversation
  /** The reader turns to the thread: the view stays with it. */
  onLook(): void
}) {
  const { t } = useLingui()
  const [open, setOpen] = useState(() => localStorage.getItem(KEPT) === 'open')
  const thread = useQuery(threadQuery(conversation.id))
  const around = thread.data?.posts.filter((post) => !post.inConversation).length ?? 0
  return (
    <details
      open={open}
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
        localStorage.setItem(KEPT, event.currentTarget.open ? 'open' : 'folded')
      }}
      className="rounded-xl border border-line bg-sunken"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is the button of its details. */}
      <summary
        onClick={onLook}
        className="flex min-h-9 items-center gap-2 px-3 text-sm text-text-2"
      >
        <MessagesSquare size={14} aria-hidden className="text-text-3" />
        <span className="font-medium">
          <Trans>The public thread</Trans>
        </span>
        <span className="tnum ml-auto text-xs text-text-3">
          {thread.data?.loadedAt ? (
            around === 0 ? (
              <Trans>nobody else is in it</Trans>
            ) : (
              <Plural value={around} one="# post by others" other="# posts by others" />
            )
          ) : null}
        </span>
      </summary>
      {open && (
        <div className="border-t border-line px-3 py-2">
          {thread.isPending && (
            <div
              role="status"
              aria-label={t`Reading the thread`}
              className="flex flex-col gap-3 py-2"
            >
              <Bar className="w-2/5" />
              <Bar className="w-4/5" />
            </div>
          )}
          {thread.isError && (
            <LoadProblem error={thread.error} onRetry={() => void thread.refetch()} />
          )}
          {thread.data && <Posts thread={thread.data} channel={conversation.channel} />}
        </div>
      )}
    </details>
  )
}

function Posts({ thread, channel }: { thread: Thread; channel: Conversation['channel'] }) {
  const { t } = useLingui()
  const { inText: networkName, atStart } = useNetworkWords()(channel)
  const problem = serverWords(thread.problem ?? '')
  return (
    <>
      {problem && (
        <p className="pb-2 text-sm text-soon">
          <Trans>
            {atStart} did not show us the whole thread: {problem}
          </Trans>
        </p>
      )}
      {!thread.problem && thread.loadedAt === null && (
        <p className="pb-2 text-sm text-text-3">
          <Trans>Being read from {networkName}…</Trans>
        </p>
      )}
      <ol className="flex flex-col">
        {thread.posts.map((post) => (
          <li
            key={post.remoteId}
            className={classes(
              'relative border-l-2 py-1.5 pl-3',
              post.mine ? 'border-accent' : post.inConversation ? 'border-soon' : 'border-line',
            )}
          >
            <p className="flex flex-wrap items-center gap-x-1.5 text-xs text-text-3">
              <span className="font-medium text-text-2">{post.author.name}</span>
              <span>{atHandle({ ...channel, handle: post.author.handle })}</span>
              <ClockTime at={post.sentAt} />
              {post.mine ? (
                <Badge tone="accent">{t`us`}</Badge>
              ) : post.inConversation ? (
                <Badge tone="soon">{t`customer`}</Badge>
              ) : null}
              {post.url && (
                <a
                  href={post.url}
                  target="_blank"
                  rel="noreferrer"
                  aria-label={t`Open this message on ${networkName}`}
                  className="inline-flex size-6 items-center justify-center rounded hover:bg-hover"
                >
                  <ExternalLink size={11} aria-hidden />
                </a>
              )}
            </p>
            <Folded warning={post.contentWarning}>
              <p className="text-sm whitespace-pre-wrap">
                <LinkedText text={post.text} />
              </p>
            </Folded>
          </li>
        ))}
      </ol>
    </>
  )
}
