import { useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { MessagesSquare } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo } from 'react'
import { useCommands } from '../../lib/commands.ts'
import { type InboxSearch, listFilter } from '../../lib/inbox-search.ts'
import { conversationListQuery } from '../../lib/queries/conversations.ts'
import { useMe } from '../../lib/queries/session.ts'
import { classes } from '../../ui/classes.ts'
import { EmptyState } from '../../ui/messages.tsx'
import { belongs, neighbour } from './belongs.ts'
import { ConversationList } from './conversation-list.tsx'
import { BulkBar } from './late-parts.tsx'
import { ListHeader } from './list-header.tsx'
import { PaneSkeleton } from './pane-skeleton.tsx'
import { usePicking } from './use-picking.ts'

// The list is there first; the pane with all its parts follows while the list is being looked at.
const loadPane = () => import('./conversation-pane.tsx')
const ConversationPane = lazy(() =>
  loadPane().then((module) => ({ default: module.ConversationPane })),
)

/** List, conversation, person: side by side on a desk, one after the other on a phone. */
export function InboxPage() {
  const { t } = useLingui()
  const { me, may } = useMe()
  const search = useSearch({ from: '/shell/inbox' })
  const { conversationId } = useParams({ strict: false })
  const navigate = useNavigate({ from: '/inbox' })
  // The same object while the address stays: rows are not drawn again for nothing.
  const listed = useMemo(() => keep(search), [search])
  const list = useInfiniteQuery(conversationListQuery(listFilter(search)))
  const view = search.view ?? 'all'
  const items = useMemo(
    () =>
      list.data?.pages
        .flatMap((page) => page.items)
        .filter((item) => belongs(item, view, me.memberId)) ?? [],
    [list.data, view, me.memberId],
  )

  const picking = usePicking(items, conversationId, may('assign'))

  useEffect(() => {
    void loadPane()
  }, [])
  const open = (id: string | undefined, replace = false) => {
    if (!id) return
    void navigate({
      to: '/inbox/$conversationId',
      params: { conversationId: id },
      search: keep,
      replace,
    })
  }
  const step = (by: 1 | -1) =>
    open(neighbour(items, conversationId, by), conversationId !== undefined)
  useCommands([
    { id: 'next', label: t`Next conversation`, group: 'move', keys: 'j', run: () => step(1) },
    {
      id: 'previous',
      label: t`Previous conversation`,
      group: 'move',
      keys: 'k',
      run: () => step(-1),
    },
    ...(picking.may && (conversationId ?? items[0])
      ? [
          {
            id: 'select',
            label: t`Select the conversation`,
            group: 'move' as const,
            keys: 'x',
            run: () => picking.toggle(conversationId ?? items[0]?.id ?? ''),
          },
        ]
      : []),
  ])

  return (
    <div className="flex h-full">
      <h1 className="sr-only">{t`Inbox`}</h1>
      <section
        aria-label={t`Conversations`}
        className={classes(
          'flex min-w-0 flex-col border-line bg-surface md:w-80 md:shrink-0 md:border-r lg:w-88',
          conversationId ? 'max-md:hidden' : 'max-md:w-full',
        )}
      >
        <ListHeader search={search} />
        <ConversationList
          list={list}
          items={items}
          search={listed}
          selected={conversationId}
          picking={picking}
        />
        {picking.picked.size > 0 && <BulkBar picking={picking} />}
      </section>
      <section
        aria-label={t`Conversation`}
        className={classes('h-full min-w-0 flex-1', !conversationId && 'max-md:hidden')}
      >
        {conversationId ? (
          <Suspense fallback={<PaneSkeleton />}>
            <ConversationPane
              key={conversationId}
              id={conversationId}
              search={search}
              onDone={() => view !== 'done' && open(neighbour(items, conversationId, 1))}
            />
          </Suspense>
        ) : (
          <div className="flex h-full items-center justify-center">
            <EmptyState icon={MessagesSquare} title={t`Choose a conversation`}>
              {t`Press j and k to walk through the list, r to reply, e when it is done, and ? to see all keys.`}
            </EmptyState>
          </div>
        )}
      </section>
    </div>
  )
}

/** Moving through the list keeps what the address says of it; the reply box was of the one before. */
function keep(search: InboxSearch): InboxSearch {
  return { ...search, reply: undefined }
}
