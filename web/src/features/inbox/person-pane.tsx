import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ExternalLink, X } from 'lucide-react'
import { lazy, Suspense } from 'react'
import type { Conversation } from '../../../../contract/conversations.ts'
import { atHandle } from '../../lib/handles.ts'
import type { InboxSearch } from '../../lib/inbox-search.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { useStateWords } from '../../lib/words.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Bar } from '../../ui/skeleton.tsx'
import { Ago } from '../../ui/time.tsx'
import { GoodwillCard } from './goodwill-card.tsx'
import { ReplyClock } from './reply-clock.tsx'
import { VisitorNote } from './visitor-note.tsx'

// Beside the reply, not before it: the inbox shows without waiting for it.
const PersonRecord = lazy(async () => ({
  default: (await import('./person-record.tsx')).PersonRecord,
}))

/** Who the customer is and what was said with them before. */
export function PersonPane({
  conversation,
  search,
}: {
  conversation: Conversation
  search: InboxSearch
}) {
  const { t } = useLingui()
  const states = useStateWords()
  const { person, history, network } = conversation
  const networkName = useNetworkWords()(conversation.channel).inText
  return (
    <aside aria-label={t`About ${person.name}`} className="flex flex-col gap-5 p-4">
      <div className="flex justify-end xl:hidden">
        <Link
          to="/inbox/$conversationId"
          params={{ conversationId: conversation.id }}
          search={{ ...search, person: undefined }}
          aria-label={t`Close`}
          className={`${buttonLook('quiet')} px-2`}
        >
          <X size={16} aria-hidden />
        </Link>
      </div>
      <div className="flex flex-col items-center gap-1.5 text-center">
        <Avatar name={person.name} size={48} />
        <p className="mt-1 text-base font-semibold">{person.name}</p>
        <p className="flex max-w-full items-center gap-1.5 text-sm break-all text-text-3">
          <NetworkMark network={network} />
          {atHandle({ handle: person.handle, network })}
        </p>
        {person.profileUrl && (
          <a
            href={person.profileUrl}
            target="_blank"
            rel="noreferrer"
            className="inline-flex min-h-6 items-center gap-1 text-sm font-medium text-accent-text hover:underline"
          >
            <Trans>Profile on {networkName}</Trans>
            <ExternalLink size={12} aria-hidden />
          </a>
        )}
      </div>
      <ReplyClock conversation={conversation} />
      <Suspense fallback={<Bar className="h-12 w-full rounded-lg" />}>
        <PersonRecord conversation={conversation} />
      </Suspense>
      {network === 'website' && <VisitorNote conversationId={conversation.id} />}
      <GoodwillCard conversation={conversation} />
      <section className="flex flex-col gap-1">
        <h3 className="text-xs font-semibold text-text-3">
          <Trans>Earlier conversations</Trans>
        </h3>
        {history.length === 0 && (
          <p className="text-sm text-text-3">
            <Trans>This is the first one with {person.name}.</Trans>
          </p>
        )}
        <ul className="-mx-2 flex flex-col">
          {history.map((each) => (
            <li key={each.id}>
              <Link
                to="/inbox/$conversationId"
                params={{ conversationId: each.id }}
                search={{ ...search, person: undefined }}
                className="flex flex-col rounded-md px-2 py-1.5 hover:bg-hover"
              >
                <span className="line-clamp-2 text-sm">{each.preview}</span>
                <span className="flex items-center gap-1.5 text-xs text-text-3">
                  <NetworkMark network={each.network} size={11} />
                  {states[each.state]}
                  <Ago at={each.lastMessageAt} className="ml-auto" />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  )
}
