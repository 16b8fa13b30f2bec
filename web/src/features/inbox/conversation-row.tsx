import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { AlarmClock, Lock } from 'lucide-react'
import { useSeverityWords } from '../../lib/clock-words.ts'
import type { InboxSearch } from '../../lib/inbox-search.ts'
import type { ConversationSummaryView } from '../../lib/queries/conversations.ts'
import { useStateWords } from '../../lib/words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { classes } from '../../ui/classes.ts'
import { Badge } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Ago, ClockTime } from '../../ui/time.tsx'
import { KindMark } from './kind-mark.tsx'
import { DueState } from './reply-clock.tsx'
import type { Picking } from './use-picking.ts'
import { WhoIsHere } from './who-is-here.tsx'

/** Who, where, the first words, when an answer is due and who holds it. */
export function ConversationRow({
  item,
  selected,
  search,
  picking,
}: {
  item: ConversationSummaryView
  selected: boolean
  search: InboxSearch
  picking: Picking
}) {
  const { t } = useLingui()
  const states = useStateWords()
  const severity = useSeverityWords()
  const picked = picking.picked.has(item.id)
  const { name } = item.person
  return (
    <div className="group relative h-full">
      {picking.may && (
        <label
          className={classes(
            'absolute top-2 left-2.5 z-[1] flex size-9 items-center justify-center',
            picking.picked.size > 0
              ? ''
              : 'opacity-0 focus-within:opacity-100 [@media(hover:hover)]:group-hover:opacity-100',
          )}
        >
          <input
            type="checkbox"
            aria-label={t`Select ${name}`}
            checked={picked}
            onChange={() => picking.toggle(item.id)}
            className="size-4 accent-accent"
          />
        </label>
      )}
      <Link
        to="/inbox/$conversationId"
        params={{ conversationId: item.id }}
        search={{ ...search, person: undefined }}
        aria-current={selected ? 'true' : undefined}
        onClick={(event) => {
          if (!event.shiftKey || !picking.may) return
          event.preventDefault()
          picking.extend(item.id)
        }}
        className={classes(
          'flex h-full gap-2.5 border-b border-line px-3 py-2 -outline-offset-2 transition-colors duration-75',
          picked && 'bg-accent-soft',
          selected ? 'bg-accent-soft shadow-[inset_3px_0_0_var(--accent)]' : 'hover:bg-hover',
        )}
      >
        <span className={classes('relative mt-0.5 self-start', picking.may && hidden(picking))}>
          <Avatar name={item.person.name} />
          <span className="absolute -right-1 -bottom-1 flex rounded-full bg-surface p-0.5">
            <NetworkMark network={item.network} size={12} />
          </span>
        </span>
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="flex items-baseline gap-2">
            <span
              className={classes(
                'truncate text-sm',
                item.unansweredSince ? 'font-semibold' : 'font-medium text-text-2',
              )}
            >
              {item.person.name}
            </span>
            {item.visibility === 'private' && (
              <Lock
                size={11}
                role="img"
                aria-label={t`Private`}
                className="shrink-0 self-center text-text-3"
              />
            )}
            {item.kind !== null && <KindMark kind={item.kind} />}
            <Ago at={item.lastMessageAt} className="ml-auto shrink-0 text-xs text-text-3" />
          </span>
          <span
            className={classes(
              'truncate text-sm',
              item.unansweredSince ? 'text-text-2' : 'text-text-3',
            )}
          >
            {item.preview}
          </span>
          <span className="mt-1 flex h-5 items-center gap-1.5 overflow-hidden text-xs text-text-3">
            <DueState item={item} />
            {item.severity !== null && item.state !== 'done' ? (
              <Badge tone={item.severity === 'urgent' ? 'late' : 'plain'}>
                {severity(item.severity)}
              </Badge>
            ) : null}
            {item.state === 'new' ? <Badge tone="accent">{states.new}</Badge> : null}
            {item.state !== 'new' && (!item.unansweredSince || item.state === 'done') ? (
              <span className="truncate">{states[item.state]}</span>
            ) : null}
            {item.snoozedUntil && (
              <span className="flex min-w-0 items-center gap-1" title={t`Snoozed until then`}>
                <AlarmClock size={12} role="img" aria-label={t`Snoozed until`} />
                <ClockTime at={item.snoozedUntil} className="truncate" />
              </span>
            )}
            {item.department && <span className="truncate">{item.department.name}</span>}
            <WhoIsHere conversationId={item.id} className="max-w-24" />
            {item.assignee && (
              <span
                className="ml-auto flex min-w-0 items-center gap-1"
                title={t`Held by ${item.assignee.name}`}
              >
                <span className="sr-only">
                  <Trans>Held by</Trans>
                </span>
                <Avatar name={item.assignee.name} size={20} />
                <span className="truncate max-lg:hidden">{item.assignee.name.split(' ')[0]}</span>
              </span>
            )}
          </span>
        </span>
      </Link>
    </div>
  )
}

/** Where the box to select the row stands, the face makes room. On a phone a press on the face selects. */
function hidden({ picked }: Picking): string {
  return picked.size > 0
    ? 'invisible'
    : 'group-has-[input:focus-visible]:invisible [@media(hover:hover)]:group-hover:invisible'
}
