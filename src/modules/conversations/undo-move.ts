import { sql } from 'kysely'
import type { ConversationId, MoveId } from '../../../contract/ids.ts'
import type { MovedOn } from '../../../contract/moves.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { joinPages } from '../on-call/index.ts'
import type { ConversationDeps } from './deps.ts'
import { readSummary } from './get-conversation.ts'
import { type MoveOutcome, tellMoved } from './merge-conversations.ts'
import {
  leadBack,
  moveDrafts,
  moveMessages,
  moveOwned,
  movePresence,
  pinAgain,
  returnDrafts,
  unmarkWaiting,
} from './move-rows.ts'
import {
  findMove,
  type Held,
  holdForMove,
  putStand,
  retire,
  type Stand,
  type StoredMove,
} from './moves-store.ts'
import { canMove } from './policy.ts'
import { readMoves } from './read-moves.ts'
import { refreshConversations } from './refresh-conversations.ts'

type Wanted = { id: ConversationId; moveId: MoveId }

/**
 * Undoes a merge or a split: every message, note, reply, hand-over and draft is where it was, and the
 * conversations stand as before. Replies that were on their way then and left since go with their
 * message. Asked for again it answers how things stand.
 * @throws AppError `conflict` that says what moved on since
 */
export async function undoMove(
  deps: ConversationDeps,
  actor: Actor,
  wanted: Wanted,
): Promise<MoveOutcome> {
  authorize(actor, canMove(actor))
  for (;;) {
    const outcome = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
      undo(deps, tx, actor, wanted),
    )
    if (outcome) return outcome
  }
}

async function undo(
  deps: ConversationDeps,
  tx: Tx,
  actor: Actor,
  { id, moveId }: Wanted,
): Promise<MoveOutcome | undefined> {
  const { workspaceId } = actor
  const held = await holdForMove(tx, workspaceId, async () =>
    idsOf(await find(tx, actor, id, moveId)),
  )
  if (!held) return undefined
  // Only now nobody else undoes it.
  const move = await find(tx, actor, id, moveId)
  if (move.undone_at === null) {
    await refuseIfMovedOn(tx, actor, move, held)
    if (move.kind === 'merge') await takeApart(tx, actor, move)
    else await putBack(tx, actor, move)
    await tx
      .updateTable('conversation_moves')
      .set({ undone_at: deps.clock(), undone_by_name: actor.name })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', moveId)
      .execute()
    await tellMoved(tx, actor, idsOf(move))
    await recordAct(tx, actor, {
      act: `conversation.${move.kind}-undone`,
      subject: `conversation:${move.kept_id}`,
      detail: { move: moveId, others: move.parts.map(({ other_id }) => other_id) },
    })
  }
  const moves = await readMoves(tx, actor, move.kept_id)
  return {
    conversation: await readSummary(tx, { workspaceId, id: move.kept_id }, deps.clock()),
    move: moves.find((one) => one.id === moveId) ?? null,
  }
}

function idsOf(move: StoredMove): ConversationId[] {
  return [move.kept_id, ...move.parts.map(({ other_id }) => other_id)]
}

/** @throws AppError `not-found` when it is no act on this conversation */
async function find(tx: Tx, actor: Actor, id: ConversationId, moveId: MoveId): Promise<StoredMove> {
  const move = await findMove(tx, actor.workspaceId, moveId)
  if (!move || !idsOf(move).includes(id))
    throw new AppError('not-found', 'There is no such merge or split of this conversation.')
  return move
}

async function refuseIfMovedOn(
  tx: Tx,
  { workspaceId }: Actor,
  move: StoredMove,
  held: ReadonlyMap<string, Held>,
): Promise<void> {
  const ids = idsOf(move)
  const { rows: later } = await sql`
    select v.id from conversation_moves v
    left join conversation_move_parts p on p.workspace_id = v.workspace_id and p.move_id = v.id
    where v.workspace_id = ${workspaceId} and v.undone_at is null and v.id > ${move.id}
      and (v.kept_id = any(${ids}::uuid[]) or p.other_id = any(${ids}::uuid[])) limit 1`.execute(tx)
  if (later.length > 0) throw movedOn('moved-again', move)
  for (const [id, then] of Object.entries(move.stands)) {
    const now = held.get(id)
    if (!now) throw new Error(`conversation ${id} is not held`)
    if (now.erased) throw new AppError('conflict', 'This person was erased: nothing can be undone.')
    const why = whatMovedOn(then, now.stand)
    if (why) throw movedOn(why, move)
  }
}

