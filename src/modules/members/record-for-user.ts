import { type Db, inWorkspace } from '../../platform/db.ts'
import type { Actor } from '../access/index.ts'
import { type Act, recordAct } from '../audit/index.ts'
import { membershipsOf } from './auth-store.ts'
import { type Membership, toMembership } from './membership.ts'

/**
 * Records an act that concerns the person everywhere they are a member: signing in, changing a password.
 * The machinery wrote the change itself a moment before, in a transaction of its own.
 */
export async function recordForUser(
  db: Db,
  userId: string,
  act: Omit<Act, 'subject'>,
): Promise<void> {
  for (const membership of (await membershipsOf(db, userId)).map(toMembership)) {
    await inWorkspace(db, membership.workspaceId, (tx) =>
      recordAct(tx, actorFrom(membership, userId), {
        ...act,
        subject: `member:${membership.memberId}`,
      }),
    )
  }
}

function actorFrom(membership: Membership, userId: string): Actor {
  const { workspaceId, memberId, name, role } = membership
  return { kind: 'member', workspaceId, memberId, userId, name, role, secondFactor: false }
}
