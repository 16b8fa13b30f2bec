import { Trans, useLingui } from '@lingui/react/macro'
import type { Channel } from '../../../../contract/channels.ts'
import { atHandle } from '../../lib/handles.ts'
import { useNetworkWords } from '../../lib/network-words.ts'
import { Button } from '../../ui/button.tsx'
import { Badge } from '../../ui/messages.tsx'
import { NetworkMark } from '../../ui/network-mark.tsx'
import { Card } from '../../ui/page.tsx'

type Props = { channels: readonly Channel[]; onConnect?: (network: string) => void }

/** Accounts that were connected once: their conversations are still there, and each can be connected again. */
export function FormerChannels({ channels, onConnect }: Props) {
  const { t } = useLingui()
  const networkWords = useNetworkWords()
  if (channels.length === 0) return null
  return (
    <Card>
      <h2 className="px-4 pt-4 text-base font-semibold">{t`Disconnected accounts`}</h2>
      <p className="px-4 pt-1 text-sm text-text-2">
        <Trans>Their conversations are kept. Connect one again to receive and answer there.</Trans>
      </p>
      <ul className="divide-y divide-line">
        {channels.map((channel) => (
          <li key={channel.id} className="flex flex-wrap items-center gap-3 p-4">
            <NetworkMark network={channel.network} size={22} />
            <div className="min-w-0 flex-1 basis-52">
              <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
                {channel.displayName || atHandle(channel)}
                <Badge>{t`Disconnected`}</Badge>
              </p>
              <p className="text-xs text-text-3">
                {atHandle(channel)} · {networkWords(channel).name}
              </p>
            </div>
            {onConnect && !channel.practice && (
              <Button onClick={() => onConnect(channel.network)}>
                <Trans>Connect again</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
