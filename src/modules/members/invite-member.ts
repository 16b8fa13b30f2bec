import type { z } from 'zod'
import { InvitationId } from '../../../contract/ids.ts'
import type { InvitationInput, NewInvitation } from '../../../contract/members.ts'
import type { Clock } from '../../platform/clock.ts'
import { hashToken, randomToken } from '../../platform/crypto.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize, mayGiveRole } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { usersAmong } from './auth-store.ts'
import { insertInvitation, listMembers } from './store.ts'
import { viewInvitation } from './view.ts'

/** How long an invitation is open, in milliseconds. */
export const openForMs = 7 * 86_400_000

/**
 * Invites somebody by e-mail address. The link is in the answer and nowhere else, to be handed over; it
 * works once, for 7 days.
 * @throws conflict when they are a member already
 */
export async function inviteMember(
  { db, clock, publicUrl }: { db: Db; clock: Clock; publicUrl: string },
  actor: Actor,
  { email: given, role }: z.infer<typeof InvitationInput>,
): Promise<z.infer<typeof NewInvitation>> {
  authorize(actor, mayGiveRole(actor, null, role))
  const email = given.trim().toLowerCase()
  const token = randomToken('invite')
  const id = newId(InvitationId)
  const at = clock()
  const expiresAt = new Date(at.getTime() + openForMs)
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const members = await listMembers(tx, actor.workspaceId)
    const before = members.find((member) => member.email === email)
    // One whose sign-in stayed on another Parley comes back by an invitation.
    if (before && (await usersAmong(tx, [before.user_id])).size > 0)
      throw new AppError('conflict', 'They are a member already.', {
        fields: [{ field: 'email', message: 'is a member already' }],
      })
    await insertInvitation(tx, {
      workspaceId: actor.workspaceId,
      id,
      email,
      role,
      tokenHash: hashToken(token),
      invitedBy: actor.kind === 'member' ? actor.memberId : id,
      at,
      expiresAt,
    })
    await recordAct(tx, actor, {
      act: 'invitation.created',
      subject: `invitation:${id}`,
      detail: { email, role, by: actorTag(actor) },
    })
  })
  const row = { id, email, role, created_at: at, expires_at: expiresAt }
  // After the hash: it stays in the browser, so no server's log and no proxy sees the token.
  return { ...viewInvitation(row), link: `${publicUrl}/invitation#${token}` }
}
