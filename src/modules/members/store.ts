import { sql } from 'kysely'
import type { InvitationId, KeyId, MemberId, WorkspaceId } from '../../../contract/ids.ts'
import type { MemberRole, Scope } from '../../../contract/session.ts'
import type { Db, Tx } from '../../platform/db.ts'

/** Whether this instance has been set up: asked by visitors, who see no workspace. */
export async function anyWorkspace(db: Db | Tx): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`select parley.any_workspace() as any`.execute(db)
  return rows[0]?.any === true
}

/** Ids of the first two workspaces, oldest first: enough to know whether there is one or several. */
export async function firstWorkspaceIds(db: Db | Tx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from parley.workspace_ids() as id`.execute(
    db,
  )
  return rows.map((row) => row.id)
}

/** Makes set-ups wait for each other until the transaction ends. */
export async function lockSetUp(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(4400, 2)`.execute(tx)
}

/** Speaks for a workspace from here to the end of the transaction. */
export async function enterWorkspace(tx: Tx, workspaceId: string): Promise<void> {
  await sql`select set_config('parley.workspace', ${workspaceId}, true)`.execute(tx)
}

type NewMember = {
  workspaceId: WorkspaceId
  id: MemberId
  userId: string
  role: MemberRole
  name: string
  email: string
  at: Date
}

