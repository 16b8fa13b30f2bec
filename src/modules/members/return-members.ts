import { InvitationId, type WorkspaceId } from '../../../contract/ids.ts'
import { hashToken, randomToken } from '../../platform/crypto.ts'
import type { Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { usersAmong } from './auth-store.ts'
import { openForMs } from './invite-member.ts'
import {
  anyWorkspace,
  insertInvitation,
  listMembers,
  lockMemberByEmail,
  lockSetUp,
} from './store.ts'

/** A member whose sign-in stayed on another Parley, and the link with which they set a new one. */
export type ReturnLink = { name: string; email: string; link: string }

/**
 * Makes sure that nobody has set this instance up, and that nobody does until the transaction ends.
 * @throws conflict when it has a workspace
 */
export async function lockEmptyInstance(tx: Tx): Promise<void> {
  await lockSetUp(tx)
  if (await anyWorkspace(tx))
    throw new AppError(
      'conflict',
      'This Parley is not empty, and an import would mix two. Import into a new one: another PARLEY_HOME or an empty database. Nothing was changed.',
    )
}

/** Invites the owners of a workspace that came from elsewhere: they bring no password along. */
export async function inviteOwnersBack(
  tx: Tx,
  { workspaceId, at, publicUrl }: { workspaceId: WorkspaceId; at: Date; publicUrl: string },
): Promise<ReturnLink[]> {
  const links: ReturnLink[] = []
  for (const { id, name, email, role } of await listMembers(tx, workspaceId)) {
    if (role !== 'owner') continue
    const token = randomToken('invite')
    await insertInvitation(tx, {
      workspaceId,
      id: newId(InvitationId),
      email,
      role,
      tokenHash: hashToken(token),
      invitedBy: id,
      at,
      expiresAt: new Date(at.getTime() + openForMs),
    })
    links.push({ name, email, link: `${publicUrl}/invitation#${token}` })
  }
  return links
}

/** The user id of a member with this address who has no sign-in here: the one that a new sign-in takes. */
export async function userToBringBack(
  tx: Tx,
  workspaceId: WorkspaceId,
  email: string,
): Promise<string | undefined> {
  const member = await lockMemberByEmail(tx, workspaceId, email)
  if (!member) return undefined
  return (await usersAmong(tx, [member.user_id])).has(member.user_id) ? undefined : member.user_id
}
