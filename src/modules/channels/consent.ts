import { SecretId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Connector, Consent } from '../../connectors/contract.ts'
import { hashToken } from '../../platform/crypto.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { openSecret, removeSecret, storeSecret } from '../vault/index.ts'
import {
  inNetworkWords,
  keepConnection,
  requireFields,
  verifyConnection,
} from './connect-channel.ts'
import type { ChannelDeps } from './deps.ts'
import { canManageChannels } from './policy.ts'
import { connectorOf } from './session.ts'
import type { StoredChannel } from './store.ts'

const purpose = 'channel-consent'
const lifeMs = 15 * 60_000

export type ConsentDeps = ChannelDeps & { redirectUri: string }

/** Begins a sign-in on the network's own page. @returns where to send the browser */
export async function beginConsent(
  deps: ConsentDeps,
  actor: Actor,
  { network, fields }: { network: string; fields: Record<string, string> },
): Promise<{ address: string }> {
  authorize(actor, canManageChannels(actor))
  const { connector, consent } = consentOf(deps, network)
  requireFields(connector, consent.fields, fields)
  const begun = await inNetworkWords(connector, () => consent.begin(fields, toolsOf(deps)))
  await inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const { workspaceId } = actor
    const by = actorTag(actor)
    const value = begun.pending
    await forgetExpired(tx, workspaceId, deps.clock())
    const secretId = await storeSecret(tx, deps.keyring, { workspaceId, purpose, value, by })
    await tx
      .insertInto('channel_consents')
      .values({
        workspace_id: workspaceId,
        state_hash: hashToken(begun.state),
        network,
        secret_id: secretId,
        begun_by: by,
        expires_at: new Date(deps.clock().getTime() + lifeMs),
      })
      .execute()
  })
  return { address: begun.address }
}

/**
 * Finishes a sign-in with what the browser brought back from the network's page. Only whoever began it
 * can, once, and within 15 minutes.
 */
export async function finishConsent(
  deps: ConsentDeps,
  actor: Actor,
  answer: URLSearchParams,
): Promise<StoredChannel> {
  authorize(actor, canManageChannels(actor))
  const begun = await takeBegun(deps, actor, answer.get('state') ?? '')
  const { connector, consent } = consentOf(deps, begun.network)
  const { connection, account } = await inNetworkWords(connector, async () => {
    const connection = await consent.finish(answer, begun.pending, toolsOf(deps))
    return { connection, account: await verifyConnection(deps, connector, connection) }
  })
  return keepConnection(deps, actor, begun.network, connection, account)
}

/** Takes a begun sign-in out of use, whether or not the network goes on with it. */
async function takeBegun(deps: ConsentDeps, actor: Actor, state: string) {
  const { workspaceId } = actor
  const by = actorTag(actor)
  const mine = { workspaceId, by, stateHash: hashToken(state) }
  const row = await inWorkspace(deps.database.db, workspaceId, (tx) => findBegun(tx, mine))
  if (!row || row.expires_at < deps.clock()) throw notBegun()
  const secretId = SecretId.parse(row.secret_id)
  const secret = { workspaceId, secretId, purpose, by }
  const { value } = await openSecret(deps.database.db, deps.keyring, secret).catch((error) => {
    throw error instanceof AppError && error.code === 'not-found' ? notBegun() : error
  })
  const taken = await inWorkspace(deps.database.db, workspaceId, async (tx) => {
    if (!(await deleteBegun(tx, mine))) return false
    await removeSecret(tx, secret)
    return true
  })
  // Of two answers at the same moment one is first.
  if (!taken) throw notBegun()
  return { network: row.network, pending: JSON.parse(JSON.stringify(value)) }
}

/** Forgets sign-ins that nobody finished in time, with their secrets. */
async function forgetExpired(tx: Tx, workspaceId: WorkspaceId, now: Date): Promise<void> {
  const gone = await tx
    .deleteFrom('channel_consents')
    .where('workspace_id', '=', workspaceId)
    .where('expires_at', '<', now)
    .returning('secret_id')
    .execute()
  for (const { secret_id } of gone)
    await removeSecret(tx, { workspaceId, secretId: SecretId.parse(secret_id), by: 'system' })
}

type Mine = { workspaceId: WorkspaceId; by: string; stateHash: string }

function findBegun(tx: Tx, { workspaceId, by, stateHash }: Mine) {
  return tx
    .selectFrom('channel_consents')
    .select(['network', 'secret_id', 'expires_at'])
    .where('workspace_id', '=', workspaceId)
    .where('state_hash', '=', stateHash)
    .where('begun_by', '=', by)
    .executeTakeFirst()
}

async function deleteBegun(tx: Tx, { workspaceId, by, stateHash }: Mine): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('channel_consents')
    .where('workspace_id', '=', workspaceId)
    .where('state_hash', '=', stateHash)
    .where('begun_by', '=', by)
    .executeTakeFirst()
  return deleted.numDeletedRows > 0n
}

function notBegun(): AppError {
  return new AppError('refused', 'This sign-in was not begun here, or too long ago. Begin again.')
}

function consentOf(deps: ConsentDeps, network: string): { connector: Connector; consent: Consent } {
  const connector = connectorOf(deps, network)
  if (!connector.consent)
    throw new AppError('bad-input', `${connector.name} has no sign-in page of its own to use here.`)
  return { connector, consent: connector.consent }
}

function toolsOf({ http, clock, redirectUri, oauth }: ConsentDeps) {
  return { http, now: clock, redirectUri, oauth }
}