/** Adds a member, or brings back one who left. @returns the member's id */
export async function insertMember(tx: Tx, member: NewMember): Promise<string> {
  const row = await tx
    .insertInto('members')
    .values({
      workspace_id: member.workspaceId,
      id: member.id,
      user_id: member.userId,
      role: member.role,
      name: member.name,
      email: member.email,
      joined_at: member.at,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'user_id']).doUpdateSet({
        role: member.role,
        name: member.name,
        email: member.email,
        // Who came with an import was here all the time.
        joined_at: sql<Date>`case when members.left_at is null then members.joined_at else excluded.joined_at end`,
        left_at: null,
      }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

const memberColumns = ['id', 'user_id', 'role', 'name', 'email', 'joined_at'] as const

export async function listMembers(db: Db | Tx, workspaceId: WorkspaceId) {
  return db
    .selectFrom('members')
    .select(memberColumns)
    .where('workspace_id', '=', workspaceId)
    .where('left_at', 'is', null)
    .orderBy('joined_at')
    .orderBy('id')
    .execute()
}

/** Locks the workspace's owners and answers how many there are, so that the last one stays. */
export async function lockOwners(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  const rows = await tx
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('role', '=', 'owner')
    .where('left_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.length
}

export async function lockMember(tx: Tx, workspaceId: WorkspaceId, id: MemberId) {
  return tx
    .selectFrom('members')
    .select(memberColumns)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('left_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

export async function lockMemberByEmail(tx: Tx, workspaceId: WorkspaceId, email: string) {
  return tx
    .selectFrom('members')
    .select(memberColumns)
    .where('workspace_id', '=', workspaceId)
    .where('email', '=', email)
    .where('left_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

/** The membership of this user, whether it has ended or not. */
export async function findMemberOfUser(tx: Tx, workspaceId: WorkspaceId, userId: string) {
  return tx
    .selectFrom('members')
    .select([...memberColumns, 'left_at'])
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

/** Whether everybody but the owners must come through the workspace's provider. */
export async function mustSso(tx: Tx, workspaceId: WorkspaceId): Promise<boolean> {
  const { rows } = await sql<{
    must: boolean
  }>`select parley.must_sso(${workspaceId}) as must`.execute(tx)
  return rows[0]?.must === true
}

/** The newest open invitation of this address, locked. The address is in lower case. */
export async function lockInvitationByEmail(
  tx: Tx,
  { workspaceId, email, at }: { workspaceId: WorkspaceId; email: string; at: Date },
) {
  return tx
    .selectFrom('invitations')
    .select(['id', 'role'])
    .where('workspace_id', '=', workspaceId)
    .where(sql<string>`lower(email)`, '=', email)
    .where('accepted_at', 'is', null)
    .where('expires_at', '>', at)
    .orderBy('created_at', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
}

export async function setRole(
  tx: Tx,
  member: { workspaceId: WorkspaceId; id: MemberId; role: MemberRole },
): Promise<void> {
  await tx
    .updateTable('members')
    .set({ role: member.role })
    .where('workspace_id', '=', member.workspaceId)
    .where('id', '=', member.id)
    .execute()
}

export async function setLeft(
  tx: Tx,
  member: { workspaceId: WorkspaceId; id: MemberId; at: Date },
): Promise<void> {
  await tx
    .updateTable('members')
    .set({ left_at: member.at })
    .where('workspace_id', '=', member.workspaceId)
    .where('id', '=', member.id)
    .execute()
}

type NewInvitationRow = {
  workspaceId: WorkspaceId
  id: InvitationId
  email: string
  role: MemberRole
  tokenHash: string
  invitedBy: string
  at: Date
  expiresAt: Date
}

export async function insertInvitation(tx: Tx, invitation: NewInvitationRow): Promise<void> {
  await tx
    .insertInto('invitations')
    .values({
      workspace_id: invitation.workspaceId,
      id: invitation.id,
      email: invitation.email,
      role: invitation.role,
      token_hash: invitation.tokenHash,
      invited_by: invitation.invitedBy,
      created_at: invitation.at,
      expires_at: invitation.expiresAt,
    })
    .execute()
}

export async function listInvitations(db: Db | Tx, workspaceId: WorkspaceId, now: Date) {
  return db
    .selectFrom('invitations')
    .select(['id', 'email', 'role', 'created_at', 'expires_at'])
    .where('workspace_id', '=', workspaceId)
    .where('accepted_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

export async function deleteInvitation(tx: Tx, workspaceId: WorkspaceId, id: InvitationId) {
  return tx
    .deleteFrom('invitations')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .returning(['email', 'role'])
    .executeTakeFirst()
}

/** The open invitation of this token, in whichever workspace; its holder may see it. */
export async function findInvitationByToken(db: Db, tokenHash: string, now: Date) {
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('parley.token_hash', ${tokenHash}, true)`.execute(tx)
    return tx
      .selectFrom('invitations')
      .select(['workspace_id', 'id', 'email', 'role'])
      .where('token_hash', '=', tokenHash)
      .where('accepted_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst()
  })
}

/** @returns false when somebody accepted it at the same moment */
export async function takeInvitation(
  tx: Tx,
  invitation: { workspaceId: WorkspaceId; id: string; at: Date },
): Promise<boolean> {
  const taken = await tx
    .updateTable('invitations')
    .set({ accepted_at: invitation.at })
    .where('workspace_id', '=', invitation.workspaceId)
    .where('id', '=', invitation.id)
    .where('accepted_at', 'is', null)
    .executeTakeFirst()
  return taken.numUpdatedRows === 1n
}

type NewKeyRow = {
  workspaceId: WorkspaceId
  id: KeyId
  name: string
  hash: string
  hint: string
  scopes: readonly Scope[]
  createdBy: string
  at: Date
}

export async function insertKey(tx: Tx, key: NewKeyRow): Promise<void> {
  await tx
    .insertInto('api_keys')
    .values({
      workspace_id: key.workspaceId,
      id: key.id,
      name: key.name,
      hash: key.hash,
      hint: key.hint,
      scopes: [...key.scopes],
      created_by: key.createdBy,
      created_at: key.at,
    })
    .execute()
}

export async function listKeys(db: Db | Tx, workspaceId: WorkspaceId) {
  return db
    .selectFrom('api_keys')
    .select(['id', 'name', 'hint', 'scopes', 'created_at', 'last_used_at', 'revoked_at'])
    .where('workspace_id', '=', workspaceId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

export async function revokeKeyRow(
  tx: Tx,
  key: { workspaceId: WorkspaceId; id: KeyId; at: Date },
): Promise<{ name: string } | undefined> {
  return tx
    .updateTable('api_keys')
    .set({ revoked_at: key.at })
    .where('workspace_id', '=', key.workspaceId)
    .where('id', '=', key.id)
    .where('revoked_at', 'is', null)
    .returning('name')
    .executeTakeFirst()
}

/** Whether an account is connected, for the set-up steps. A read of the channels' table, never a write. */
export async function hasChannel(db: Db | Tx, workspaceId: WorkspaceId): Promise<boolean> {
  const found = await db
    .selectFrom('channels')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
