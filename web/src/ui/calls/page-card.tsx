import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { BellRing } from 'lucide-react'
import type { Conversation } from '../../../../contract/conversations.ts'
import type { PageCall, PageView } from '../../../../contract/pages.ts'
import { pagesQuery, useAcknowledge } from '../../lib/queries/pages.ts'
import { serverWords } from '../../lib/server-words.ts'
import { Button } from '../button.tsx'
import { ClockTime } from '../time.tsx'

/** Who was called about this conversation, when and how, and who has taken it up. */
export function PageCard({ conversation }: { conversation: Conversation }) {
  const pages = useQuery(pagesQuery({ state: 'all', conversationId: conversation.id, limit: 1 }))
  const page = pages.data?.[0]
  const shown = page?.state === 'open' || page?.state === 'acknowledged'
  return page && shown ? <Shown page={page} /> : null
}

function Shown({ page }: { page: PageView }) {
  const { t } = useLingui()
  const take = useAcknowledge(t`It is yours: nobody else is called.`)
  const { acknowledged, calls, nextAt } = page
  return (
    <section
      aria-label={t`Calls`}
      className={`border-b px-3 py-2 text-sm md:px-6 ${
        acknowledged ? 'border-line bg-sunken text-text-2' : 'border-line bg-late-soft text-late'
      }`}
    >
      <div className="mx-auto flex max-w-3xl flex-wrap items-center gap-x-3 gap-y-1.5">
        <BellRing size={14} aria-hidden className="shrink-0" />
        <p className="min-w-0 flex-1 basis-60">
          {acknowledged ? (
            <TakenUp acknowledged={acknowledged} />
          ) : (
            <Trans>Nobody has taken this up yet.</Trans>
          )}{' '}
          {nextAt && (
            <Trans>
              The next call is at <ClockTime at={nextAt} />.
            </Trans>
          )}
        </p>
        {page.can.acknowledge && (
          <Button
            size="sm"
            look="primary"
            busy={take.isPending}
            onClick={() => take.mutate(page.id)}
          >
            <Trans>I take it up</Trans>
          </Button>
        )}
        {calls.length > 0 && (
          <details className="w-full text-xs">
            <summary className="min-h-6 py-1 font-medium">
              <Trans>Who was called</Trans>
            </summary>
            <ol className="flex max-h-40 flex-col gap-1 overflow-y-auto py-1">
              {calls.map((call) => (
                <CallLine
                  key={`${call.step}-${call.member.id}-${call.way}-${call.at}`}
                  call={call}
                />
              ))}
            </ol>
          </details>
        )}
      </div>
    </section>
  )
}

function TakenUp({ acknowledged }: { acknowledged: NonNullable<PageView['acknowledged']> }) {
  const { name, via, at } = acknowledged
  const time = <ClockTime at={at} />
  if (via === 'mail')
    return (
      <Trans>
        {name} took it up by mail at {time}.
      </Trans>
    )
  if (via === 'reply')
    return (
      <Trans>
        {name} answered at {time}.
      </Trans>
    )
  return (
    <Trans>
      {name} took it up at {time}.
    </Trans>
  )
}

function CallLine({ call }: { call: PageCall }) {
  const { t } = useLingui()
  const ways = { mail: t`by mail`, push: t`in the browser` }
  const states = {
    waiting: t`on its way`,
    sent: t`sent`,
    failed: t`not sent`,
    withdrawn: t`no longer needed`,
  }
  return (
    <li className="flex flex-wrap gap-x-1.5">
      <ClockTime at={call.at} className="tnum" />
      <span className="font-medium">{call.member.name}</span>
      <span>
        {ways[call.way]}: {states[call.state]}
      </span>
      {call.problem && <span>({serverWords(call.problem)})</span>}
    </li>
  )
}
