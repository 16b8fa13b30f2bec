import { v7 } from 'uuid'
import { SecretId, type WorkspaceId } from '../../../contract/ids.ts'
import { type Keyring, open, type Sealed, seal } from '../../platform/crypto.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { deleteSecret, insertSecret, noteAccess, selectAndNote, updateSecret } from './store.ts'

/** What binds a sealed value to its row: copied into another row it does not open. */
export type Place = { workspaceId: WorkspaceId; secretId: SecretId; purpose: string }

/**
 * Seals `value` (anything JSON can hold) under the newest root key and keeps it.
 * @param secret `by`: who asked, as the access log shows it
 */
export async function storeSecret(
  tx: Tx,
  keyring: Keyring,
  secret: { workspaceId: WorkspaceId; purpose: string; value: unknown; by: string },
): Promise<SecretId> {
  const place = { ...secret, secretId: newId(SecretId) }
  await insertSecret(tx, { ...place, sealed: sealValue(keyring, place, secret.value) })
  await noteAccess(tx, { ...place, id: v7(), act: 'stored' })
  return place.secretId
}

/**
 * Opens a secret, for the one that speaks to the network, and notes the opening in `secret_accesses`
 * (once for each opener and hour). The value goes to the caller only: it parses it and keeps it nowhere.
 * @throws AppError `not-found` when this workspace has no such secret of this purpose
 * @throws UnsealError when the key file lacks its key, or the row was altered or copied from elsewhere
 */
export async function openSecret(
  db: Db,
  keyring: Keyring,
  secret: Place & { by: string },
): Promise<{ value: unknown; version: number }> {
  const stored = await inWorkspace(db, secret.workspaceId, (tx) => selectAndNote(tx, secret))
  if (!stored)
    throw new AppError('not-found', 'The stored sign-in of this account is gone. Connect it again.')
  const plaintext = open(keyring, stored, placeOf(secret))
  try {
    return { value: JSON.parse(plaintext.toString('utf8')), version: stored.version }
  } finally {
    plaintext.fill(0)
  }
}

/**
 * Puts a new value in the secret's place, for example refreshed tokens.
 * @param secret `expectedVersion`: replace only what `openSecret` gave with this version
 * @returns false when somebody else replaced it first, or it is gone: open it again
 */
export async function replaceSecret(
  tx: Tx,
  keyring: Keyring,
  secret: Place & { value: unknown; by: string; expectedVersion?: number | undefined },
): Promise<boolean> {
  const sealed = sealValue(keyring, secret, secret.value)
  const { workspaceId, secretId, purpose, expectedVersion } = secret
  const won = await updateSecret(tx, { workspaceId, secretId, purpose, sealed, expectedVersion })
  if (won) await noteAccess(tx, { ...secret, id: v7(), act: 'rotated' })
  return won
}

/** Forgets the secret; what remains is the access log. Removing one that is gone does nothing. */
export async function removeSecret(
  tx: Tx,
  secret: { workspaceId: WorkspaceId; secretId: SecretId; by: string },
): Promise<void> {
  if (await deleteSecret(tx, secret)) await noteAccess(tx, { ...secret, id: v7(), act: 'removed' })
}

/** The additional data that a secret is sealed with. */
export function placeOf({ workspaceId, secretId, purpose }: Place): string {
  return `${workspaceId}/${secretId}/${purpose}`.toLowerCase()
}

function sealValue(keyring: Keyring, place: Place, value: unknown): Sealed {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError('a secret must be something JSON can hold')
  return seal(keyring, text, placeOf(place))
}
