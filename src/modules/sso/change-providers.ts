import { SecretId, SsoProviderId } from '../../../contract/ids.ts'
import type { SsoProvider, SsoProviderInput, SsoState } from '../../../contract/sso.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { type Act, recordAct } from '../audit/index.ts'
import { endSessionsOfProvider, ownersWithPassword } from '../members/index.ts'
import { removeSecret, storeSecret } from '../vault/index.ts'
import { begin, connectionOf, secretPurpose } from './begin.ts'
import { checkConnection } from './check-connection.ts'
import type { SsoDeps } from './deps.ts'
import { mayManageSignIn } from './policy.ts'
import {
  deleteProvider,
  findProvider,
  insertProvider,
  listProviders,
  lockProvider,
  type ProviderRow,
  updateProvider,
} from './store.ts'
import { viewProvider } from './view.ts'

export async function readProviders(deps: SsoDeps, actor: Actor): Promise<SsoProvider[]> {
  authorize(actor, mayManageSignIn(actor))
  const rows = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
    listProviders(tx, actor.workspaceId),
  )
  return rows.map(viewProvider)
}

/**
 * Adds a provider, switched off until it was tried. Its description is read at once.
 * @throws bad-input naming `issuer` or `clientSecret`, refused, conflict for a second one of an issuer
 */
export async function addProvider(
  deps: SsoDeps,
  actor: Actor,
  input: SsoProviderInput,
): Promise<SsoProvider> {
  authorize(actor, mayManageSignIn(actor))
  const { clientSecret } = input
  if (clientSecret === undefined)
    throw badField('clientSecret', 'The provider gave it to you together with the client ID.')
  const issuer = await checkConnection(deps, { ...input, clientSecret })
  const { workspaceId } = actor
  const id = newId(SsoProviderId)
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const secret = { workspaceId, purpose: secretPurpose, value: clientSecret }
    const secret_id = await storeSecret(tx, deps.keyring, { ...secret, by: actorTag(actor) })
    const fields = { ...fieldsOf(input, issuer), secret_id }
    if (!(await insertProvider(tx, { workspaceId, id, at: deps.clock() }, fields)))
      throw new AppError('conflict', 'This provider is in the list already. Change that one.', {
        fields: [{ field: 'issuer', message: 'is in the list already' }],
      })
    await record(tx, actor, { act: 'sso.added', id, detail: detailOf(input, issuer) })
    return viewProvider(await need(tx, actor, id))
  })
}

/** Changes a provider. With another connection it is switched off until it was tried again. */
export async function changeProvider(
  deps: SsoDeps,
  actor: Actor,
  { id, input }: { id: SsoProviderId; input: SsoProviderInput },
): Promise<SsoProvider> {
  authorize(actor, mayManageSignIn(actor))
  const { workspaceId } = actor
  const before = await inWorkspace(deps.database.db, workspaceId, (tx) => need(tx, actor, id))
  const clientSecret = input.clientSecret ?? (await connectionOf(deps, before)).clientSecret
  const reconnects =
    input.clientSecret !== undefined ||
    input.issuer !== before.issuer ||
    input.clientId !== before.client_id
  const issuer = reconnects
    ? await checkConnection(deps, { ...input, clientSecret })
    : before.issuer
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const row = await need(tx, actor, id, 'lock')
    const by = actorTag(actor)
    let { secret_id } = row
    if (input.clientSecret !== undefined) {
      await removeSecret(tx, { workspaceId, secretId: SecretId.parse(row.secret_id), by })
      const secret = { workspaceId, purpose: secretPurpose, value: clientSecret, by }
      secret_id = await storeSecret(tx, deps.keyring, secret)
    }
    const taken = (await listProviders(tx, workspaceId)).some(
      (other) => other.id !== id && other.issuer === issuer,
    )
    if (taken)
      throw new AppError('conflict', 'This provider is in the list already. Change that one.', {
        fields: [{ field: 'issuer', message: 'is in the list already' }],
      })
    const anew = { state: 'off' as const, tried_at: null, tried_factor: null }
    const fields = { ...fieldsOf(input, issuer), secret_id, ...(reconnects && anew) }
    await updateProvider(tx, { workspaceId, id }, fields)
    // What its word was worth when they came in may no longer be what it is worth now.
    if (reconnects || (row.trusts_factor && !input.trustsFactor))
      await endSessionsOfProvider(tx, id)
    await record(tx, actor, { act: 'sso.changed', id, detail: detailOf(input, issuer) })
    return viewProvider(await need(tx, actor, id))
  })
}

