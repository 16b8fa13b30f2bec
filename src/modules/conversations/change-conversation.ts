import { sql } from 'kysely'
import type {
  ConversationChange,
  ConversationState,
  ConversationSummary,
} from '../../../contract/conversations.ts'
import { type ConversationId, MemberId } from '../../../contract/ids.ts'
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
    const { rules } = await applyChange(tx, actor, id, { change })
    return viewSummary(await findSummary(tx, actor.workspaceId, id), deps.clock(), rules)
  })
}

/** Who holds a conversation, how it stands and how pressing it is. */
export type Held = {
  state: ConversationState
  assigneeId: MemberId | null
  severity: SummaryRow['severity']
}

/**
 * The change itself, in the caller's transaction. `expected`: refused unless these values still hold.
 * @throws AppError `not-found`, `conflict`, or `bad-input` naming the field
 */
export async function applyChange(
  tx: Tx,
  actor: Actor,
  id: ConversationId,
  { change, expected }: { change: ConversationChange; expected?: Held },
) {
  // Severity decides what was promised: the rules hold still, before the row is taken.
  const clockVersion = await holdClockVersion(tx)
  await lock(tx, actor, id)
  const row = await findSummary(tx, actor.workspaceId, id)
  const before = heldOf(row)
  const changedSince =
    (change.version !== undefined && change.version !== row.version) ||
    (expected && !sameHeld(expected, before))
  if (changedSince)
    throw new AppError('conflict', 'Somebody changed this conversation a moment ago. Look again.')
  const after: Held = {
    state: change.state ?? before.state,
    assigneeId: change.assigneeId === undefined ? before.assigneeId : change.assigneeId,
    severity: change.severity === undefined ? before.severity : change.severity,
  }
  if (after.assigneeId && after.assigneeId !== before.assigneeId)
    await checkMember(tx, actor, 'assigneeId', after.assigneeId)
  const rules = await clockRules(tx, actor.workspaceId, clockVersion)
  if (!sameHeld(after, before)) {
    const next = { state: after.state, assignee_id: after.assigneeId, severity: after.severity }
    const due = dueText(rules, subjectOf({ ...row, severity: next.severity }), row.unanswered_since)
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
    await recordChange(tx, actor, row, next)
    await announce(tx, { workspace: actor.workspaceId, kind: 'conversation', id })
  }
  return { before, after, rules }
}

function heldOf({ state, assignee_id, severity }: SummaryRow): Held {
  return { state, assigneeId: MemberId.nullable().parse(assignee_id), severity }
}

/** Nothing would change from one to the other. */
export function sameHeld(a: Held, b: Held): boolean {
  return a.state === b.state && a.assigneeId === b.assigneeId && a.severity === b.severity
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

async function recordChange(
  tx: Tx,
  actor: Actor,
  before: SummaryRow,
  next: Pick<SummaryRow, 'state' | 'assignee_id' | 'severity'>,
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
