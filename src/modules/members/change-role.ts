import type { MemberId } from '../../../contract/ids.ts'
import type { Member } from '../../../contract/members.ts'
import { MemberRole } from '../../../contract/session.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize, can, mayGiveRole } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { usersAmong, usersWithFactor } from './auth-store.ts'
import { keepWayIn } from './join-by-sso.ts'
import { mayChangeRole } from './policy.ts'
import { lockMember, lockOwners, setRole } from './store.ts'
import { viewMember } from './view.ts'

/**
 * Gives a member another role.
 * @throws conflict for the last owner, forbidden beyond the actor's own rights, not-found
 */
export async function changeRole(
  { db }: { db: Db },
  actor: Actor,
  { id, role }: { id: MemberId; role: MemberRole },
): Promise<Member> {
  authorize(actor, can(actor, 'manage-members'))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const owners = await lockOwners(tx, actor.workspaceId)
    const member = await lockMember(tx, actor.workspaceId, id)
    if (!member) throw new AppError('not-found', 'There is no such member.')
    const from = MemberRole.parse(member.role)
    if (from === 'owner' && role !== 'owner' && owners === 1) throw lastOwner()
    authorize(actor, mayChangeRole(actor, { id, role: from }) && mayGiveRole(actor, from, role))
    if (from === 'owner' && role !== 'owner') await keepWayIn(tx, actor.workspaceId, member.user_id)
    await setRole(tx, { workspaceId: actor.workspaceId, id, role })
    const withFactor = await usersWithFactor(tx, [member.user_id])
    await recordAct(tx, actor, {
      act: 'member.role-changed',
      subject: `member:${id}`,
      detail: { from, to: role },
    })
    const signIns = await usersAmong(tx, [member.user_id])
    return viewMember(actor, { ...member, role }, { withFactor, signIns })
  })
}

/** Why the last owner stays as they are. */
export function lastOwner(): AppError {
  return new AppError(
    'conflict',
    'This is the only owner. Make somebody else an owner first, so that the business is not locked out.',
  )
}
