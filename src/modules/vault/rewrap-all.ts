import { v7 } from 'uuid'
import { type SecretId, WorkspaceId } from '../../../contract/ids.ts'
import { type Keyring, rewrap, UnsealError } from '../../platform/crypto.ts'
import { type Database, inWorkspace } from '../../platform/db.ts'
import { rewrapClientKeys } from './client-keys.ts'
import { placeOf } from './keep-secret.ts'
import { lockWrappedByOthers, noteAccess, updateWrapping } from './store.ts'

export type Rewrapped = {
  rewrapped: number
  /** Secrets that do not open with this key file and were left as they are. */
  broken: { workspaceId: WorkspaceId; secretId: SecretId; why: string }[]
  /** Keys of the installation itself, likewise. */
  brokenKeys: { kid: string; why: string }[]
}

const batch = 100
const firstId = '00000000-0000-0000-0000-000000000000'

/**
 * Puts every secret of every workspace, and the installation's own keys, under the newest root key, so that the older ones can leave the
 * key file. In small transactions: it may be interrupted and repeated, and the sender works meanwhile.
 */
export async function rewrapAll(
  database: Pick<Database, 'db' | 'dispatch'>,
  keyring: Keyring,
): Promise<Rewrapped> {
  const own = await rewrapClientKeys(database.db, keyring)
  const total: Rewrapped = { rewrapped: own.rewrapped, broken: [], brokenKeys: own.broken }
  const workspaces = await database.dispatch.selectFrom('workspaces').select('id').execute()
  for (const { id } of workspaces) {
    const workspaceId = WorkspaceId.parse(id)
    for (let after: string | null = firstId; after !== null; ) {
      const done = await rewrapBatch(database, keyring, { workspaceId, after })
      total.rewrapped += done.rewrapped
      total.broken.push(...done.broken)
      after = done.next
    }
  }
  return total
}

async function rewrapBatch(
  { db }: Pick<Database, 'db'>,
  keyring: Keyring,
  { workspaceId, after }: { workspaceId: WorkspaceId; after: string },
): Promise<Omit<Rewrapped, 'brokenKeys'> & { next: string | null }> {
  return inWorkspace(db, workspaceId, async (tx) => {
    const keyId = keyring.newest.id
    const secrets = await lockWrappedByOthers(tx, { workspaceId, keyId, after, limit: batch })
    const broken: Rewrapped['broken'] = []
    for (const secret of secrets) {
      const place = { workspaceId, secretId: secret.secretId, purpose: secret.purpose }
      const sealed = tryRewrap(() => rewrap(keyring, secret, placeOf(place)))
      if ('why' in sealed) {
        broken.push({ workspaceId, secretId: secret.secretId, why: sealed.why })
      } else {
        await updateWrapping(tx, { ...place, sealed })
        await noteAccess(tx, { ...place, id: v7(), act: 'rotated', by: 'operator' })
      }
    }
    const last = secrets.at(-1)?.secretId ?? null
    const next = secrets.length < batch ? null : last
    return { rewrapped: secrets.length - broken.length, broken, next }
  })
}

function tryRewrap<Sealed>(work: () => Sealed): Sealed | { why: string } {
  try {
    return work()
  } catch (error) {
    if (error instanceof UnsealError) return { why: error.message }
    throw error
  }
}
