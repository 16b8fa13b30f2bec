import { sql } from 'kysely'
import { SecretId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Sealed } from '../../platform/crypto.ts'
import type { Tx } from '../../platform/db.ts'

export type SecretKey = { workspaceId: WorkspaceId; secretId: SecretId }
export type StoredSecret = Sealed & { version: number }

const columns = ['key_id', 'wrapped_key', 'nonce', 'ciphertext', 'version'] as const

export async function insertSecret(
  tx: Tx,
  secret: SecretKey & { purpose: string; sealed: Sealed },
): Promise<void> {
  await tx
    .insertInto('secrets')
    .values({
      workspace_id: secret.workspaceId,
      id: secret.secretId,
      purpose: secret.purpose,
      ...toColumns(secret.sealed),
    })
    .execute()
}

/**
 * The secret, with the opening noted: once for each opener and hour, because the sender opens the same
 * one for every message. The note's id is made from the three, so that its primary key keeps it single.
 */
export async function selectAndNote(
  tx: Tx,
  { workspaceId, secretId, purpose, by }: SecretKey & { purpose: string; by: string },
): Promise<StoredSecret | null> {
  const hour = sql`extract(epoch from date_trunc('hour', now()))::bigint`
  const digest = sql`encode(sha256(convert_to(${`${secretId} ${by} `} || ${hour}, 'UTF8')), 'hex')`
  const row = await tx
    .with('noted', (query) =>
      query
        .insertInto('secret_accesses')
        .columns(['workspace_id', 'id', 'secret_id', 'act', 'by'])
        .expression((from) =>
          from
            .selectFrom('secrets')
            .select([
              'workspace_id',
              sql<string>`left(${digest}, 32)::uuid`.as('id'),
              'id as secret_id',
              sql<'opened'>`'opened'`.as('act'),
              sql<string>`${by}::text`.as('by'),
            ])
            .where('workspace_id', '=', workspaceId)
            .where('id', '=', secretId)
            .where('purpose', '=', purpose),
        )
        .onConflict((conflict) => conflict.doNothing()),
    )
    .selectFrom('secrets')
    .select(columns)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', secretId)
    .where('purpose', '=', purpose)
    .executeTakeFirst()
  return row ? toSecret(row) : null
}

/** Replaces the sealed value if it is still of `expectedVersion` (undefined: of any). */
export async function updateSecret(
  tx: Tx,
  change: SecretKey & { purpose: string; sealed: Sealed; expectedVersion: number | undefined },
): Promise<boolean> {
  const query = tx
    .updateTable('secrets')
    .set({
      ...toColumns(change.sealed),
      version: sql<number>`version + 1`,
      rotated_at: sql<Date>`now()`,
    })
    .where('workspace_id', '=', change.workspaceId)
    .where('id', '=', change.secretId)
    .where('purpose', '=', change.purpose)
  const { expectedVersion } = change
  const guarded =
    expectedVersion === undefined ? query : query.where('version', '=', expectedVersion)
  return (await guarded.executeTakeFirst()).numUpdatedRows > 0n
}

export async function deleteSecret(tx: Tx, { workspaceId, secretId }: SecretKey): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('secrets')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', secretId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Locks the next secrets after `after` that another root key than `keyId` wraps. */
export async function lockWrappedByOthers(
  tx: Tx,
  page: { workspaceId: WorkspaceId; keyId: string; after: string; limit: number },
): Promise<(StoredSecret & { secretId: SecretId; purpose: string })[]> {
  const rows = await tx
    .selectFrom('secrets')
    .select([...columns, 'id', 'purpose'])
    .where('workspace_id', '=', page.workspaceId)
    .where('key_id', '<>', page.keyId)
    .where('id', '>', page.after)
    .orderBy('id')
    .limit(page.limit)
    .forUpdate()
    .execute()
  return rows.map((row) => ({
    ...toSecret(row),
    secretId: SecretId.parse(row.id),
    purpose: row.purpose,
  }))
}

/** The next secrets after `after`, as they are stored. */
export async function secretsAfter(
  tx: Tx,
  page: { workspaceId: WorkspaceId; after: string; limit: number },
): Promise<(StoredSecret & SecretKey & { purpose: string })[]> {
  const rows = await tx
    .selectFrom('secrets')
    .select([...columns, 'id', 'purpose'])
    .where('workspace_id', '=', page.workspaceId)
    .where('id', '>', page.after)
    .orderBy('id')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    ...toSecret(row),
    workspaceId: page.workspaceId,
    secretId: SecretId.parse(row.id),
    purpose: row.purpose,
  }))
}

/** The same value under another root key: version and ciphertext stay. */
export async function updateWrapping(
  tx: Tx,
  { workspaceId, secretId, sealed }: SecretKey & { sealed: Sealed },
): Promise<void> {
  await tx
    .updateTable('secrets')
    .set({ ...toColumns(sealed), rotated_at: sql<Date>`now()` })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', secretId)
    .execute()
}

export async function noteAccess(
  tx: Tx,
  access: SecretKey & { id: string; act: 'stored' | 'rotated' | 'removed'; by: string },
): Promise<void> {
  await tx
    .insertInto('secret_accesses')
    .values({
      workspace_id: access.workspaceId,
      id: access.id,
      secret_id: access.secretId,
      act: access.act,
      by: access.by,
    })
    .execute()
}

function toColumns({ keyId, wrappedKey, nonce, ciphertext }: Sealed) {
  return { key_id: keyId, wrapped_key: wrappedKey, nonce, ciphertext }
}

type SecretRow = {
  key_id: string
  wrapped_key: Buffer
  nonce: Buffer
  ciphertext: Buffer
  version: number
}

function toSecret(row: SecretRow): StoredSecret {
  return {
    keyId: row.key_id,
    wrappedKey: row.wrapped_key,
    nonce: row.nonce,
    ciphertext: row.ciphertext,
    version: row.version,
  }
}
