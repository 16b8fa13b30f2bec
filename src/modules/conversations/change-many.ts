import type { BulkChange, BulkOutcome, BulkUndo } from '../../../contract/conversations.ts'
import type { ConversationId } from '../../../contract/ids.ts'
import { inWorkspace } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { applyChange, type Held, sameHeld } from './change-conversation.ts'
import type { ConversationDeps } from './deps.ts'
import { canAssign } from './policy.ts'

type Item = BulkOutcome['items'][number]

/**
 * Makes one change to many conversations, each by itself: what is refused for one says why and stops no
 * other. Asked twice it changes nothing more.
 */
export async function changeMany(
  deps: ConversationDeps,
  actor: Actor,
  { ids, change }: BulkChange,
): Promise<BulkOutcome> {
  authorize(actor, canAssign(actor))
  const items: Item[] = []
  for (const id of new Set(ids))
    items.push(
      await attempt(id, () =>
        inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
          applyChange(tx, actor, id, { change }),
        ),
      ),
    )
  return { items }
}

/** Puts back what a change of many replaced, exactly, and only where nobody changed it since. */
export async function undoMany(
  deps: ConversationDeps,
  actor: Actor,
  { items: wanted }: BulkUndo,
): Promise<BulkOutcome> {
  authorize(actor, canAssign(actor))
  const items: Item[] = []
  for (const { id, before, after } of wanted)
    items.push(
      await attempt(id, () =>
        inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
          applyChange(tx, actor, id, { change: before, expected: after }),
        ),
      ),
    )
  return { items }
}

async function attempt(
  id: ConversationId,
  work: () => Promise<{ before: Held; after: Held }>,
): Promise<Item> {
  try {
    const { before, after } = await work()
    const same = sameHeld(before, after)
    return { id, outcome: same ? 'unchanged' : 'changed', why: null, before, after }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { id, outcome: 'refused', why: error.message, before: null, after: null }
  }
}
