import { ChannelId, type SecretId } from '../../../contract/ids.ts'
import {
  type Account,
  type Connection,
  type Connector,
  ConnectorError,
  type Session,
} from '../../connectors/contract.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { replaceSecret, storeSecret } from '../vault/index.ts'
import type { ChannelDeps } from './deps.ts'
import { isReachable } from './hook-address.ts'
import { canManageChannels } from './policy.ts'
import { connectorOf, credentialPurpose } from './session.ts'
import {
  findChannel,
  findChannelOfAccount,
  insertChannel,
  type StoredChannel,
  setChannelSecret,
  updateAccount,
  updateService,
} from './store.ts'

export type ConnectInput = { network: string; fields: Record<string, string> }

/**
 * Connects an account: logs in with what was filled in, asks the network who that is and what it may
 * do, and keeps the credential in the vault. Connecting an account that is here already renews it.
 * @throws AppError `bad-input` or `refused` in the network's words, `unavailable` when it does not answer
 */
export async function connectChannel(
  deps: ChannelDeps,
  actor: Actor,
  input: ConnectInput,
): Promise<StoredChannel> {
  authorize(actor, canManageChannels(actor))
  const { connection, account } = await logIn(deps, input)
  return keepConnection(deps, actor, input.network, connection, account)
}

/** Renews the credential of one channel; refused when the fields belong to another account. */
export async function reconnectChannel(
  deps: ChannelDeps,
  actor: Actor,
  id: ChannelId,
  fields: Record<string, string>,
): Promise<StoredChannel> {
  authorize(actor, canManageChannels(actor))
  const before = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    findChannel(tx, actor.workspaceId, id),
  )
  if (!before) throw new AppError('not-found', 'There is no such channel.')
  const { connection, account } = await logIn(deps, { network: before.network, fields })
  const sameServer = connection.service === before.service
  const sameHandle = account.handle === before.account.handle
  if (account.remoteId !== before.account.remoteId || !(sameServer || sameHandle))
    throw new AppError(
      'refused',
      `This signs in as ${account.handle}, but the channel is ${before.account.handle}. Sign in as that account, or connect this one as a new channel.`,
    )
  return keepConnection(deps, actor, before.network, connection, account)
}

/** Keeps a connection made elsewhere (the network's consent page) or just now, with its credential in the vault. */
export async function keepConnection(
  deps: ChannelDeps,
  actor: Actor,
  network: string,
  connection: Connection,
  account: Account,
): Promise<StoredChannel> {
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    const before = await findChannelOfAccount(tx, actor.workspaceId, {
      network,
      service: connection.service,
      remoteId: account.remoteId,
      handle: account.handle,
    })
    const id = before
      ? await renew(tx, deps, actor, before, connection, account)
      : await add(tx, deps, actor, network, connection, account)
    await recordAct(tx, actor, {
      act: before ? 'channel.reconnect' : 'channel.connect',
      subject: `channel:${id}`,
      detail: { network, handle: account.handle, service: connection.service },
    })
    await announce(tx, { workspace: actor.workspaceId, kind: 'channel', id })
    const channel = await findChannel(tx, actor.workspaceId, id)
    if (!channel) throw new Error(`channel ${id} vanished`)
    return channel
  })
}

async function add(
  tx: Tx,
  deps: ChannelDeps,
  actor: Actor,
  network: string,
  connection: Connection,
  account: Account,
): Promise<ChannelId> {
  const id = newId(ChannelId)
  const { workspaceId } = actor
  const secretId: SecretId = await storeSecret(tx, deps.keyring, {
    workspaceId,
    purpose: credentialPurpose,
    value: connection.credential,
    by: actorTag(actor),
  })
  const { service } = connection
  await insertChannel(tx, {
    workspaceId,
    id,
    network,
    service,
    secretId,
    account,
    now: deps.clock(),
  })
  return id
}

async function renew(
  tx: Tx,
  deps: ChannelDeps,
  actor: Actor,
  before: StoredChannel,
  connection: Connection,
  account: Account,
): Promise<ChannelId> {
  const { workspaceId, id, secretId } = before
  const secret = {
    workspaceId,
    purpose: credentialPurpose,
    value: connection.credential,
    by: actorTag(actor),
  }
  // A channel that was disconnected has none any more.
  const replaced = await replaceSecret(tx, deps.keyring, { ...secret, secretId })
  if (!replaced)
    await setChannelSecret(tx, workspaceId, id, await storeSecret(tx, deps.keyring, secret))
  await updateService(tx, workspaceId, id, connection.service)
  await updateAccount(tx, before, { account, now: deps.clock(), problem: null })
  return id
}

