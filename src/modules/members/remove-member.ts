import type { MemberId } from '../../../contract/ids.ts'
import { MemberRole } from '../../../contract/session.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize, can } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { endOtherSessions } from './auth-store.ts'
import { lastOwner } from './change-role.ts'
import { keepWayIn } from './join-by-sso.ts'
import { mayRemove } from './policy.ts'
import { lockMember, lockOwners, setLeft } from './store.ts'

/**
 * Takes a member out of the workspace and ends their sessions with the same commit.
 * @throws conflict for the last owner, forbidden, not-found
 */
export async function removeMember(
  { db, clock }: { db: Db; clock: Clock },
  actor: Actor,
  id: MemberId,
): Promise<void> {
  authorize(actor, can(actor, 'read-members'))
  await inWorkspace(db, actor.workspaceId, async (tx) => {
    const owners = await lockOwners(tx, actor.workspaceId)
    const member = await lockMember(tx, actor.workspaceId, id)
    if (!member) throw new AppError('not-found', 'There is no such member.')
    const role = MemberRole.parse(member.role)
    authorize(actor, mayRemove(actor, { id, role }))
    if (role === 'owner' && owners === 1) throw lastOwner()
    if (role === 'owner') await keepWayIn(tx, actor.workspaceId, member.user_id)
    await setLeft(tx, { workspaceId: actor.workspaceId, id, at: clock() })
    await endOtherSessions(tx, member.user_id, null)
    await recordAct(tx, actor, {
      act: 'member.removed',
      subject: `member:${id}`,
      detail: { name: member.name, email: member.email, role },
    })
  })
}
