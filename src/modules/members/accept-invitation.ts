import { hashPassword, verifyPassword } from 'better-auth/crypto'
import type { z } from 'zod'
import { MemberId, WorkspaceId } from '../../../contract/ids.ts'
import type { AcceptInvitation } from '../../../contract/members.ts'
import { MemberRole } from '../../../contract/session.ts'
import type { Clock } from '../../platform/clock.ts'
import { hashToken } from '../../platform/crypto.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { recordAct } from '../audit/index.ts'
import { findWorkspace } from '../workspaces/index.ts'
import { findUserByEmail, insertUser } from './auth-store.ts'
import { countTry, forgetTries } from './guess-limit.ts'
import { checkPassword, normalPassword } from './password.ts'
import { userToBringBack } from './return-members.ts'
import { findInvitationByToken, insertMember, mustSso, takeInvitation } from './store.ts'

/**
 * Joins a workspace by an invitation: with a new sign-in, or with the password of the one that the
 * address has already. @returns the address, to sign in with
 * @throws not-found for a link that is wrong, used or too old; bad-input naming `password`
 */
export async function acceptInvitation(
  deps: { db: Db; clock: Clock },
  input: z.infer<typeof AcceptInvitation>,
): Promise<{ email: string }> {
  const { db, clock } = deps
  const invitation = await findInvitationByToken(db, hashToken(input.token), clock())
  if (!invitation) throw gone()
  const { email } = invitation
  const workspaceId = WorkspaceId.parse(invitation.workspace_id)
  const existing = await findUserByEmail(db, email)
  const workspace = await inWorkspace(db, workspaceId, (tx) => findWorkspace(tx, workspaceId))
  let passwordHash = ''
  if (existing) await checkOwnPassword(deps, email, existing.password, input.password)
  else {
    const context = { email, name: input.name, business: workspace?.name }
    checkPassword(input.password, context, 'password')
    passwordHash = await hashPassword(normalPassword(input.password))
  }
  await inWorkspace(db, workspaceId, async (tx) => {
    const at = clock()
    if (invitation.role !== 'owner' && (await mustSso(tx, workspaceId)))
      throw new AppError(
        'refused',
        'This business signs in through its own service. Use its button on the sign-in page; this invitation is waiting for you there.',
      )
    if (!(await takeInvitation(tx, { workspaceId, id: invitation.id, at }))) throw gone()
    const { name } = input
    const id = existing ? undefined : await userToBringBack(tx, workspaceId, email)
    const userId = existing?.id ?? (await insertUser(tx, { id, name, email, passwordHash, at }))
    const role = MemberRole.parse(invitation.role)
    const fresh = { workspaceId, id: newId(MemberId), userId, role, name, email, at }
    const memberId = MemberId.parse(await insertMember(tx, fresh))
    const actor = { kind: 'member', workspaceId, memberId, userId, name, role } as const
    await recordAct(
      tx,
      { ...actor, secondFactor: false },
      {
        act: 'member.joined',
        subject: `member:${memberId}`,
        detail: { email, role, invitation: invitation.id },
      },
    )
  })
  return { email }
}

async function checkOwnPassword(
  { db, clock }: { db: Db; clock: Clock },
  email: string,
  hash: string | null,
  password: string,
): Promise<void> {
  await countTry(db, email, clock)
  if (hash === null || !(await verifyPassword({ hash, password: normalPassword(password) })))
    throw badField(
      'password',
      hash === null
        ? 'This address signs in through the service of a business, without a password of its own. Ask for an invitation of another address, or sign in through the service of the business that invites you.'
        : 'You have a sign-in here already. Give its password to join this business too.',
    )
  await forgetTries(db, email)
}

function gone(): AppError {
  return new AppError(
    'not-found',
    'This invitation is not open: it was used, taken back or is older than 7 days. Ask for a new one.',
  )
}
