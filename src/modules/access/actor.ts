import type { KeyId, MemberId, WorkspaceId } from '../../../contract/ids.ts'
import type { MemberRole, Scope } from '../../../contract/session.ts'

/** Who acts: a signed-in member, an API key, the operator at the command line, or Parley by itself. */
export type Actor =
  | {
      kind: 'member'
      workspaceId: WorkspaceId
      memberId: MemberId
      userId: string
      name: string
      role: MemberRole
      /** This session was opened with a second factor. */
      secondFactor: boolean
    }
  | { kind: 'key'; workspaceId: WorkspaceId; keyId: KeyId; name: string; scopes: readonly Scope[] }
  | { kind: 'operator'; workspaceId: WorkspaceId; name: string }
  | { kind: 'system'; workspaceId: WorkspaceId; name: string }

/** The actor as rows and the audit log keep it: `member:<id>`, `key:<id>`, `operator`, `system`. */
export function actorTag(actor: Actor): string {
  switch (actor.kind) {
    case 'member':
      return `member:${actor.memberId}`
    case 'key':
      return `key:${actor.keyId}`
    case 'operator':
    case 'system':
      return actor.kind
  }
}
