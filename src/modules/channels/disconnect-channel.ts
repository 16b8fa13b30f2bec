import type { ChannelId } from '../../../contract/ids.ts'
import { announce, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { removeSecret } from '../vault/index.ts'
import type { ChannelDeps } from './deps.ts'
import { canManageChannels } from './policy.ts'
import { openSession } from './session.ts'
import { findChannel, setChannelState } from './store.ts'

/**
 * Stops receiving and sending on a channel, ends its sign-in at the network and destroys its credential. Its conversations stay; what was
 * waiting to be sent waits, and goes on when the account is connected again.
 */
export async function disconnectChannel(
  deps: ChannelDeps,
  actor: Actor,
  id: ChannelId,
): Promise<void> {
  authorize(actor, canManageChannels(actor))
  const signedOut = await endThere(deps, actor, id)
  await inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const channel = await findChannel(tx, actor.workspaceId, id)
    if (!channel) throw new AppError('not-found', 'There is no such channel.')
    await setChannelState(tx, actor.workspaceId, id, { state: 'disconnected', problem: null })
    const { workspaceId, secretId } = channel
    await removeSecret(tx, { workspaceId, secretId, by: actorTag(actor) })
    await recordAct(tx, actor, {
      act: 'channel.disconnect',
      subject: `channel:${id}`,
      detail: { network: channel.network, handle: channel.account.handle, signedOut },
    })
    await announce(tx, { workspace: actor.workspaceId, kind: 'channel', id })
  })
}

/**
 * Asks the network to bring nothing any more and to end the sign-in. It is no matter if it does not hear:
 * nothing is taken in, and what could sign in is destroyed here.
 * @returns whether the network ended the sign-in, for the log
 */
async function endThere(deps: ChannelDeps, actor: Actor, id: ChannelId): Promise<boolean> {
  const channel = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    findChannel(tx, actor.workspaceId, id),
  )
  if (!channel || channel.state === 'disconnected') return false
  const connector = deps.connectors.get(channel.network)
  if (!connector?.hook?.close && !connector?.signOut) return false
  try {
    const { session } = await openSession(deps, channel, actorTag(actor))
    await connector.hook?.close?.(session)
    await connector.signOut?.(session)
    return connector.signOut !== undefined
  } catch (err) {
    deps.log.info({ err, channel: id }, 'the network was not told that a channel is disconnected')
    return false
  }
}
