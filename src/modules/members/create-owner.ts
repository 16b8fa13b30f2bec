import { hashPassword } from 'better-auth/crypto'
import { MemberId, WorkspaceId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { Actor } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { checkTimeZone, insertWorkspace } from '../workspaces/index.ts'
import { findUserByEmail, insertUser } from './auth-store.ts'
import { checkPassword, normalPassword } from './password.ts'
import { userToBringBack } from './return-members.ts'
import {
  anyWorkspace,
  enterWorkspace,
  firstWorkspaceIds,
  insertMember,
  lockSetUp,
} from './store.ts'

export type NewOwner = {
  /** Name of the business. Left out: another owner of the only workspace, or a first one under a plain name. */
  business?: string | undefined
  name: string
  email: string
  password: string
  timeZone?: string | undefined
  locale?: 'en' | 'ro' | undefined
}

export type CreatedOwner = { workspaceId: WorkspaceId; memberId: MemberId }

/**
 * Makes an owner who signs in with this password, for the operator: of a new workspace when a business is
 * named or there is none yet, else of the one there is. The second factor is added at the first sign-in.
 * @throws bad-input naming `password`, `email` or `timeZone`; conflict when the address has a sign-in
 */
export async function createOwner(
  deps: { db: Db; clock: Clock },
  owner: NewOwner,
): Promise<CreatedOwner> {
  return makeOwner(deps, owner, { onlyFirst: false, actorName: 'Command line' })
}

/**
 * The first owner of a fresh instance, from the set-up page.
 * @throws conflict when the instance has a workspace already; of two at once one wins
 */
export async function setUpFirstOwner(
  deps: { db: Db; clock: Clock },
  owner: NewOwner,
): Promise<CreatedOwner> {
  if (await anyWorkspace(deps.db)) throw alreadySetUp()
  return makeOwner(deps, owner, { onlyFirst: true, actorName: 'Set-up' })
}

async function makeOwner(
  { db, clock }: { db: Db; clock: Clock },
  owner: NewOwner,
  { onlyFirst, actorName }: { onlyFirst: boolean; actorName: string },
): Promise<CreatedOwner> {
  const email = owner.email.trim().toLowerCase()
  checkPassword(owner.password, { ...owner, email }, 'password')
  const timeZone = checkTimeZone(owner.timeZone ?? 'UTC')
  // Slow on purpose, so it is done before anything is locked.
  const passwordHash = await hashPassword(normalPassword(owner.password))
  return db.transaction().execute(async (tx) => {
    await lockSetUp(tx)
    if (onlyFirst && (await anyWorkspace(tx))) throw alreadySetUp()
    if (await findUserByEmail(tx, email))
      throw new AppError('conflict', 'There is a sign-in with this e-mail address already.', {
        fields: [{ field: 'email', message: 'is in use' }],
      })
    const existing = await onlyWorkspace(tx, owner.business)
    const workspaceId = existing ?? newId(WorkspaceId)
    await enterWorkspace(tx, workspaceId)
    if (existing === null) {
      const name = owner.business ?? `${owner.name}'s business`
      await insertWorkspace(tx, { id: workspaceId, name, timeZone, locale: owner.locale ?? 'en' })
    }
    const at = clock()
    const id = await userToBringBack(tx, workspaceId, email)
    const userId = await insertUser(tx, { id, name: owner.name, email, passwordHash, at })
    const member = { workspaceId, id: newId(MemberId), userId, role: 'owner' as const, at }
    const memberId = MemberId.parse(await insertMember(tx, { ...member, name: owner.name, email }))
    const actor: Actor = { kind: 'operator', workspaceId, name: actorName }
    if (existing === null)
      await recordAct(tx, actor, {
        act: 'workspace.created',
        subject: `workspace:${workspaceId}`,
        detail: { timeZone },
      })
    await recordAct(tx, actor, {
      act: 'owner.created',
      subject: `member:${memberId}`,
      detail: { email },
    })
    return { workspaceId, memberId }
  })
}

/** The workspace a new owner joins when no business is named; null: a new one is to be made. */
async function onlyWorkspace(tx: Tx, business: string | undefined): Promise<WorkspaceId | null> {
  if (business !== undefined) return null
  const [first, second] = await firstWorkspaceIds(tx)
  if (second !== undefined)
    throw badField('business', 'There are several workspaces. Name the business for a new one.')
  return first === undefined ? null : WorkspaceId.parse(first)
}

function alreadySetUp(): AppError {
  return new AppError(
    'conflict',
    'Parley is set up already. Sign in, or ask an owner to invite you.',
  )
}
