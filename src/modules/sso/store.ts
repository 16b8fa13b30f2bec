import type { SsoProviderId, WorkspaceId } from '../../../contract/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { withAuth } from '../members/index.ts'

export type ProviderRow = NonNullable<Awaited<ReturnType<typeof findProvider>>>

export async function findProvider(db: Db | Tx, workspaceId: WorkspaceId, id: string) {
  return db
    .selectFrom('sso_providers')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function lockProvider(tx: Tx, workspaceId: WorkspaceId, id: string) {
  return tx
    .selectFrom('sso_providers')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function listProviders(db: Db | Tx, workspaceId: WorkspaceId) {
  return db
    .selectFrom('sso_providers')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

type ProviderFields = Pick<
  ProviderRow,
  'issuer' | 'client_id' | 'secret_id' | 'name' | 'domains' | 'newcomer_role' | 'trusts_factor'
>

/** @returns false when the workspace has this issuer already */
export async function insertProvider(
  tx: Tx,
  place: { workspaceId: WorkspaceId; id: SsoProviderId; at: Date },
  fields: ProviderFields,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('sso_providers')
    .values({ workspace_id: place.workspaceId, id: place.id, created_at: place.at, ...fields })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

export async function updateProvider(
  tx: Tx,
  place: { workspaceId: WorkspaceId; id: string },
  change: Partial<ProviderFields & Pick<ProviderRow, 'state' | 'tried_factor'>> & {
    tried_at?: Date | null
  },
): Promise<void> {
  await tx
    .updateTable('sso_providers')
    .set(change)
    .where('workspace_id', '=', place.workspaceId)
    .where('id', '=', place.id)
    .execute()
}

/** With everybody who is known through this issuer: another provider begins anew. */
export async function deleteProvider(tx: Tx, row: ProviderRow): Promise<void> {
  await forgetIdentities(tx, row)
  await tx
    .deleteFrom('sso_providers')
    .where('workspace_id', '=', row.workspace_id)
    .where('id', '=', row.id)
    .execute()
}

export async function forgetIdentities(tx: Tx, row: ProviderRow): Promise<void> {
  await tx
    .deleteFrom('sso_identities')
    .where('workspace_id', '=', row.workspace_id)
    .where('issuer', '=', row.issuer)
    .execute()
}

/** Who is known by this subject, and by which subject this user is known, at one issuer. */
export async function findIdentity(
  tx: Tx,
  row: ProviderRow,
  by: { subject: string } | { userId: string },
) {
  const query = tx
    .selectFrom('sso_identities')
    .select(['subject', 'user_id'])
    .where('workspace_id', '=', row.workspace_id)
    .where('issuer', '=', row.issuer)
  return 'subject' in by
    ? query.where('subject', '=', by.subject).executeTakeFirst()
    : query.where('user_id', '=', by.userId).executeTakeFirst()
}

/** Ties the subject to the user; a subject the user was known by before is forgotten. */
export async function putIdentity(
  tx: Tx,
  row: ProviderRow,
  { subject, userId, at }: { subject: string; userId: string; at: Date },
): Promise<void> {
  const { workspace_id, issuer } = row
  await tx
    .deleteFrom('sso_identities')
    .where('workspace_id', '=', workspace_id)
    .where('issuer', '=', issuer)
    .where('user_id', '=', userId)
    .execute()
  await tx
    .insertInto('sso_identities')
    .values({ workspace_id, issuer, subject, user_id: userId, created_at: at })
    .execute()
}

/** Providers that are switched on, in whichever workspace. Asked with the dispatcher's eyes. */
export async function openDoors(dispatch: Db, by: { domain: string } | { id: string }) {
  const query = dispatch
    .selectFrom('sso_providers')
    .select(['workspace_id', 'id', 'name'])
    .where('state', '<>', 'off')
    .orderBy('created_at')
    .limit(20)
  return 'id' in by
    ? query.where('id', '=', by.id).execute()
    : query.where((eb) => eb(eb.val(by.domain), '=', eb.fn.any('domains'))).execute()
}

/** Those of the only workspace; none when there are several: then the e-mail domain tells. */
export async function onlyDoors(dispatch: Db) {
  const workspaces = await dispatch.selectFrom('workspaces').select('id').limit(2).execute()
  if (workspaces.length !== 1) return []
  return dispatch
    .selectFrom('sso_providers')
    .select(['workspace_id', 'id', 'name'])
    .where('state', '<>', 'off')
    .orderBy('created_at')
    .limit(20)
    .execute()
}

type Attempt = {
  stateHash: string
  browserHash: string
  workspaceId: WorkspaceId
  providerId: string
  triedBy: string | null
  next: string | null
  at: Date
}

/** Notes a sign-in that begins, and forgets those that never ended. */
export async function insertAttempt(db: Db, attempt: Attempt): Promise<void> {
  const auth = withAuth(db)
  await auth
    .deleteFrom('auth.sso_attempts')
    .where('created_at', '<', new Date(attempt.at.getTime() - 3_600_000))
    .execute()
  await auth
    .insertInto('auth.sso_attempts')
    .values({
      state_hash: attempt.stateHash,
      browser_hash: attempt.browserHash,
      workspace_id: attempt.workspaceId,
      provider_id: attempt.providerId,
      tried_by: attempt.triedBy,
      next: attempt.next,
      created_at: attempt.at,
    })
    .execute()
}

/** Takes a sign-in out: its answer counts once, and only in the browser that began it. */
export async function takeAttempt(db: Db, hashes: { stateHash: string; browserHash: string }) {
  return withAuth(db)
    .deleteFrom('auth.sso_attempts')
    .where('state_hash', '=', hashes.stateHash)
    .where('browser_hash', '=', hashes.browserHash)
    .returning(['workspace_id', 'provider_id', 'tried_by', 'next', 'created_at'])
    .executeTakeFirst()
}
