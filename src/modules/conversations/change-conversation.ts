import { sql } from 'kysely'
import type { ConversationChange, ConversationSummary } from '../../../contract/conversations.ts'
import type { ConversationId } from '../../../contract/ids.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { clockRules, holdClockVersion } from '../reply-clock/index.ts'
import { checkMember } from './check-member.ts'
import type { ConversationDeps } from './deps.ts'
import { dueText } from './due.ts'
import { findSummary } from './get-conversation.ts'
import { canAssign } from './policy.ts'
import { type SummaryRow, subjectOf, viewSummary } from './view.ts'

/**
 * Changes who holds a conversation, its state, or how pressing it is. With `version`, refused when somebody changed it
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
    // Severity decides what was promised: the rules hold still, before the row is taken.
    const clockVersion = await holdClockVersion(tx)
    await lock(tx, actor, id)
    const before = await findSummary(tx, actor.workspaceId, id)
    if (change.version !== undefined && change.version !== before.version)
      throw new AppError('conflict', 'Somebody changed this conversation a moment ago. Look again.')
    if (change.assigneeId) await checkMember(tx, actor, 'assigneeId', change.assigneeId)
    const next = {
      state: change.state ?? before.state,
      assignee_id: change.assigneeId === undefined ? before.assignee_id : change.assigneeId,
      severity: change.severity === undefined ? before.severity : change.severity,
    }
    const rules = await clockRules(tx, actor.workspaceId, clockVersion)
    const { unanswered_since: since } = before
    if (keys.some((key) => next[key] !== before[key])) {
      const due = dueText(rules, subjectOf({ ...before, severity: next.severity }), since)
      await tx
        .updateTable('conversations')
        .set({
          ...next,
          due_at: sql<Date>`${due}::timestamptz`,
          version: sql<number>`version + 1`,
        })
        .where('workspace_id', '=', actor.workspaceId)
        .where('id', '=', id)
        .execute()
      await recordChange(tx, actor, before, next)
      await announce(tx, { workspace: actor.workspaceId, kind: 'conversation', id })
    }
    return viewSummary(await findSummary(tx, actor.workspaceId, id), deps.clock(), rules)
  })
}

const keys = ['state', 'assignee_id', 'severity'] as const

async function lock(tx: Tx, actor: Actor, id: ConversationId): Promise<void> {
  await tx
    .selectFrom('conversations')
    .select('id')
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

async function recordChange(
  tx: Tx,
  actor: Actor,
  before: SummaryRow,
  next: Pick<SummaryRow, (typeof keys)[number]>,
): Promise<void> {
  const detail = {
    ...(next.state !== before.state && { from: before.state, to: next.state }),
    ...(next.assignee_id !== before.assignee_id && {
      assigneeFrom: before.assignee_id,
      assigneeTo: next.assignee_id,
    }),
    ...(next.severity !== before.severity && {
      severityFrom: before.severity,
      severityTo: next.severity,
    }),
  }
  await recordAct(tx, actor, {
    act: 'conversation.changed',
    subject: `conversation:${before.id}`,
    detail,
  })
}
