import { sql } from 'kysely'
import { z } from 'zod'
import type { ConversationSummary } from '../../../contract/conversations.ts'
import type { SnoozeInput } from '../../../contract/departments.ts'
import { ConversationId, WorkspaceId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import { announce, type Database, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { defineJob, enqueue } from '../../platform/jobs.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { ConversationDeps } from './deps.ts'
import { findSummary, readSummary } from './get-conversation.ts'
import { checkVersion, lockConversation } from './place.ts'
import { canAssign } from './policy.ts'
import { comesBack } from './view.ts'

const longest = 366 * 86_400_000

/**
 * Puts a conversation aside until a time. It comes back sooner when the customer writes or when its answer
 * is due: the reply clock goes on.
 */
export async function snoozeConversation(
  deps: ConversationDeps,
  actor: Actor,
  id: ConversationId,
  { until: text, version }: SnoozeInput,
): Promise<ConversationSummary> {
  authorize(actor, canAssign(actor))
  const [until, now] = [new Date(text), deps.clock()]
  if (until <= now) throw badField('until', 'must be in the future')
  if (until.getTime() - now.getTime() > longest) throw badField('until', 'must be within a year')
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    await lockConversation(tx, actor, id)
    const before = await findSummary(tx, actor.workspaceId, id)
    checkVersion(before, version)
    if (before.state === 'done')
      throw new AppError('refused', 'It is done and in no list; it comes back when they write.')
    await putAside(tx, actor, id, { until, at: now })
    await recordAct(tx, actor, {
      act: 'conversation.snoozed',
      subject: `conversation:${id}`,
      detail: { until: until.toISOString() },
    })
    return readSummary(tx, { workspaceId: actor.workspaceId, id }, now)
  })
}

/** Puts it aside, and has it told when it is back. */
export async function putAside(
  tx: Tx,
  { workspaceId }: Actor,
  id: ConversationId,
  snooze: { until: Date; at: Date },
): Promise<void> {
  await setSnooze(tx, workspaceId, id, snooze)
  const row = await findSummary(tx, workspaceId, id)
  await enqueue(
    tx,
    wakeConversation,
    { workspaceId, conversationId: id },
    { key: `snooze:${id}`, runAt: comesBack(row) ?? snooze.until },
  )
}

/** Brings it back into the list now. */
export async function unsnoozeConversation(
  deps: ConversationDeps,
  actor: Actor,
  id: ConversationId,
): Promise<ConversationSummary> {
  authorize(actor, canAssign(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    await lockConversation(tx, actor, id)
    const before = await findSummary(tx, actor.workspaceId, id)
    if (before.snoozed_until === null)
      return readSummary(tx, { workspaceId: actor.workspaceId, id }, deps.clock())
    await setSnooze(tx, actor.workspaceId, id, null)
    await recordAct(tx, actor, {
      act: 'conversation.unsnoozed',
      subject: `conversation:${id}`,
      detail: { until: before.snoozed_until.toISOString() },
    })
    return readSummary(tx, { workspaceId: actor.workspaceId, id }, deps.clock())
  })
}

type WakeDeps = { database: Pick<Database, 'db'>; clock: Clock }

/**
 * Tells everybody that a snoozed conversation is back. Lists show it by the time alone, so that a worker
 * that is down hides nothing; run twice, early or for one that came back by itself it does no harm.
 */
export const wakeConversation = defineJob({
  name: 'conversations.wake',
  payload: z.object({ workspaceId: WorkspaceId, conversationId: ConversationId }),
  async run(deps: WakeDeps, { workspaceId, conversationId }) {
    await inWorkspace(deps.database.db, workspaceId, async (tx) => {
      const row = await tx
        .selectFrom('conversations')
        .select(['snoozed_until', 'snoozed_at', 'due_at'])
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', conversationId)
        .forUpdate()
        .executeTakeFirst()
      const back = row ? comesBack(row) : null
      if (back === null) return
      if (back <= deps.clock()) return setSnooze(tx, workspaceId, conversationId, null)
      const key = `snooze:${conversationId}`
      await enqueue(tx, wakeConversation, { workspaceId, conversationId }, { key, runAt: back })
    })
  },
})

async function setSnooze(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ConversationId,
  snooze: { until: Date; at: Date } | null,
): Promise<void> {
  await tx
    .updateTable('conversations')
    .set({
      snoozed_until: snooze?.until ?? null,
      snoozed_at: snooze?.at ?? null,
      version: sql<number>`version + 1`,
    })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
  await announce(tx, { workspace: workspaceId, kind: 'conversation', id })
}
