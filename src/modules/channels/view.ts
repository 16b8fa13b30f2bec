import type { Channel } from '../../../contract/channels.ts'
import type { Connectors } from '../../connectors/contract.ts'
import type { Actor } from '../access/index.ts'
import { canManageChannels } from './policy.ts'
import type { StoredChannel } from './store.ts'

export type ChannelViewer = { actor: Actor; connectors: Connectors; practiceUrl: string }

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
    practice: channel.service === viewer.practiceUrl,
    can: { manage: canManageChannels(viewer.actor) },
  }
}
