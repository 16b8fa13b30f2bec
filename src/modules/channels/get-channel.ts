import type { ChannelId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import type { ChannelDeps } from './deps.ts'
import { canReadChannels } from './policy.ts'
import { findChannel, type StoredChannel } from './store.ts'

/** One channel of the actor's workspace. @throws AppError `not-found` */
export async function getChannel(
  deps: Pick<ChannelDeps, 'database'>,
  actor: Actor,
  id: ChannelId,
): Promise<StoredChannel> {
  authorize(actor, canReadChannels(actor))
  const channel = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    findChannel(tx, actor.workspaceId, id),
  )
  if (!channel) throw new AppError('not-found', 'There is no such account.')
  return channel
}