async function logIn(
  deps: ChannelDeps,
  { network, fields }: ConnectInput,
): Promise<{ connection: Connection; account: Account }> {
  const connector = connectorOf(deps, network)
  const needed = connector.connectFields.flatMap(({ name, optional }) => (optional ? [] : [name]))
  requireFields(connector, needed, fields)
  return inNetworkWords(connector, async () => {
    const connection = await connector.connect(fields, {
      http: deps.http,
      dial: deps.dial,
      now: deps.clock,
    })
    requireWayIn(deps, connector, connection)
    return { connection, account: await verifyConnection(deps, connector, connection) }
  })
}

/** @throws AppError `refused` when the network is to bring events to an address that it cannot reach */
function requireWayIn(deps: ChannelDeps, connector: Connector, { credential }: Connection): void {
  const use = connector.hook?.use(connector.credential.parse(credential))
  if (use !== 'instead' || isReachable(deps)) return
  throw new AppError(
    'refused',
    `${connector.name} brings messages only to an address that begins with https://, which Parley does not have. Set PARLEY_PUBLIC_URL to such an address, or let Parley ask for messages instead.`,
  )
}

/** @throws AppError `bad-input` naming the first field that is not filled in */
export function requireFields(
  connector: Connector,
  needed: readonly string[],
  fields: Record<string, string>,
): void {
  const missing = connector.connectFields.find(
    ({ name, optional }) => !optional && needed.includes(name) && !fields[name]?.trim(),
  )
  if (missing)
    throw badField(`fields.${missing.name}`, `is missing, for example ${missing.example}`)
}

/** Runs a call to the network; what it refuses becomes an answer in plain words. */
export async function inNetworkWords<Result>(
  connector: Connector,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    throw error instanceof ConnectorError ? inWords(connector, error) : error
  }
}

/** Asks the network who a connection that is not kept yet belongs to. */
export async function verifyConnection(
  deps: ChannelDeps,
  connector: Connector,
  connection: Connection,
): Promise<Account> {
  const session: Session = {
    http: deps.http,
    dial: deps.dial,
    oauth: deps.oauth,
    service: connection.service,
    account: { remoteId: '', handle: '' },
    credential: connector.credential.parse(connection.credential),
    limits: unread,
    now: deps.clock,
    loadCredential: async () => session.credential,
    async saveCredential(next) {
      session.credential = next
      connection.credential = next
    },
  }
  return connector.verify(session)
}

const nothing = {
  text: [],
  urlLength: null,
  mentionsWithoutServer: false,
  countsContentWarning: false,
}

/** Before the first `verify` nothing is known of the limits, and nothing may be sent. */
const unread: Session['limits'] = {
  public: nothing,
  private: null,
  media: { max: 0, imageBytes: 1, imageTypes: [], altText: null },
  readAt: '1970-01-01T00:00:00Z',
}

function inWords(connector: Connector, error: ConnectorError): AppError {
  const { failure } = error
  const options = { cause: error }
  switch (failure.kind) {
    case 'auth-expired':
      return new AppError(
        'refused',
        failure.lost === 'scope'
          ? `${connector.name} accepts this sign-in, but it lacks a permission that Parley needs: ${failure.detail}`
          : `${connector.name} does not accept this sign-in: ${failure.detail}`,
        options,
      )
    case 'rejected':
      return inFieldWords(connector, failure.reason, options)
    case 'rate-limited':
      return new AppError(
        'too-many',
        `${connector.name} asks to wait until ${failure.retryAt.toISOString()} before the next try.`,
        options,
      )
    case 'unavailable':
    case 'unknown-outcome':
      return new AppError(
        'unavailable',
        `${connector.name} does not answer: ${failure.detail}. Nothing was changed; try again later.`,
        options,
      )
  }
}

/** A refusal that begins with the name of a field (`token: …`) is told at that field. */
function inFieldWords(connector: Connector, reason: string, options: { cause: unknown }): AppError {
  const [, name, why] = /^(\w+): (.+)$/s.exec(reason) ?? []
  const known = connector.connectFields.some((field) => field.name === name)
  const fields = known && why ? [{ field: `fields.${name}`, message: why }] : []
  return new AppError('refused', reason, { ...options, fields })
}
