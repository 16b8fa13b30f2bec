import type { Connector, Session } from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { openSecret, replaceSecret } from '../vault/index.ts'
import type { ChannelDeps } from './deps.ts'
import type { StoredChannel } from './store.ts'

/** What a channel's credential is for, bound into its encryption. */
export const credentialPurpose = 'channel-credential'

/** The connector of a network. @throws AppError when this build has none */
export function connectorOf(deps: Pick<ChannelDeps, 'connectors'>, network: string): Connector {
  const connector = deps.connectors.get(network)
  if (!connector) throw new AppError('bad-input', `There is no network called ${network}.`)
  return connector
}

/**
 * Opens the channel's credential and gives a session to speak with. For the processes that send and
 * receive only; the clear credential lives in the session and nowhere else.
 */
export async function openSession(
  deps: ChannelDeps,
  channel: StoredChannel,
  by: string,
): Promise<{ connector: Connector; session: Session }> {
  const connector = connectorOf(deps, channel.network)
  const secret = {
    workspaceId: channel.workspaceId,
    secretId: channel.secretId,
    purpose: credentialPurpose,
    by,
  }
  const load = async () => {
    const { value } = await openSecret(deps.database.db, deps.keyring, secret)
    return connector.credential.parse(value)
  }
  const session: Session = {
    http: deps.http,
    dial: deps.dial,
    oauth: deps.oauth,
    service: channel.service,
    account: channel.account,
    credential: await load(),
    limits: channel.limits,
    now: deps.clock,
    loadCredential: load,
    async saveCredential(next) {
      session.credential = next
      await inWorkspace(deps.database.db, channel.workspaceId, (tx) =>
        replaceSecret(tx, deps.keyring, { ...secret, value: next }),
      )
    },
  }
  return { connector, session }
}
