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
 * Stops receiving and sending on a channel and destroys its credential. Its conversations stay; what was
 * waiting to be sent waits, and goes on when the account is connected again.
 */
export async function disconnectChannel(
  deps: ChannelDeps,
  actor: Actor,
  id: ChannelId,
): Promise<void> {
  authorize(actor, canManageChannels(actor))
  await endHook(deps, actor, id)
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

/** Asks the network to bring nothing any more. It is no matter if it does not hear: nothing is taken in. */
async function endHook(deps: ChannelDeps, actor: Actor, id: ChannelId): Promise<void> {
  const channel = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    findChannel(tx, actor.workspaceId, id),
  )
  if (!channel || channel.state === 'disconnected') return
  const close = deps.connectors.get(channel.network)?.hook?.close
  if (!close) return
  try {
    const { session } = await openSession(deps, channel, actorTag(actor))
    await close(session)
  } catch (err) {
    deps.log.info({ err, channel: id }, 'the network was not told to bring nothing any more')
  }
}