/** Switches a provider on, off, or on for everybody but the owners. Off ends the sessions it opened. */
export async function switchProvider(
  deps: SsoDeps,
  actor: Actor,
  { id, state }: { id: SsoProviderId; state: SsoState },
): Promise<SsoProvider> {
  authorize(actor, mayManageSignIn(actor))
  const { workspaceId } = actor
  return inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const row = await need(tx, actor, id, 'lock')
    if (state !== 'off' && row.tried_at === null)
      throw new AppError('conflict', 'Try it first: sign in through it once yourself.')
    if (state === 'enforced' && (await ownersWithPassword(tx, workspaceId)).length === 0)
      throw new AppError(
        'conflict',
        'One owner has to be able to come with a password and an authenticator app, in case the provider is away. Set that up first.',
      )
    await updateProvider(tx, { workspaceId, id }, { state })
    if (state === 'off') await endSessionsOfProvider(tx, id)
    await record(tx, actor, { act: 'sso.switched', id, detail: { from: row.state, to: state } })
    return viewProvider(await need(tx, actor, id))
  })
}

/** Removes a provider with its secret, whom it knew and the sessions it opened. */
export async function removeProvider(
  deps: SsoDeps,
  actor: Actor,
  id: SsoProviderId,
): Promise<void> {
  authorize(actor, mayManageSignIn(actor))
  const { workspaceId } = actor
  await inWorkspace(deps.database.db, workspaceId, async (tx) => {
    const row = await need(tx, actor, id, 'lock')
    await deleteProvider(tx, row)
    const secretId = SecretId.parse(row.secret_id)
    await removeSecret(tx, { workspaceId, secretId, by: actorTag(actor) })
    await endSessionsOfProvider(tx, id)
    const detail = { name: row.name, issuer: row.issuer }
    await record(tx, actor, { act: 'sso.removed', id, detail })
  })
}

/** Sends a manager to the provider to see that it works, switched on or not. */
export async function tryProvider(
  deps: SsoDeps,
  actor: Actor,
  { id, secret }: { id: SsoProviderId; secret: string },
): Promise<{ address: string }> {
  authorize(actor, mayManageSignIn(actor))
  if (actor.kind !== 'member')
    throw new AppError('forbidden', 'A person tries this, not a program.')
  const row = await inWorkspace(deps.database.db, actor.workspaceId, (tx) => need(tx, actor, id))
  return begin(deps, { row, secret, next: null, triedBy: actor.memberId })
}

async function need(tx: Tx, actor: Actor, id: SsoProviderId, how?: 'lock'): Promise<ProviderRow> {
  const find = how === 'lock' ? lockProvider : findProvider
  const row = await find(tx, actor.workspaceId, id)
  if (!row) throw new AppError('not-found', 'There is no such provider.')
  return row
}

function fieldsOf(input: SsoProviderInput, issuer: string) {
  return {
    issuer,
    client_id: input.clientId,
    name: input.name,
    domains: [...new Set(input.domains)],
    newcomer_role: input.newcomerRole,
    trusts_factor: input.trustsFactor,
  }
}

function detailOf(input: SsoProviderInput, issuer: string): Act['detail'] {
  const { name, clientId, domains, newcomerRole, trustsFactor } = input
  return { name, issuer, clientId, domains, newcomerRole, trustsFactor }
}

function record(
  tx: Tx,
  actor: Actor,
  { act, id, detail }: { act: string; id: string; detail: Act['detail'] },
): Promise<unknown> {
  return recordAct(tx, actor, { act, subject: `sso:${id}`, detail })
}
