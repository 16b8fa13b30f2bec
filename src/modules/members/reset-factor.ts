import { MemberId } from '../../../contract/ids.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { endOtherSessions, removeFactors } from './auth-store.ts'
import { forgetTries } from './guess-limit.ts'
import { mayResetFactor } from './policy.ts'
import { lockMemberByEmail } from './store.ts'

/**
 * Helps a member who lost their second factor: takes the authenticator app, its backup codes and all
 * passkeys away and ends all sessions. Their password stays; at the next sign-in they set up another.
 * @throws forbidden to everybody but the operator; not-found when no member has this address
 */
export async function resetFactor(
  { db }: { db: Db },
  actor: Actor,
  email: string,
): Promise<{ memberId: MemberId; name: string }> {
  authorize(actor, mayResetFactor(actor))
  const address = email.trim().toLowerCase()
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const member = await lockMemberByEmail(tx, actor.workspaceId, address)
    if (!member) throw new AppError('not-found', `No member has the address ${address}.`)
    await removeFactors(tx, member.user_id)
    const sessions = await endOtherSessions(tx, member.user_id, null)
    await forgetTries(tx, address)
    await recordAct(tx, actor, {
      act: 'second-factor.reset',
      subject: `member:${member.id}`,
      detail: { email: address, sessions },
    })
    return { memberId: MemberId.parse(member.id), name: member.name }
  })
}
