import type { ChannelId } from '../../../contract/ids.ts'
import { announce, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { removeSecret } from '../vault/index.ts'
import type { ChannelDeps } from './deps.ts'
import { canManageChannels } from './policy.ts'
import { findChannel, setChannelState } from './store.ts'

/**
 * Stops receiving and sending on a channel and destroys its credential. Its conversations stay; what was
 * waiting to be sent waits, and goes on when the account is connected again.
 */
export async function disconnectChannel(
  deps: Pick<ChannelDeps, 'database'>,
  actor: Actor,
  id: ChannelId,
): Promise<void> {
  authorize(actor, canManageChannels(actor))
  await inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const channel = await findChannel(tx, actor.workspaceId, id)
    if (!channel) throw new AppError('not-found', 'There is no such channel.')
    await setChannelState(tx, actor.workspaceId, id, { state: 'disconnected', problem: null })
    const { workspaceId, secretId } = channel
    await removeSecret(tx, { workspaceId, secretId, by: actorTag(actor) })
    await recordAct(tx, actor, {
      act: 'channel.disconnect',
      subject: `channel:${id}`,
      detail: { network: channel.network, handle: channel.account.handle },
    })
    await announce(tx, { workspace: actor.workspaceId, kind: 'channel', id })
  })
}
