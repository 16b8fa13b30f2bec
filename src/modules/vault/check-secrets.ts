import { WorkspaceId } from '../../../contract/ids.ts'
import { type Keyring, open, UnsealError } from '../../platform/crypto.ts'
import { type Database, inWorkspace } from '../../platform/db.ts'
import { checkClientKeys } from './client-keys.ts'
import { placeOf } from './keep-secret.ts'
import { secretsAfter } from './store.ts'

export type SecretsCheck = { opens: number; closed: number }

const batch = 100

/**
 * Counts the secrets of all workspaces and the installation's own keys that open with this key file and those that do not. Values are
 * dropped unseen. Null for the keyring: there is no key file, and nothing opens.
 */
export async function checkSecrets(
  { db, dispatch }: Pick<Database, 'db' | 'dispatch'>,
  keyring: Keyring | null,
): Promise<SecretsCheck> {
  const check: SecretsCheck = await checkClientKeys(db, keyring)
  const workspaces = await dispatch.selectFrom('workspaces').select('id').execute()
  for (const { id } of workspaces) {
    const workspaceId = WorkspaceId.parse(id)
    for (let after: string | null = '00000000-0000-0000-0000-000000000000'; after !== null; ) {
      const page: { workspaceId: WorkspaceId; after: string; limit: number } = {
        workspaceId,
        after,
        limit: batch,
      }
      const secrets = await inWorkspace(db, workspaceId, (tx) => secretsAfter(tx, page))
      for (const secret of secrets) {
        const opens = keyring !== null && doesOpen(keyring, secret, placeOf(secret))
        check[opens ? 'opens' : 'closed'] += 1
      }
      after = secrets.length < batch ? null : (secrets.at(-1)?.secretId ?? null)
    }
  }
  return check
}

function doesOpen(keyring: Keyring, sealed: Parameters<typeof open>[1], place: string): boolean {
  try {
    open(keyring, sealed, place).fill(0)
    return true
  } catch (error) {
    if (error instanceof UnsealError) return false
    throw error
  }
}
