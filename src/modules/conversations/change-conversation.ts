import { sql } from 'kysely'
import type { ConversationChange, ConversationSummary } from '../../../contract/conversations.ts'
import type { ConversationId, MemberId } from '../../../contract/ids.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { ConversationDeps } from './deps.ts'
import { findSummary } from './get-conversation.ts'
import { canAssign } from './policy.ts'
import { type SummaryRow, viewSummary } from './view.ts'

/**
 * Changes who holds a conversation, or its state. With `version`, refused when somebody changed it
 * since it was read.
 */
export async function changeConversation(
  deps: ConversationDeps,
  actor: Actor,
  id: ConversationId,
  change: ConversationChange,
): Promise<ConversationSummary> {
  authorize(actor, canAssign(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    await lock(tx, actor, id)
    const before = await findSummary(tx, actor.workspaceId, id)
    if (change.version !== undefined && change.version !== before.version)
      throw new AppError('conflict', 'Somebody changed this conversation a moment ago. Look again.')
    if (change.assigneeId) await checkMember(tx, actor, change.assigneeId)
    const next = {
      state: change.state ?? before.state,
      assignee_id: change.assigneeId === undefined ? before.assignee_id : change.assigneeId,
    }
    if (next.state !== before.state || next.assignee_id !== before.assignee_id) {
      await tx
        .updateTable('conversations')
        .set({ ...next, version: sql<number>`version + 1` })
        .where('workspace_id', '=', actor.workspaceId)
        .where('id', '=', id)
        .execute()
      await recordChange(tx, actor, before, next)
      await announce(tx, { workspace: actor.workspaceId, kind: 'conversation', id })
    }
    return viewSummary(await findSummary(tx, actor.workspaceId, id), deps.clock())
  })
}

async function lock(tx: Tx, actor: Actor, id: ConversationId): Promise<void> {
  await tx
    .selectFrom('conversations')
    .select('id')
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

async function checkMember(tx: Tx, actor: Actor, id: MemberId): Promise<void> {
  const member = await tx
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', id)
    .where('left_at', 'is', null)
    .executeTakeFirst()
  if (!member) throw badField('assigneeId', 'is not a member of this workspace')
}

async function recordChange(
  tx: Tx,
  actor: Actor,
  before: SummaryRow,
  next: { state: string; assignee_id: string | null },
): Promise<void> {
  const detail = {
    ...(next.state !== before.state && { from: before.state, to: next.state }),
    ...(next.assignee_id !== before.assignee_id && {
      assigneeFrom: before.assignee_id,
      assigneeTo: next.assignee_id,
    }),
  }
  await recordAct(tx, actor, {
    act: 'conversation.changed',
    subject: `conversation:${before.id}`,
    detail,
  })
}
