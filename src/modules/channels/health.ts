import type { ChannelProblem } from '../../../contract/channels.ts'
import type { Account, Failure } from '../../connectors/contract.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { unreachable } from '../../platform/errors.ts'
import { recordAct } from '../audit/index.ts'
import type { ChannelDeps } from './deps.ts'
import { openSession } from './session.ts'
import { findChannel, type StoredChannel, setChannelState, updateAccount } from './store.ts'

/**
 * Asks the network who we are and what we may do, and keeps the answer. A channel that was in trouble
 * is well again when this returns, unless the sign-in lacks the permission to receive: that is told too.
 * @throws ConnectorError when the network refuses or does not answer
 */
export async function checkChannel(deps: ChannelDeps, channel: StoredChannel): Promise<void> {
  const { connector, session } = await openSession(deps, channel, 'stream')
  const account = await connector.verify(session)
  const found = lackOf(account, deps.clock())
  await inWorkspace(deps.database.db, channel.workspaceId, async (tx) => {
    const now = await findChannel(tx, channel.workspaceId, channel.id)
    if (!now || now.state === 'disconnected') return
    const known = found !== null && now.problem?.kind === found.kind
    const problem = known ? now.problem : found
    await updateAccount(tx, now, { account, now: deps.clock(), problem })
    if (problem && !known) await tellTrouble(deps, tx, channel, problem)
    if (!problem && now.state === 'attention')
      await tell(tx, channel, 'channel.recovered', { handle: account.handle })
  })
}

/** An account that may not even receive is in trouble, although it answers. */
function lackOf({ abilities }: Account, now: Date): ChannelProblem | null {
  const receiving = abilities['receive-public']
  if (!receiving || receiving.can || abilities['receive-private'].can) return null
  return { kind: 'scope-lost', detail: receiving.why, since: now.toISOString() }
}

/**
 * Notes that a channel does not work and tells it, once for each kind of trouble, not at every try.
 */
export async function reportFailure(
  deps: ChannelDeps,
  channel: StoredChannel,
  failure: Failure,
): Promise<void> {
  const problem = problemOf(failure, deps.clock())
  if (!problem) return
  await inWorkspace(deps.database.db, channel.workspaceId, async (tx) => {
    const now = await findChannel(tx, channel.workspaceId, channel.id)
    if (!now || now.state === 'disconnected') return
    const next = { state: 'attention' as const, problem }
    if (!(await setChannelState(tx, channel.workspaceId, channel.id, next))) return
    await tellTrouble(deps, tx, channel, problem)
  })
}

async function tellTrouble(
  { log }: ChannelDeps,
  tx: Tx,
  channel: StoredChannel,
  problem: ChannelProblem,
): Promise<void> {
  const { id, network } = channel
  log.warn({ channel: id, network, problem }, 'a channel needs attention')
  await tell(tx, channel, 'channel.trouble', { kind: problem.kind, detail: problem.detail })
}

async function tell(
  tx: Tx,
  { workspaceId, id }: StoredChannel,
  act: string,
  detail: Record<string, string>,
): Promise<void> {
  await recordAct(
    tx,
    { kind: 'system', workspaceId, name: 'Parley' },
    { act, subject: `channel:${id}`, detail },
  )
  await announce(tx, { workspace: workspaceId, kind: 'channel', id })
}

function problemOf(failure: Failure, now: Date): ChannelProblem | null {
  const since = now.toISOString()
  switch (failure.kind) {
    case 'auth-expired':
      return {
        kind: failure.lost === 'scope' ? 'scope-lost' : 'auth-expired',
        detail: failure.detail,
        since,
      }
    case 'unavailable':
    case 'unknown-outcome':
      return { kind: 'unavailable', detail: failure.detail, since }
    // A pause that the network asks for is ordinary; deliveries say so themselves.
    case 'rate-limited':
    case 'rejected':
      return null
    default:
      return unreachable(failure)
  }
}