/** What happened since in a conversation; null: it stands as it was left. */
export function whatMovedOn(then: Stand, now: Stand): MovedOn | null {
  // A reply that was on its way may have left meanwhile, and changes the state by that alone.
  const landed = then.pending.filter((id) => !now.pending.includes(id)).length
  if (now.heard > then.heard) return 'customer-wrote'
  if (now.deliveries > then.deliveries || now.messages > then.messages + landed) return 'answered'
  if (now.notes > then.notes) return 'noted'
  if (now.assignee_id !== then.assignee_id || now.department_id !== then.department_id)
    return 'given-away'
  if (now.severity !== then.severity) return 'severity'
  if (now.state !== then.state && landed === 0) return 'state'
  if (now.snoozed_until !== null && now.snoozed_until !== then.snoozed_until) return 'snoozed'
  return null
}

const words = {
  'moved-again': 'they were merged or split again. Undo that first',
  'customer-wrote': 'the customer wrote again',
  answered: 'somebody answered',
  noted: 'somebody wrote a note',
  'given-away': 'it was given to somebody else',
  severity: 'its severity was changed',
  state: 'its state was changed',
  snoozed: 'it was put aside',
} satisfies Record<MovedOn, string>

function movedOn(why: MovedOn, { kind }: StoredMove): AppError {
  const remedy =
    kind === 'merge' ? 'Split off what belongs elsewhere.' : 'Merge the two again instead.'
  return new AppError('conflict', `It cannot be undone: since then ${words[why]}. ${remedy}`, {
    more: { movedOn: why },
  })
}

/** Each of the others takes back what was its own. */
async function takeApart(tx: Tx, { workspaceId }: Actor, move: StoredMove): Promise<void> {
  for (const { other_id: to, before, moved } of move.parts) {
    if (!before) throw new Error(`merge ${move.id} does not say how ${to} stood`)
    const way = { workspaceId, from: move.kept_id, to }
    await unmarkWaiting(tx, workspaceId, moved.waiting)
    await moveMessages(tx, way, [...moved.messages, ...(await landedOf(tx, way, moved.deliveries))])
    await moveOwned(tx, 'deliveries', way, moved.deliveries)
    await moveOwned(tx, 'notes', way, moved.notes)
    await moveOwned(tx, 'hand_overs', way, moved.handOvers)
    await moveOwned(tx, 'goodwill_acts', way, moved.goodwill)
    await moveOwned(tx, 'pages', way, moved.pages)
    await returnDrafts(tx, way, moved.drafts)
    if (moved.unpinned !== null) await pinAgain(tx, workspaceId, moved.unpinned)
    await leadBack(tx, way, moved.merged)
    await putStand(tx, workspaceId, to, before)
  }
  await putStand(tx, workspaceId, move.kept_id, move.before)
  await refreshConversations(tx, workspaceId, idsOf(move))
}

/** What was split off is in the first again, and the one that was made leads there. */
async function putBack(tx: Tx, { workspaceId }: Actor, move: StoredMove): Promise<void> {
  for (const { other_id: from } of move.parts) {
    const way = { workspaceId, from, to: move.kept_id }
    await moveMessages(tx, way, 'all')
    await moveOwned(tx, 'deliveries', way, 'all')
    await moveOwned(tx, 'goodwill_acts', way, 'all')
    await joinPages(tx, way)
    await moveOwned(tx, 'pages', way, 'all')
    await moveOwned(tx, 'hand_overs', way, 'all')
    await moveDrafts(tx, way)
    await movePresence(tx, way)
    await retire(tx, workspaceId, { id: from, into: move.kept_id })
  }
  await putStand(tx, workspaceId, move.kept_id, move.before)
  await refreshConversations(tx, workspaceId, [move.kept_id])
}

/** Messages that replies on their way have become since. */
async function landedOf(
  tx: Tx,
  { workspaceId, from }: { workspaceId: string; from: ConversationId },
  deliveries: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from messages where workspace_id = ${workspaceId} and conversation_id = ${from}
      and delivery_id = any(${deliveries}::uuid[])`.execute(tx)
  return rows.map(({ id }) => id)
}
