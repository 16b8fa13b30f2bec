import type { InvitationId } from '../../../contract/ids.ts'
import { MemberRole } from '../../../contract/session.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize, can, mayGiveRole } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { deleteInvitation } from './store.ts'

/** Takes an open invitation back; its link no longer works. */
export async function revokeInvitation(
  { db }: { db: Db },
  actor: Actor,
  id: InvitationId,
): Promise<void> {
  authorize(actor, can(actor, 'manage-members'))
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const invitation = await deleteInvitation(tx, actor.workspaceId, id)
    if (!invitation) throw new AppError('not-found', 'There is no such open invitation.')
    authorize(actor, mayGiveRole(actor, null, MemberRole.parse(invitation.role)))
    await recordAct(tx, actor, {
      act: 'invitation.revoked',
      subject: `invitation:${id}`,
      detail: { email: invitation.email },
    })
  })
}
