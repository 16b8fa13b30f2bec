import type { ConversationChange, ConversationSummary } from '../../../contract/conversations.ts'
import type { ConversationId } from '../../../contract/ids.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { holdClockVersion } from '../reply-clock/index.ts'
import type { ConversationDeps } from './deps.ts'
import { findSummary, readSummary } from './get-conversation.ts'
import {
  changesOf,
  checkPlace,
  checkVersion,
  lockConversation,
  type Place,
  placeOf,
  putPlace,
  samePlace,
} from './place.ts'
import { canAssign } from './policy.ts'
import { refreshConversations } from './refresh-conversations.ts'

/**
 * Changes who holds a conversation, its department, its state or its severity. With `version`, refused
 * when somebody changed it since it was read.
 */
export async function changeConversation(
  deps: ConversationDeps,
  actor: Actor,
  id: ConversationId,
  change: ConversationChange,
): Promise<ConversationSummary> {
  authorize(actor, canAssign(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    await applyChange(tx, actor, id, { change })
    return readSummary(tx, { workspaceId: actor.workspaceId, id }, deps.clock())
  })
}

/** Whose a conversation is, how it stands and how pressing it is. */
export type Held = Place & { severity: string | null }

/**
 * The change itself, in the caller's transaction. `expected`: refused unless these values still hold.
 * @throws AppError `not-found`, `conflict`, or `bad-input` naming the field
 */
export async function applyChange(
  tx: Tx,
  actor: Actor,
  id: ConversationId,
  { change, expected }: { change: ConversationChange; expected?: Held },
): Promise<{ before: Held; after: Held }> {
  // Severity decides what was promised: the rules hold still, before the row is taken.
  await holdClockVersion(tx)
  await lockConversation(tx, actor, id)
  const row = await findSummary(tx, actor.workspaceId, id)
  checkVersion(row, change.version)
  const before: Held = { ...placeOf(row), severity: row.severity }
  if (expected && !sameHeld(expected, before))
    throw new AppError('conflict', 'Somebody changed this conversation a moment ago. Look again.')
  const after: Held = {
    state: change.state ?? before.state,
    assigneeId: change.assigneeId === undefined ? before.assigneeId : change.assigneeId,
    departmentId: change.departmentId === undefined ? before.departmentId : change.departmentId,
    severity: change.severity === undefined ? before.severity : change.severity,
  }
  await checkPlace(tx, actor, {
    ...(after.assigneeId !== before.assigneeId && { assigneeId: after.assigneeId }),
    ...(after.departmentId !== before.departmentId && { departmentId: after.departmentId }),
  })
  if (!sameHeld(after, before)) await put(tx, actor, id, { before, after })
  return { before, after }
}

/** Nothing would change from one to the other. */
export function sameHeld(a: Held, b: Held): boolean {
  return samePlace(a, b) && a.severity === b.severity
}

async function put(
  tx: Tx,
  actor: Actor,
  id: ConversationId,
  { before, after }: { before: Held; after: Held },
): Promise<void> {
  await putPlace(tx, actor, id, after)
  const moved = after.severity !== before.severity
  // How soon an answer is due may hang on it.
  if (moved) await refreshConversations(tx, actor.workspaceId, [id])
  await recordAct(tx, actor, {
    act: 'conversation.changed',
    subject: `conversation:${id}`,
    detail: {
      ...changesOf(before, after),
      ...(moved && { severityFrom: before.severity, severityTo: after.severity }),
    },
  })
}
