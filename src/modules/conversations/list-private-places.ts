import { ChannelId, type ConversationId } from '../../../contract/ids.ts'
import type { PrivatePlace } from '../../../contract/private-moves.ts'
import { inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { connectorOf, findChannel } from '../channels/index.ts'
import type { ConversationDeps } from './deps.ts'
import { findSummary } from './get-conversation.ts'
import { canReadConversations } from './policy.ts'
import { findStanding } from './standing.ts'

/**
 * The accounts at which customers can write in private and be answered, as they themselves say what they
 * can; the one at which the customer spoke is first, because there it is known who they are.
 */
export async function listPrivatePlaces(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
): Promise<PrivatePlace[]> {
  authorize(actor, canReadConversations(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const id = await findStanding(tx, actor.workspaceId, asked)
    const { channel_id: spokeAt } = await findSummary(tx, actor.workspaceId, id)
    const ids = await tx
      .selectFrom('channels')
      .select('id')
      .where('workspace_id', '=', actor.workspaceId)
      .where('state', '=', 'connected')
      .orderBy('created_at')
      .execute()
    const places: PrivatePlace[] = []
    for (const row of ids) {
      const channel = await findChannel(tx, actor.workspaceId, ChannelId.parse(row.id))
      if (!channel) continue
      const { abilities } = channel
      if (!abilities['receive-private']?.can || !abilities['reply-private']?.can) continue
      places.push({
        channelId: channel.id,
        network: channel.network,
        networkName: connectorOf(deps, channel.network).name,
        practice: channel.service === deps.practiceUrl,
        handle: channel.account.handle,
        address: channel.profileUrl.replace(/^mailto:/, ''),
        here: channel.id === spokeAt,
      })
    }
    return places.toSorted((a, b) => Number(b.here) - Number(a.here))
  })
}
