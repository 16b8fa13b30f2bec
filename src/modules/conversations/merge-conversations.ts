import type { ConversationSummary } from '../../../contract/conversations.ts'
import { type ConversationId, MoveId } from '../../../contract/ids.ts'
import type { ConversationMergeInput, Move } from '../../../contract/moves.ts'
import { announce, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { joinPages } from '../on-call/index.ts'
import { tell } from '../webhooks/index.ts'
import type { ConversationDeps } from './deps.ts'
import { readSummary } from './get-conversation.ts'
import { joinStands } from './join-stands.ts'
import {
  leadOn,
  markWaiting,
  moveDrafts,
  moveMessages,
  moveOwned,
  movePresence,
  unpinSecond,
} from './move-rows.ts'
import {
  type Held,
  holdForMove,
  insertMove,
  type Moved,
  putStand,
  readStands,
  retire,
} from './moves-store.ts'
import { canMove } from './policy.ts'
import { readMoves } from './read-moves.ts'
import { refreshConversations } from './refresh-conversations.ts'
import { findStanding } from './standing.ts'

/** The conversation that was acted on as it stands now, and the act by which it can be undone. */
export type MoveOutcome = { conversation: ConversationSummary; move: Move | null }

/**
 * Makes others part of this conversation: messages, notes, replies on their way, hand-overs, goodwill and
 * drafts go over, each message keeps its account and thread, and what comes in those threads from now on
 * comes here. The others leave all lists and lead here. Asked for again it changes nothing more.
 * @throws AppError `bad-input` naming the other that cannot be merged, and why
 */
export async function mergeConversations(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
  { otherIds }: ConversationMergeInput,
): Promise<MoveOutcome> {
  authorize(actor, canMove(actor))
  for (;;) {
    const outcome = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
      merge(deps, tx, actor, { asked, otherIds }),
    )
    if (outcome) return outcome
  }
}

type Asked = { asked: ConversationId; otherIds: readonly ConversationId[] }

async function merge(
  deps: ConversationDeps,
  tx: Tx,
  actor: Actor,
  wanted: Asked,
): Promise<MoveOutcome | undefined> {
  const { workspaceId } = actor
  let ids: ConversationId[] = []
  const held = await holdForMove(tx, workspaceId, async () => {
    ids = await resolve(tx, actor, wanted)
    return ids
  })
  if (!held) return undefined
  const [keptId, ...others] = ids
  const kept = keptId && held.get(keptId)
  if (!keptId || !kept) throw new Error('the conversation that stays is not held')
  const parts = others.flatMap((id) => held.get(id) ?? [])
  const act =
    parts.length > 0 ? await join(tx, actor, { kept, parts, wanted, at: deps.clock() }) : null
  const moves = await readMoves(tx, actor, keptId)
  return {
    conversation: await readSummary(tx, { workspaceId, id: keptId }, deps.clock()),
    move: moves.findLast((one) => (act ? one.id === act : didThis(one, wanted))) ?? null,
  }
}

/** The merge that the same request made before. */
function didThis({ kind, undoneAt, others }: Move, { asked, otherIds }: Asked): boolean {
  const named = [asked, ...otherIds]
  return kind === 'merge' && undoneAt === null && others.some(({ id }) => named.includes(id))
}

/** The one that stays and those that are not part of it yet, each by the one that stands for it. */
async function resolve(
  tx: Tx,
  actor: Actor,
  { asked, otherIds }: Asked,
): Promise<ConversationId[]> {
  const ids = new Set([await findStanding(tx, actor.workspaceId, asked)])
  for (const [index, id] of otherIds.entries()) {
    if (id === asked) throw badField(`otherIds.${index}`, 'is this conversation itself')
    ids.add(await findOther(tx, actor, id, index))
  }
  return [...ids]
}

async function findOther(tx: Tx, actor: Actor, id: ConversationId, index: number) {
  try {
    return await findStanding(tx, actor.workspaceId, id)
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw badField(`otherIds.${index}`, 'is not a conversation of yours')
  }
}

type Joining = { kept: Held; parts: readonly Held[]; wanted: Asked; at: Date }

