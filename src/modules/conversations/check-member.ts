import type { MemberId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import type { Actor } from '../access/index.ts'

/** @throws AppError `bad-input` at `field` unless `id` is a member of the actor's workspace who has not left */
export async function checkMember(
  tx: Tx,
  actor: Actor,
  field: string,
  id: MemberId,
): Promise<void> {
  const member = await tx
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', id)
    .where('left_at', 'is', null)
    .executeTakeFirst()
  if (!member) throw badField(field, 'is not a member of this workspace')
}
