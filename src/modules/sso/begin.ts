import { SecretId, type SsoProviderId, WorkspaceId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { openSecret } from '../vault/index.ts'
import { hashesOf, newSecret, tiesOf } from './attempt.ts'
import { returnAddress, type SsoDeps } from './deps.ts'
import { type Connection, discover, signInAddress } from './provider.ts'
import { findProvider, insertAttempt, openDoors, type ProviderRow } from './store.ts'

export const secretPurpose = 'sso-client'

/** Begins a sign-in for a visitor. @returns where to send the browser */
export async function beginSignIn(
  deps: SsoDeps,
  secret: string,
  { id, next }: { id: SsoProviderId; next: string | null },
): Promise<{ address: string }> {
  const [door] = await openDoors(deps.database.dispatch, { id })
  if (!door) throw new AppError('not-found', 'This way to sign in is not offered any more.')
  const workspaceId = WorkspaceId.parse(door.workspace_id)
  const row = await inWorkspace(deps.database.db, workspaceId, (tx) =>
    findProvider(tx, workspaceId, id),
  )
  if (!row) throw new AppError('not-found', 'This way to sign in is not offered any more.')
  return begin(deps, { row, secret, next, triedBy: null })
}

/** Sends the browser to a provider and remembers that it did. `triedBy`: a manager who only tries it. */
export async function begin(
  deps: SsoDeps,
  {
    row,
    secret,
    next,
    triedBy,
  }: { row: ProviderRow; secret: string; next: string | null; triedBy: string | null },
): Promise<{ address: string }> {
  const configuration = await discover(deps, await connectionOf(deps, row))
  const state = newSecret()
  const ties = tiesOf(secret, state)
  await insertAttempt(deps.database.db, {
    ...hashesOf(secret, state),
    workspaceId: WorkspaceId.parse(row.workspace_id),
    providerId: row.id,
    triedBy,
    next,
    at: deps.clock(),
  })
  return { address: await signInAddress(configuration, ties, returnAddress(deps.publicUrl)) }
}

/** How to speak to the provider, its secret out of the vault. */
export async function connectionOf(
  { database, keyring }: Pick<SsoDeps, 'database' | 'keyring'>,
  row: ProviderRow,
): Promise<Connection> {
  const { value } = await openSecret(database.db, keyring, {
    workspaceId: WorkspaceId.parse(row.workspace_id),
    secretId: SecretId.parse(row.secret_id),
    purpose: secretPurpose,
    by: 'system',
  })
  return { issuer: row.issuer, clientId: row.client_id, clientSecret: String(value) }
}
