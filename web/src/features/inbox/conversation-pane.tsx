import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import type { InboxSearch } from '../../lib/inbox-search.ts'
import { conversationQuery } from '../../lib/queries/conversations.ts'
import { classes } from '../../ui/classes.ts'
import { LoadProblem } from '../../ui/messages.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { HandOverCard } from './hand-over-card.tsx'
import { PageCard } from './late-parts.tsx'
import { PaneSkeleton } from './pane-skeleton.tsx'
import { PersonPane } from './person-pane.tsx'
import { ReplyBox, type ReplyBoxHandle } from './reply-box.tsx'
import { SnoozeBar } from './teamwork.tsx'
import { Timeline } from './timeline-view.tsx'

/** One conversation: what was said, the box to answer, and who the person is. */
export function ConversationPane({
  id,
  search,
  onDone,
}: {
  id: string
  search: InboxSearch
  onDone(): void
}) {
  const query = useQuery(conversationQuery(id))
  useLead(id, query.data, search)
  const box = useRef<ReplyBoxHandle>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const ready = query.data !== undefined
  useEffect(() => {
    if (ready && search.reply === 'open') return box.current?.begin('reply')
    // On a phone the row that was pressed is gone: whoever uses a reader or keys goes on at the heading.
    const lost =
      document.activeElement === document.body ||
      document.activeElement?.checkVisibility() === false
    if (ready && lost) heading.current?.focus({ preventScroll: true })
  }, [ready, search.reply])

  if (query.isError && !query.data)
    return <LoadProblem error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <PaneSkeleton />
  const conversation = query.data
  return (
    <div className="relative flex h-full">
      <div className="flex h-full min-w-0 flex-1 flex-col">
        <ConversationHeader
          conversation={conversation}
          search={search}
          headingRef={heading}
          onDone={onDone}
          onReply={(mode) => box.current?.begin(mode)}
        />
        {conversation.severity !== null && <PageCard conversation={conversation} />}
        <SnoozeBar conversation={conversation} />
        <HandOverCard conversation={conversation} />
        <Timeline
          conversation={conversation}
          onTakenBack={(delivery) => box.current?.restore(delivery)}
        />
        <ReplyBox ref={box} conversation={conversation} />
      </div>
      <div
        className={classes(
          'h-full w-72 shrink-0 overflow-y-auto border-l border-line bg-surface max-xl:absolute max-xl:inset-y-0 max-xl:right-0 max-xl:z-10 max-xl:shadow-2 max-sm:w-full',
          search.person !== 'open' && 'max-xl:hidden',
        )}
      >
        <PersonPane conversation={conversation} search={search} />
      </div>
    </div>
  )
}

/** One that was merged leads to the one that it is part of now. */
function useLead(id: string, data: Conversation | undefined, search: InboxSearch): void {
  const client = useQueryClient()
  const navigate = useNavigate({ from: '/inbox' })
  const standing = data && data.id !== id ? data : undefined
  useEffect(() => {
    if (!standing) return
    client.setQueryData(conversationQuery(standing.id).queryKey, standing)
    const params = { conversationId: standing.id }
    void navigate({ to: '/inbox/$conversationId', params, search, replace: true })
  }, [client, navigate, search, standing])
}
