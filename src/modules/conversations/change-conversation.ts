import type { ConversationChange, ConversationSummary } from '../../../contract/conversations.ts'
import type { ConversationId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
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
    // Severity decides what was promised: the rules hold still, before the row is taken.
    await holdClockVersion(tx)
    await lockConversation(tx, actor, id)
    const row = await findSummary(tx, actor.workspaceId, id)
    checkVersion(row, change.version)
    await checkPlace(tx, actor, {
      ...(change.assigneeId !== undefined && { assigneeId: change.assigneeId }),
      ...(change.departmentId !== undefined && { departmentId: change.departmentId }),
    })
    const before = placeOf(row)
    const next = {
      state: change.state ?? before.state,
      assigneeId: change.assigneeId === undefined ? before.assigneeId : change.assigneeId,
      departmentId: change.departmentId === undefined ? before.departmentId : change.departmentId,
    }
    const severity = change.severity === undefined ? row.severity : change.severity
    if (!samePlace(before, next) || severity !== row.severity) {
      await putPlace(tx, actor, id, { ...next, severity })
      // How soon an answer is due may hang on it.
      if (severity !== row.severity) await refreshConversations(tx, actor.workspaceId, [id])
      await recordAct(tx, actor, {
        act: 'conversation.changed',
        subject: `conversation:${id}`,
        detail: {
          ...changesOf(before, next),
          ...(severity !== row.severity && { severityFrom: row.severity, severityTo: severity }),
        },
      })
    }
    return readSummary(tx, { workspaceId: actor.workspaceId, id }, deps.clock())
  })
}
