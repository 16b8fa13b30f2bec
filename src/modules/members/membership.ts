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
}

export function toMembership(row: Awaited<ReturnType<typeof membershipsOf>>[number]): Membership {
  return {
    workspaceId: WorkspaceId.parse(row.workspace_id),
    memberId: MemberId.parse(row.id),
    role: MemberRole.parse(row.role),
    name: row.name,
    email: row.email,
  }
}
