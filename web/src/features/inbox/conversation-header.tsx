import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, Check, ExternalLink, RotateCcw, UserRound } from 'lucide-react'
import type { Ref } from 'react'
import { type Conversation, ConversationState } from '../../../../contract/conversations.ts'
import { useCommands } from '../../lib/commands.ts'
import { atHandle } from '../../lib/handles.ts'
import type { InboxSearch } from '../../lib/inbox-search.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { useChangeConversation } from '../../lib/queries/change-conversation.ts'
import { useStateWords } from '../../lib/words.ts'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Menu, MenuChoice } from '../../ui/menu.tsx'
import { Badge } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { AssignMenu } from './assign-menu.tsx'
import { DueState, WaitingLine } from './reply-clock.tsx'
import { SeverityMenu } from './severity-menu.tsx'
import { TeamworkMenu } from './teamwork.tsx'
import { WhoIsHere } from './who-is-here.tsx'

/** Who it is with and where, who holds it, how it stands. */
export function ConversationHeader({
  conversation,
  search,
  headingRef,
  onDone,
  onReply,
}: {
  conversation: Conversation
  search: InboxSearch
  headingRef: Ref<HTMLHeadingElement>
  onDone(): void
  onReply(mode: 'reply' | 'note'): void
}) {
  const { t } = useLingui()
  const states = useStateWords()
  const change = useChangeConversation()
  const { id, person, state, assignee, department, can } = conversation
  const handle = atHandle({ ...conversation, handle: person.handle })
  const undo = { state, assignee, department }
  const networkName = useNetworkWords()(conversation.channel).inText
  const toState = (next: ConversationState) =>
    change.mutate({ id, to: { state: next }, said: t`${person.name}: ${states[next]}`, undo })
  const finish = () => {
    toState('done')
    onDone()
  }
  const newest = conversation.messages.findLast((message) => message.url !== null)?.url
  useCommands([
    { id: 'reply', label: t`Reply`, group: 'conversation', keys: 'r', run: () => onReply('reply') },
    ...(can.note
      ? [
          {
            id: 'note',
            label: t`Write a note`,
            group: 'conversation' as const,
            keys: 'n',
            run: () => onReply('note'),
          },
        ]
      : []),
    ...(can.assign && state !== 'done'
      ? [{ id: 'done', label: t`Done`, group: 'conversation' as const, keys: 'e', run: finish }]
      : []),
    ...(can.assign
      ? ConversationState.options
          .filter((each) => each !== state && each !== 'done' && each !== 'new')
          .map((each) => ({
            id: `state-${each}`,
            label: t`State: ${states[each]}`,
            group: 'conversation' as const,
            run: () => toState(each),
          }))
      : []),
  ])

  return (
    <header className="flex min-h-14 items-center gap-1.5 border-b sm:gap-2 border-line bg-surface px-2 py-2 md:px-4">
      <Link
        to="/inbox"
        search={search}
        aria-label={t`Back to the list`}
        className={`${buttonLook('quiet')} px-1.5 md:hidden`}
      >
        <ArrowLeft size={18} aria-hidden />
      </Link>
      <div className="flex min-w-0 flex-1 flex-col">
        <h2
          ref={headingRef}
          tabIndex={-1}
          className="truncate text-base leading-5 font-semibold outline-none"
        >
          {person.name}
        </h2>
        <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-xs text-text-3">
          <span className="flex max-w-full min-w-0 items-center gap-1.5">
            <NetworkMark network={conversation.network} size={12} />
            <span className="truncate" title={handle}>
              {handle}
            </span>
          </span>
          <DueState item={conversation} brief />
          {state !== 'done' && <WaitingLine clock={conversation.clock} />}
          {department && <Badge>{department.name}</Badge>}
          {conversation.routed && (
            <span className="truncate max-lg:hidden">
              {t`by the rule “${conversation.routed.rule}”`}
            </span>
          )}
          <WhoIsHere conversationId={id} />
        </p>
      </div>
      <SeverityMenu conversation={conversation} />
      <AssignMenu conversation={conversation} />
      {can.assign && <TeamworkMenu conversation={conversation} onLeft={onDone} />}
      {can.assign && (
        <Menu
          align="end"
          trigger={
            <Button size="sm" aria-label={t`State: ${states[state]}`} className="max-sm:hidden">
              {states[state]}
            </Button>
          }
        >
          {ConversationState.options
            .filter((each) => each !== 'new' || state === 'new')
            .map((each) => (
              <MenuChoice
                key={each}
                chosen={each === state}
                onSelect={() => (each === 'done' ? finish() : toState(each))}
              >
                {states[each]}
              </MenuChoice>
            ))}
        </Menu>
      )}
      {can.assign &&
        (state === 'done' ? (
          <Button size="sm" onClick={() => toState('open')}>
            <RotateCcw size={14} aria-hidden />
            <Trans>Open again</Trans>
          </Button>
        ) : (
          <Button size="sm" look="primary" onClick={finish} aria-keyshortcuts="e">
            <Check size={14} aria-hidden />
            <Trans>Done</Trans>
          </Button>
        ))}
      {newest && (
        <a
          href={newest}
          target="_blank"
          rel="noreferrer"
          aria-label={t`Open on ${networkName}`}
          title={t`Open on ${networkName}`}
          className={`${buttonLook('quiet')} px-2 max-sm:hidden`}
        >
          <ExternalLink size={16} aria-hidden />
        </a>
      )}
      <Link
        to="/inbox/$conversationId"
        params={{ conversationId: id }}
        search={{ ...search, person: search.person ? undefined : 'open' }}
        className={`${buttonLook('quiet')} px-2 xl:hidden`}
        aria-label={t`About ${person.name}`}
        aria-expanded={search.person === 'open'}
      >
        <UserRound size={16} aria-hidden />
      </Link>
    </header>
  )
}
