import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import type { Channel } from '../../../contract/channels.ts'
import { useNetworkWords } from '../lib/network-words.ts'
import { channelsQuery } from '../lib/queries/channels.ts'
import { useMe } from '../lib/queries/session.ts'

/** Says, on every page, which account cannot do its work and how to mend it. */
export function AttentionBanner() {
  const { may } = useMe()
  const { data = [] } = useQuery({ ...channelsQuery, enabled: may('read-channels') })
  const troubled = data.filter((channel) => channel.state === 'attention')
  const [first] = troubled
  if (!first) return null
  const more = troubled.length - 1
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-soon-soft px-4 py-2 text-xs text-soon sm:text-sm"
    >
      <TriangleAlert size={16} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1 basis-60">
        <ProblemWords channel={first} /> {more > 0 && <Trans>{more} more need you too.</Trans>}
      </p>
      <Link
        to="/settings/channels"
        search={{ channel: first.id }}
        className="inline-flex min-h-6 items-center font-semibold underline underline-offset-2"
      >
        <Trans>Mend it</Trans>
      </Link>
    </div>
  )
}

function ProblemWords({ channel }: { channel: Channel }) {
  const { handle } = channel
  const { inText: networkName, atStart } = useNetworkWords()(channel)
  switch (channel.problem?.kind) {
    case 'auth-expired':
      return (
        <Trans>
          {atStart} no longer lets us in as {handle}. Nothing comes in or goes out until you connect
          it again.
        </Trans>
      )
    case 'scope-lost':
      return (
        <Trans>
          {handle} on {networkName} took away a permission we need. Connect it again and allow
          everything it asks.
        </Trans>
      )
    case 'rate-limited':
      return (
        <Trans>
          {atStart} asks us to slow down for {handle}. Replies wait and leave by themselves.
        </Trans>
      )
    default:
      return (
        <Trans>
          {atStart} cannot be reached for {handle}. We keep trying, and what you write is safe.
        </Trans>
      )
  }
}
