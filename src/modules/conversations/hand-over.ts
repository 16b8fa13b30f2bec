import { z } from 'zod'
import type { ConversationSummary } from '../../../contract/conversations.ts'
import type { HandOverInput } from '../../../contract/departments.ts'
import { type ConversationId, HandOverId, NoteId } from '../../../contract/ids.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { cleanText } from '../../platform/fold-text.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { ConversationDeps } from './deps.ts'
import { findSummary, readSummary } from './get-conversation.ts'
import { pinAgain } from './move-rows.ts'
import {
  changesOf,
  checkPlace,
  checkVersion,
  lockConversation,
  Place,
  placeOf,
  putPlace,
  samePlace,
  settleHandOvers,
} from './place.ts'
import { canAssign } from './policy.ts'
import { putAside } from './snooze-conversation.ts'
import type { SummaryRow } from './view.ts'

/**
 * Gives a conversation to a department, a colleague, or a colleague in a department, with a note that is
 * pinned for whoever takes it. Whoever is not named no longer holds it.
 */
export async function handOver(
  deps: ConversationDeps,
  actor: Actor,
  id: ConversationId,
  input: HandOverInput,
): Promise<ConversationSummary> {
  authorize(actor, canAssign(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    await lockConversation(tx, actor, id)
    const row = await findSummary(tx, actor.workspaceId, id)
    checkVersion(row, input.version)
    const before = placeOf(row)
    const after = placeAfter(actor, before, input)
    const to = { assigneeId: after.assigneeId, departmentId: input.departmentId ?? null }
    await checkPlace(tx, actor, to, { member: 'memberId', department: 'departmentId' })
    // Whoever gets it must see it.
    await putPlace(tx, actor, id, { ...after, wake: true })
    const pinned = await pinnedIn(tx, actor, id)
    await settleHandOvers(tx, actor, id)
    const handOverId = newId(HandOverId)
    const noteId = await insertNote(tx, actor, id, { text: input.note, at: deps.clock() })
    await tx
      .insertInto('hand_overs')
      .values({
        workspace_id: actor.workspaceId,
        id: handOverId,
        conversation_id: id,
        note_id: noteId,
        to_department_id: input.departmentId ?? null,
        to_member_id: input.memberId ?? null,
        by_actor: actorTag(actor),
        by_name: actor.name,
        at: deps.clock(),
        before: JSON.stringify({ ...before, ...besides(row), pinned: pinned?.id ?? null }),
        after: JSON.stringify(after),
      })
      .execute()
    await recordAct(tx, actor, {
      act: 'conversation.handed-over',
      subject: `conversation:${id}`,
      detail: { handOver: handOverId, ...changesOf(before, after) },
    })
    return readSummary(tx, { workspaceId: actor.workspaceId, id }, deps.clock())
  })
}

/** Where the customer waits or all was done, a colleague is waited for; where we wait for the customer, we still do. */
function placeAfter(actor: Actor, before: Place, input: HandOverInput): Place {
  const mine = actor.kind === 'member' && input.memberId === actor.memberId
  const waits = before.state !== 'waiting-customer' && !mine
  return {
    state: waits ? 'waiting-colleague' : before.state,
    assigneeId: input.memberId ?? null,
    departmentId: input.departmentId ?? before.departmentId,
  }
}

/**
 * Takes the pinned hand-over back: the conversation stands as before, put aside if it was and nobody wrote
 * since, with the note that was pinned before, and its own note is gone.
 * @throws AppError `conflict` when somebody has done something with it since
 */
export async function undoHandOver(
  deps: ConversationDeps,
  actor: Actor,
  id: ConversationId,
): Promise<ConversationSummary> {
  authorize(actor, canAssign(actor))
  return inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    await lockConversation(tx, actor, id)
    const row = await findSummary(tx, actor.workspaceId, id)
    const pinned = await findPinned(tx, actor, id)
    const [before, after] = [Before.parse(pinned.before), Place.parse(pinned.after)]
    if (!samePlace(placeOf(row), after))
      throw new AppError(
        'conflict',
        'Somebody has gone on with this conversation since. Change it by hand.',
      )
    await checkPlace(tx, actor, before)
    await settleHandOvers(tx, actor, id)
    await putPlace(tx, actor, id, Place.parse(before))
    if (before.pinned) await pinAgain(tx, actor.workspaceId, before.pinned)
    if (before.aside && before.messages === row.message_count)
      await putAside(tx, actor, id, {
        until: new Date(before.aside.until),
        at: new Date(before.aside.at),
      })
    await tx
      .deleteFrom('notes')
      .where('workspace_id', '=', actor.workspaceId)
      .where('id', '=', pinned.note_id)
      .execute()
    await recordAct(tx, actor, {
      act: 'conversation.hand-over-undone',
      subject: `conversation:${id}`,
      detail: { handOver: pinned.id, ...changesOf(after, before) },
    })
    return readSummary(tx, { workspaceId: actor.workspaceId, id }, deps.clock())
  })
}

/** The note was read: it is no longer pinned, and stays where it stands among the messages. */
export async function settleHandOver(
  deps: ConversationDeps,
  actor: Actor,
  id: ConversationId,
): Promise<void> {
  authorize(actor, canAssign(actor))
  await inWorkspace(deps.database.db, actor.workspaceId, async (tx) => {
    await lockConversation(tx, actor, id)
    await findSummary(tx, actor.workspaceId, id)
    const pinned = await findPinned(tx, actor, id)
    await settleHandOvers(tx, actor, id)
    await announce(tx, { workspace: actor.workspaceId, kind: 'conversation', id })
    await recordAct(tx, actor, {
      act: 'conversation.hand-over-read',
      subject: `conversation:${id}`,
      detail: { handOver: pinned.id },
    })
  })
}

/** What the place does not say of how it stood. Hand-overs of earlier releases do not have it. */
const Before = Place.extend({
  aside: z.object({ until: z.string(), at: z.string() }).nullable().default(null),
  messages: z.int().default(0),
  pinned: z.string().nullable().default(null),
})

function besides({ snoozed_until, snoozed_at, message_count }: SummaryRow) {
  const aside =
    snoozed_until && snoozed_at
      ? { until: snoozed_until.toISOString(), at: snoozed_at.toISOString() }
      : null
  return { aside, messages: message_count }
}

async function findPinned(tx: Tx, actor: Actor, id: ConversationId) {
  const row = await pinnedIn(tx, actor, id)
  if (!row) throw new AppError('conflict', 'No hand-over is pinned in this conversation any more.')
  return row
}

function pinnedIn(tx: Tx, actor: Actor, id: ConversationId) {
  return tx
    .selectFrom('hand_overs')
    .select(['id', 'note_id', 'before', 'after'])
    .where('workspace_id', '=', actor.workspaceId)
    .where('conversation_id', '=', id)
    .where('settled_at', 'is', null)
    .executeTakeFirst()
}

async function insertNote(
  tx: Tx,
  actor: Actor,
  conversationId: ConversationId,
  { text, at }: { text: string; at: Date },
): Promise<NoteId> {
  const id = newId(NoteId)
  await tx
    .insertInto('notes')
    .values({
      workspace_id: actor.workspaceId,
      id,
      conversation_id: conversationId,
      author: actorTag(actor),
      author_name: actor.name,
      text: cleanText(text),
      created_at: at,
    })
    .execute()
  return id
}