async function join(tx: Tx, actor: Actor, { kept, parts, wanted, at }: Joining): Promise<MoveId> {
  const { workspaceId } = actor
  for (const part of parts) checkPair(kept, part, wanted)
  const waiting = await markWaiting(tx, workspaceId, [kept.id, ...parts.map(({ id }) => id)])
  const moved: { otherId: ConversationId; before: Held['stand']; moved: Moved }[] = []
  for (const part of parts) {
    const marked = [
      ...(waiting.get(part.id) ?? []),
      ...(moved.length === 0 ? (waiting.get(kept.id) ?? []) : []),
    ]
    moved.push({
      otherId: part.id,
      before: part.stand,
      moved: { ...(await moveAll(tx, actor, part.id, kept.id)), waiting: marked },
    })
    await retire(tx, workspaceId, { id: part.id, into: kept.id })
  }
  const stand = joinStands(
    kept.stand,
    parts.map((part) => part.stand),
  )
  await putStand(tx, workspaceId, kept.id, stand)
  await refreshConversations(tx, workspaceId, [kept.id])
  const id = newId(MoveId)
  const stands = await readStands(tx, workspaceId, [kept.id])
  await insertMove(tx, workspaceId, {
    id,
    kind: 'merge',
    keptId: kept.id,
    before: kept.stand,
    stands: Object.fromEntries(stands.map((one) => [one.id, one.stand])),
    parts: moved,
    by: { actor: actorTag(actor), name: actor.name },
    at,
  })
  const others = parts.map((part) => part.id)
  await tellMoved(tx, actor, [kept.id, ...others])
  await recordAct(tx, actor, {
    act: 'conversation.merged',
    subject: `conversation:${kept.id}`,
    detail: { move: id, merged: others, messages: moved.map((one) => one.moved.messages.length) },
  })
  return id
}

/** Only what is one person's, and never what was said in private with what was said in public. */
function checkPair(kept: Held, part: Held, { otherIds }: Asked): void {
  const at = Math.max(otherIds.indexOf(part.id), 0)
  if (kept.erased || part.erased)
    throw new AppError('conflict', 'This person was erased: there is nothing left to merge.')
  if (part.personId !== kept.personId)
    throw badField(
      `otherIds.${at}`,
      'is with another person. If they are one, join their records first.',
    )
  if (part.visibility !== kept.visibility)
    throw badField(
      `otherIds.${at}`,
      'is not as public as this one. What was said in private stays apart from what was said in public.',
    )
}

async function moveAll(
  tx: Tx,
  { workspaceId }: Actor,
  from: ConversationId,
  to: ConversationId,
): Promise<Omit<Moved, 'waiting'>> {
  const way = { workspaceId, from, to }
  const unpinned = await unpinSecond(tx, way)
  await moveOwned(tx, 'reply_warnings', way, 'all')
  await movePresence(tx, way)
  await joinPages(tx, way)
  return {
    unpinned,
    messages: await moveMessages(tx, way, 'all'),
    deliveries: await moveOwned(tx, 'deliveries', way, 'all'),
    notes: await moveOwned(tx, 'notes', way, 'all'),
    handOvers: await moveOwned(tx, 'hand_overs', way, 'all'),
    goodwill: await moveOwned(tx, 'goodwill_acts', way, 'all'),
    pages: await moveOwned(tx, 'pages', way, 'all'),
    drafts: await moveDrafts(tx, way),
    merged: await leadOn(tx, way),
  }
}

/** Tells browsers and webhooks of all that changed. */
export async function tellMoved(
  tx: Tx,
  { workspaceId }: Actor,
  ids: readonly ConversationId[],
): Promise<void> {
  await announce(
    tx,
    ...ids.flatMap((id) => [
      { workspace: workspaceId, kind: 'conversation' as const, id },
      { workspace: workspaceId, kind: 'presence' as const, id },
    ]),
  )
  await tell(
    tx,
    workspaceId,
    ids.map((conversationId) => ({ type: 'conversation.changed', data: { conversationId } })),
  )
}
