import { z } from 'zod'
import { ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { enqueue } from '../../platform/jobs.ts'
import { raiseVersion } from './store.ts'

/**
 * Asks for the due times of all conversations in which somebody waits to be worked out by the rules of
 * `version`, from the conversation after `after` on. The conversations' module does it.
 */
export const recountDue = {
  name: 'conversations.recount-due',
  payload: z.object({
    workspaceId: WorkspaceId,
    version: z.int(),
    after: ConversationId.nullable(),
  }),
}

const changing = new WeakSet<Tx>()

/** Whether the version that this transaction reads is one that it made itself. */
export function changesRules(tx: Tx): boolean {
  return changing.has(tx)
}

/**
 * Policy, calendars or whom a rule is about changed: they have a new version, and what is due is worked out
 * again by it. The rules must have been taken before (`takeClock`).
 */
export async function announceRules(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  changing.add(tx)
  const version = await raiseVersion(tx, workspaceId)
  await enqueue(
    tx,
    recountDue,
    { workspaceId, version, after: null },
    { key: recountKey(workspaceId) },
  )
  return version
}

/** One waiting job for each workspace: that of the newest rules. */
export function recountKey(workspaceId: WorkspaceId): string {
  return `recount-due:${workspaceId}`
}
