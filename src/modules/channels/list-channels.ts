import { inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import type { ChannelDeps } from './deps.ts'
import { canReadChannels } from './policy.ts'
import { allChannels, type StoredChannel } from './store.ts'

/** All channels of the actor's workspace, oldest first. */
export async function listChannels(
  deps: Pick<ChannelDeps, 'database'>,
  actor: Actor,
): Promise<StoredChannel[]> {
  authorize(actor, canReadChannels(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    allChannels(tx, actor.workspaceId),
  )
}
