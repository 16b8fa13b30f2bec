import type { Arrival, Channel, Network } from '../../../contract/channels.ts'
import type { Connector } from '../../connectors/contract.ts'
import type { Actor } from '../access/index.ts'
import type { ChannelDeps } from './deps.ts'
import { hookAddress } from './hook-address.ts'
import { canManageChannels } from './policy.ts'
import type { StoredChannel } from './store.ts'

export type ChannelViewer = Pick<ChannelDeps, 'connectors' | 'keyring' | 'publicUrl'> & {
  actor: Actor
  practiceUrl: string
}

export function viewChannel(channel: StoredChannel, viewer: ChannelViewer): Channel {
  return {
    id: channel.id,
    network: channel.network,
    networkName: viewer.connectors.get(channel.network)?.name ?? channel.network,
    service: channel.service,
    handle: channel.account.handle,
    displayName: channel.displayName,
    profileUrl: channel.profileUrl,
    state: channel.state,
    problem: channel.problem,
    limits: channel.limits,
    abilities: channel.abilities,
    checkedAt: channel.checkedAt.toISOString(),
    lastEventAt: channel.lastEventAt?.toISOString() ?? null,
    arrival: arrivalOf(channel, viewer),
    lastAnswerAt: channel.lastAnswerAt?.toISOString() ?? null,
    practice: channel.service === viewer.practiceUrl,
    hookAddress: writtenDown(channel, viewer),
    can: { manage: canManageChannels(viewer.actor) },
  }
}

/** What signing in on a network's own page takes and gives, from Parley's address. */
export function consentView(
  { oauth }: Pick<ChannelDeps, 'oauth'>,
  { consent }: Connector,
): Network['consent'] {
  if (!consent) return null
  const standing = consent.standing?.(oauth.publicUrl) ?? 'lasting'
  return { fields: [...consent.fields], standing }
}

function arrivalOf({ network, abilities }: StoredChannel, viewer: ChannelViewer): Arrival {
  const connector = viewer.connectors.get(network)
  if (abilities.stream?.can !== true) return 'asked'
  if (connector?.listen) return 'live'
  return connector?.hook ? 'brought' : 'asked'
}

/** Where a person has to tell the network the address, those who manage channels see it. */
function writtenDown(channel: StoredChannel, viewer: ChannelViewer): string | null {
  const hook = viewer.connectors.get(channel.network)?.hook
  if (!hook || hook.open || !canManageChannels(viewer.actor)) return null
  return hookAddress(viewer, { workspaceId: channel.workspaceId, channelId: channel.id })
}
