import { MemberId, WorkspaceId } from '../../../contract/ids.ts'
import { MemberRole } from '../../../contract/session.ts'
import type { membershipsOf } from './auth-store.ts'

/** A person's place in one workspace. */
export type Membership = {
  workspaceId: WorkspaceId
  memberId: MemberId
  role: MemberRole
  name: string
  email: string
  /** The workspace lets everybody but its owners in through its own provider only. */
  mustSso: boolean
}

/**
 * The memberships that a session reaches. One that a workspace's provider opened reaches that workspace
 * alone, since nobody else trusts its word; any other reaches those that do not ask for single sign-on.
 * Owners may always come with their password, so that no business is locked out. Pure.
 */
export function reachable(
  memberships: readonly Membership[],
  ssoWorkspace: string | null,
): Membership[] {
  return memberships.filter(({ workspaceId, mustSso, role }) =>
    ssoWorkspace === null ? !mustSso || role === 'owner' : workspaceId === ssoWorkspace,
  )
}

export function toMembership(row: Awaited<ReturnType<typeof membershipsOf>>[number]): Membership {
  return {
    workspaceId: WorkspaceId.parse(row.workspace_id),
    memberId: MemberId.parse(row.id),
    role: MemberRole.parse(row.role),
    name: row.name,
    email: row.email,
    mustSso: row.must_sso,
  }
}
