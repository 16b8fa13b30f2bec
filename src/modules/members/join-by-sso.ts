import { MemberId, type WorkspaceId } from '../../../contract/ids.ts'
import { MemberRole } from '../../../contract/session.ts'
import type { Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import type { Actor } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { findUserByEmail, insertUser, usersAmong, usersWithPassword } from './auth-store.ts'
import { lastWayIn } from './policy.ts'
import {
  findMemberOfUser,
  insertMember,
  listMembers,
  lockInvitationByEmail,
  lockMemberByEmail,
  mustSso,
  takeInvitation,
} from './store.ts'

export type SsoMember = Extract<Actor, { kind: 'member' }>
type Row = { id: string; user_id: string; role: string; name: string }

/**
 * The member with this sign-in or this address, as long as they have not left. One who came with an import
 * has no sign-in yet and gets one, without a password.
 */
export async function findSsoMember(
  tx: Tx,
  workspaceId: WorkspaceId,
  who: { userId: string } | { email: string },
): Promise<SsoMember | null> {
  if ('email' in who) {
    const found = await lockMemberByEmail(tx, workspaceId, who.email)
    return found ? present(tx, workspaceId, found) : null
  }
  const found = await findMemberOfUser(tx, workspaceId, who.userId)
  return found && found.left_at === null ? present(tx, workspaceId, found) : null
}

async function present(
  tx: Tx,
  workspaceId: WorkspaceId,
  row: Row & { email: string },
): Promise<SsoMember> {
  const { user_id: id, name, email } = row
  if ((await usersAmong(tx, [id])).size === 0)
    await insertUser(tx, { id, name, email, passwordHash: null, at: new Date() })
  return toActor(workspaceId, row)
}

export type Newcomer = {
  workspaceId: WorkspaceId
  /** Verified by a provider whom the workspace trusts with it; lower case. */
  email: string
  name: string
  /** Whom the provider's subject is known as from before, if anybody. */
  knownUserId: string | null
  /** What somebody without an invitation becomes; null: nobody comes without one. */
  newcomerRole: MemberRole | null
  at: Date
}

/**
 * Makes a member of somebody whom the provider vouches for: by an open invitation of their address, else
 * as a newcomer. Who was a member before comes back by an invitation only, and no owner is made this way.
 * @returns null when nothing lets them in
 */
export async function joinBySso(
  tx: Tx,
  newcomer: Newcomer,
): Promise<{ member: SsoMember; invited: boolean } | null> {
  const { workspaceId, email, name, at } = newcomer
  const existing = newcomer.knownUserId ?? (await findUserByEmail(tx, email))?.id ?? null
  const before = existing === null ? null : await findMemberOfUser(tx, workspaceId, existing)
  const invitation = await lockInvitationByEmail(tx, { workspaceId, email, at })
  const role = invitation ? MemberRole.parse(invitation.role) : newcomer.newcomerRole
  if (role === null || role === 'owner' || (before && !invitation)) return null
  if (invitation) await takeInvitation(tx, { workspaceId, id: invitation.id, at })
  const userId = existing ?? (await insertUser(tx, { name, email, passwordHash: null, at }))
  const fresh = { workspaceId, id: newId(MemberId), userId, role, name, email, at }
  const id = await insertMember(tx, fresh)
  const member = toActor(workspaceId, { id, user_id: userId, role, name })
  await recordAct(tx, member, {
    act: 'member.joined',
    subject: `member:${member.memberId}`,
    detail: { email, role, by: 'sso', ...(invitation && { invitation: invitation.id }) },
  })
  return { member, invited: invitation !== undefined }
}

/** Owners who can come without the provider: with a password and an authenticator app. */
export async function ownersWithPassword(tx: Tx, workspaceId: WorkspaceId): Promise<string[]> {
  const members = await listMembers(tx, workspaceId)
  const owners = members.filter(({ role }) => role === 'owner')
  return usersWithPassword(
    tx,
    owners.map((owner) => owner.user_id),
  )
}

/**
 * Keeps one owner who can come without the provider while everybody else must use it.
 * @throws conflict when `leaving` is the last of them
 */
export async function keepWayIn(tx: Tx, workspaceId: WorkspaceId, leaving: string): Promise<void> {
  if (!(await mustSso(tx, workspaceId))) return
  const left = (await ownersWithPassword(tx, workspaceId)).filter((id) => id !== leaving)
  if (left.length === 0) throw lastWayIn()
}

function toActor(workspaceId: WorkspaceId, row: Row): SsoMember {
  return {
    kind: 'member',
    workspaceId,
    memberId: MemberId.parse(row.id),
    userId: row.user_id,
    name: row.name,
    role: MemberRole.parse(row.role),
    secondFactor: false,
  }
}
