import { type Selectable, sql } from 'kysely'
import { v7 } from 'uuid'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { often, onward } from '../../platform/db-pool.ts'
import { type AuthTables, withAuth } from './auth-tables.ts'

/** The user's memberships that have not ended, oldest first. Sees all workspaces, by the user's own right. */
export async function membershipsOf(db: Db, userId: string) {
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('parley.user', ${userId}, true)`.execute(tx)
    return selectMemberships(tx, userId)
  })
}

async function selectMemberships(tx: Tx, userId: string) {
  return tx
    .selectFrom('members')
    .select(['workspace_id', 'id', 'role', 'name', 'email'])
    .select(sql<boolean>`parley.must_sso(workspace_id)`.as('must_sso'))
    .where('user_id', '=', userId)
    .where('left_at', 'is', null)
    .orderBy('joined_at')
    .orderBy('id')
    .execute()
}

/** A live API key by its hash; the holder of the key may see it in whichever workspace it is. */
export async function findKeyByHash(db: Db, hash: string) {
  return db.transaction().execute(async (tx) => {
    await sql`${sql.raw(onward)} select set_config('parley.token_hash', ${hash}, true)`.execute(tx)
    return tx
      .selectFrom('api_keys')
      .select(['workspace_id', 'id', 'name', 'scopes', 'last_used_at'])
      .where('hash', '=', hash)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
  })
}

export async function touchKey(
  db: Db,
  key: { workspaceId: string; id: string; at: Date },
): Promise<void> {
  await inWorkspace(db, key.workspaceId, (tx) =>
    tx
      .updateTable('api_keys')
      .set({ last_used_at: key.at })
      .where('workspace_id', '=', key.workspaceId)
      .where('id', '=', key.id)
      .execute(),
  )
}

/** @returns false when this code opened a session before */
export async function spendCode(
  db: Db,
  code: { userId: string; codeHash: string; at: Date },
): Promise<boolean> {
  const auth = withAuth(db)
  // A code is valid for 90 seconds at most; what is older cannot come again.
  await auth
    .deleteFrom('auth.used_codes')
    .where('user_id', '=', code.userId)
    .where('used_at', '<', new Date(code.at.getTime() - 300_000))
    .execute()
  const inserted = await auth
    .insertInto('auth.used_codes')
    .values({ user_id: code.userId, code_hash: code.codeHash, used_at: code.at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

export async function findUserByEmail(db: Db, email: string) {
  return withAuth(db)
    .selectFrom('auth.user')
    .leftJoin('auth.account', (join) =>
      join
        .onRef('auth.account.userId', '=', 'auth.user.id')
        .on('auth.account.providerId', '=', 'credential'),
    )
    .select(['auth.user.id', 'auth.account.password'])
    .where('auth.user.email', '=', email)
    .executeTakeFirst()
}

export async function hasPassword(db: Db, userId: string): Promise<boolean> {
  const found = await withAuth(db)
    .selectFrom('auth.account')
    .select('id')
    .where('userId', '=', userId)
    .where('providerId', '=', 'credential')
    .executeTakeFirst()
  return found !== undefined
}

/**
 * Makes a user. The address must be in lower case. `passwordHash` null: they come by single sign-on only.
 * `id`: of a member who was here without a sign-in.
 */
export async function insertUser(
  tx: Tx,
  user: {
    id?: string | undefined
    name: string
    email: string
    passwordHash: string | null
    at: Date
  },
): Promise<string> {
  const id = user.id ?? v7()
  const times = { createdAt: user.at, updatedAt: user.at }
  const auth = withAuth(tx)
  await auth
    .insertInto('auth.user')
    .values({
      id,
      name: user.name,
      email: user.email,
      emailVerified: false,
      twoFactorEnabled: false,
      ...times,
    })
    .execute()
  if (user.passwordHash === null) return id
  await auth
    .insertInto('auth.account')
    .values({
      id: v7(),
      accountId: id,
      providerId: 'credential',
      userId: id,
      password: user.passwordHash,
      ...times,
    })
    .execute()
  return id
}

type OpenSession = Pick<
  Selectable<AuthTables['auth.session']>,
  'id' | 'userId' | 'createdAt' | 'updatedAt' | 'factor' | 'ssoWorkspace'
> &
  Pick<AuthTables['auth.user'], 'email' | 'name' | 'twoFactorEnabled'>

/**
 * The session of this token with its user and the user's memberships, oldest first; null when it is over.
 * One transaction, since every request of a browser begins with it.
 */
export async function openSession(db: Db, token: string) {
  return db.transaction().execute(async (tx) => {
    // From the first statement on the transaction may see what is this user's in all workspaces.
    const { rows } = await sql<OpenSession>`${sql.raw(often)}
      select s.id, s."userId", s."createdAt", s."updatedAt", s.factor, s."ssoWorkspace", u.email, u.name,
        u."twoFactorEnabled", set_config('parley.user', s."userId", true)
      from auth.session s join auth."user" u on u.id = s."userId"
      where s.token = ${token} and s."expiresAt" > now()`.execute(tx)
    const [session] = rows
    if (!session) return null
    return { session, memberships: await selectMemberships(tx, session.userId) }
  })
}

export async function listSessions(db: Db, userId: string, usedSince: Date) {
  return withAuth(db)
    .selectFrom('auth.session')
    .select(['id', 'createdAt', 'updatedAt', 'ipAddress', 'userAgent'])
    .where('userId', '=', userId)
    .where('updatedAt', '>', usedSince)
    .where('expiresAt', '>', sql<Date>`now()`)
    .orderBy('updatedAt', 'desc')
    .execute()
}

export async function touchSession(db: Db, id: string, at: Date): Promise<void> {
  await withAuth(db)
    .updateTable('auth.session')
    .set({ updatedAt: at })
    .where('id', '=', id)
    .execute()
}

/** @returns whether the user had such a session */
export async function endSession(db: Db, userId: string, id: string): Promise<boolean> {
  const ended = await withAuth(db)
    .deleteFrom('auth.session')
    .where('userId', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
  return ended.numDeletedRows > 0n
}

/** @returns how many were ended */
export async function endOtherSessions(
  db: Db,
  userId: string,
  keep: string | null,
): Promise<number> {
  let query = withAuth(db).deleteFrom('auth.session').where('userId', '=', userId)
  if (keep !== null) query = query.where('id', '!=', keep)
  const ended = await query.executeTakeFirst()
  return Number(ended.numDeletedRows)
}

export async function hasPasskey(db: Db, userId: string): Promise<boolean> {
  const found = await withAuth(db)
    .selectFrom('auth.passkey')
    .select('id')
    .where('userId', '=', userId)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** @returns whether the user had such a passkey */
export async function deletePasskey(db: Db, userId: string, id: string): Promise<boolean> {
  const deleted = await withAuth(db)
    .deleteFrom('auth.passkey')
    .where('userId', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
  return deleted.numDeletedRows > 0n
}

/** Takes the authenticator app, its backup codes and all passkeys of a user away. */
export async function removeFactors(tx: Tx, userId: string): Promise<void> {
  const auth = withAuth(tx)
  await auth.deleteFrom('auth.twoFactor').where('userId', '=', userId).execute()
  await auth.deleteFrom('auth.passkey').where('userId', '=', userId).execute()
  await auth
    .updateTable('auth.user')
    .set({ twoFactorEnabled: false })
    .where('id', '=', userId)
    .execute()
}

/** Which of these users have a sign-in on this instance. */
export async function usersAmong(db: Db, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const rows = await withAuth(db)
    .selectFrom('auth.user')
    .select('id')
    .where('id', 'in', [...userIds])
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** Who of these users has a second factor set up. */
export async function usersWithFactor(db: Db, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const rows = await withAuth(db)
    .selectFrom('auth.user')
    .select('id')
    .where('id', 'in', [...userIds])
    .where('twoFactorEnabled', '=', true)
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** Of these users, those who can sign in with a password and an authenticator app. */
export async function usersWithPassword(db: Db, userIds: readonly string[]): Promise<string[]> {
  if (userIds.length === 0) return []
  const rows = await withAuth(db)
    .selectFrom('auth.user')
    .innerJoin('auth.account', 'auth.account.userId', 'auth.user.id')
    .select('auth.user.id')
    .where('auth.user.id', 'in', [...userIds])
    .where('auth.user.twoFactorEnabled', '=', true)
    .where('auth.account.providerId', '=', 'credential')
    .where('auth.account.password', 'is not', null)
    .execute()
  return rows.map((row) => row.id)
}

/** Ends the sessions that a provider of single sign-on opened. @returns how many */
export async function endSessionsOfProvider(db: Db, providerId: string): Promise<number> {
  const ended = await withAuth(db)
    .deleteFrom('auth.session')
    .where('ssoProvider', '=', providerId)
    .executeTakeFirst()
  return Number(ended.numDeletedRows)
}
