import { sql } from 'kysely'
import { z } from 'zod'
import { ConversationState } from '../../../contract/conversations.ts'
import { type ConversationId, DepartmentId, MemberId } from '../../../contract/ids.ts'
import { announce, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import type { Actor } from '../access/index.ts'
import { checkDepartment } from '../departments/index.ts'
import { settlePages } from '../on-call/index.ts'
import { tell } from '../webhooks/index.ts'
import { checkMember } from './check-member.ts'
import type { SummaryRow } from './view.ts'

/** Whose a conversation is and how it stands. As hand-overs keep it. */
export const Place = z.object({
  state: ConversationState,
  assigneeId: MemberId.nullable(),
  departmentId: DepartmentId.nullable(),
})
export type Place = z.infer<typeof Place>

export function placeOf(row: SummaryRow): Place {
  return Place.parse({
    state: row.state,
    assigneeId: row.assignee_id,
    departmentId: row.department_id,
  })
}

export function samePlace(a: Place, b: Place): boolean {
  return a.state === b.state && a.assigneeId === b.assigneeId && a.departmentId === b.departmentId
}

/**
 * Holds the conversation's row until the transaction ends, so that what is read stays true.
 * @throws AppError `conflict` when it was merged: whoever meant only this one looks at the other first
 */
export async function lockConversation(tx: Tx, actor: Actor, id: ConversationId): Promise<void> {
  const row = await tx
    .selectFrom('conversations')
    .select('merged_into')
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row?.merged_into)
    throw new AppError(
      'conflict',
      'This conversation was merged into another one. Open that one and change it there.',
      { more: { mergedInto: row.merged_into } },
    )
}

/** @throws AppError `conflict` when somebody changed it since the caller read `version` */
export function checkVersion(row: SummaryRow, version: number | undefined): void {
  if (version !== undefined && version !== row.version)
    throw new AppError('conflict', 'Somebody changed this conversation a moment ago. Look again.')
}

/** @throws AppError `bad-input` at the field when there is no such member or department */
export async function checkPlace(
  tx: Tx,
  actor: Actor,
  place: { assigneeId?: MemberId | null; departmentId?: DepartmentId | null },
  fields = { member: 'assigneeId', department: 'departmentId' },
): Promise<void> {
  if (place.departmentId)
    await checkDepartment(tx, actor.workspaceId, place.departmentId, fields.department)
  if (place.assigneeId) await checkMember(tx, actor, fields.member, place.assigneeId)
}

/** Puts it there and tells everybody. What is done is no longer put aside, nor is what must `wake`. */
export async function putPlace(
  tx: Tx,
  actor: Actor,
  id: ConversationId,
  { severity, wake, ...next }: Place & { severity?: string | null; wake?: true },
): Promise<void> {
  const awake = (wake || next.state === 'done') && { snoozed_until: null, snoozed_at: null }
  await tx
    .updateTable('conversations')
    .set({
      state: next.state,
      assignee_id: next.assigneeId,
      department_id: next.departmentId,
      ...(severity !== undefined && { severity }),
      ...awake,
      version: sql<number>`version + 1`,
    })
    .where('workspace_id', '=', actor.workspaceId)
    .where('id', '=', id)
    .execute()
  if (next.state === 'done') await settleHandOvers(tx, actor, id)
  await announce(tx, { workspace: actor.workspaceId, kind: 'conversation', id })
  await settlePages(tx, actor.workspaceId, [id])
  const data = { conversationId: id }
  await tell(tx, actor.workspaceId, [{ type: 'conversation.changed', data }])
}

/** Nothing is pinned in it any more. */
export async function settleHandOvers(tx: Tx, actor: Actor, id: ConversationId): Promise<void> {
  await tx
    .updateTable('hand_overs')
    .set({ settled_at: sql<Date>`now()` })
    .where('workspace_id', '=', actor.workspaceId)
    .where('conversation_id', '=', id)
    .where('settled_at', 'is', null)
    .execute()
}

/** What changed, as the audit log keeps it. */
export function changesOf(before: Place, after: Place) {
  return {
    ...(after.state !== before.state && { from: before.state, to: after.state }),
    ...(after.assigneeId !== before.assigneeId && {
      assigneeFrom: before.assigneeId,
      assigneeTo: after.assigneeId,
    }),
    ...(after.departmentId !== before.departmentId && {
      departmentFrom: before.departmentId,
      departmentTo: after.departmentId,
    }),
  }
}
