import type { z } from 'zod'
import { InvitationId, KeyId, MemberId } from '../../../contract/ids.ts'
import type { Invitation, Key, Member, SessionInfo } from '../../../contract/members.ts'
import { MemberRole, Scope } from '../../../contract/session.ts'
import type { Actor } from '../access/index.ts'
import type { listSessions } from './auth-store.ts'
import { mayChangeRole, mayRemove } from './policy.ts'
import type { listInvitations, listKeys, listMembers } from './store.ts'

type RowOf<List extends (...given: never[]) => Promise<unknown[]>> = Awaited<
  ReturnType<List>
>[number]

export function viewMember(
  actor: Actor,
  row: RowOf<typeof listMembers>,
  { withFactor, signIns }: { withFactor: ReadonlySet<string>; signIns: ReadonlySet<string> },
): Member {
  const role = MemberRole.parse(row.role)
  return {
    id: MemberId.parse(row.id),
    name: row.name,
    email: row.email,
    role,
    joinedAt: row.joined_at.toISOString(),
    secondFactor: withFactor.has(row.user_id),
    hasSignIn: signIns.has(row.user_id),
    can: {
      changeRole: mayChangeRole(actor, { id: row.id, role }),
      remove: mayRemove(actor, { id: row.id, role }),
    },
  }
}

export function viewInvitation(row: RowOf<typeof listInvitations>): z.infer<typeof Invitation> {
  return {
    id: InvitationId.parse(row.id),
    email: row.email,
    role: MemberRole.parse(row.role),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}

export function viewKey(row: RowOf<typeof listKeys>): Key {
  return {
    id: KeyId.parse(row.id),
    name: row.name,
    hint: row.hint,
    scopes: row.scopes.map((scope) => Scope.parse(scope)),
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}

export function viewSession(
  row: RowOf<typeof listSessions>,
  currentId: string,
): z.infer<typeof SessionInfo> {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.updatedAt.toISOString(),
    ip: row.ipAddress || null,
    userAgent: row.userAgent || null,
    current: row.id === currentId,
  }
}
