import { sql } from 'kysely'
import { ConversationId, MoveId } from '../../../contract/ids.ts'
import type { SplitInput } from '../../../contract/moves.ts'
import { inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Actor, actorTag, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import type { ConversationDeps } from './deps.ts'
import { readSummary } from './get-conversation.ts'
import { type MoveOutcome, tellMoved } from './merge-conversations.ts'
import { moveMessages, moveOwned } from './move-rows.ts'
import { type Held, holdForMove, insertMove, readStands } from './moves-store.ts'
import { canMove } from './policy.ts'
import { readMoves } from './read-moves.ts'
import { refreshConversations } from './refresh-conversations.ts'
import { findStanding } from './standing.ts'

/**
 * Makes messages a conversation of their own: those named with our answers to them, or all from one on.
 * Replies on their way go with the message that they answer; notes and drafts stay. What the customer
 * answers to one of them later follows it. Asked for again it answers the conversation that was made.
 * @throws AppError `bad-input` when no message of the customer would go, or none would stay
 */
export async function splitConversation(
  deps: ConversationDeps,
  actor: Actor,
  asked: ConversationId,
  input: SplitInput,
): Promise<MoveOutcome> {
  authorize(actor, canMove(actor))
  for (;;) {
    const outcome = await inWorkspace(deps.database.db, actor.workspaceId, (tx) =>
      split(deps, tx, actor, { asked, input }),
    )
    if (outcome) return outcome
  }
}

type Asked = { asked: ConversationId; input: SplitInput }

async function split(
  deps: ConversationDeps,
  tx: Tx,
  actor: Actor,
  { asked, input }: Asked,
): Promise<MoveOutcome | undefined> {
  const { workspaceId } = actor
  let keptId = asked
  const held = await holdForMove(tx, workspaceId, async () => {
    keptId = await findStanding(tx, workspaceId, asked)
    return [keptId]
  })
  if (!held) return undefined
  const kept = held.get(keptId)
  if (!kept) throw new Error('the conversation is not held')
  if (kept.erased)
    throw new AppError('conflict', 'This person was erased: there is nothing left to split.')
  const made =
    (await madeBefore(tx, actor, keptId, input)) ??
    (await take(tx, actor, { kept, input, at: deps.clock() }))
  const moves = await readMoves(tx, actor, made)
  return {
    conversation: await readSummary(tx, { workspaceId, id: made }, deps.clock()),
    move: moves.findLast(({ kind, others }) => kind === 'split' && others[0]?.id === made) ?? null,
  }
}

/** The conversation that the same request made before. */
async function madeBefore(
  tx: Tx,
  { workspaceId }: Actor,
  keptId: ConversationId,
  { fromMessageId, messageIds }: SplitInput,
): Promise<ConversationId | undefined> {
  const ids = messageIds ?? [fromMessageId]
  const { rows } = await sql<{ id: string }>`
    select p.other_id as id from messages m
    join conversation_move_parts p on p.workspace_id = m.workspace_id and p.other_id = m.conversation_id
    join conversation_moves v on v.workspace_id = p.workspace_id and v.id = p.move_id
    where m.workspace_id = ${workspaceId} and m.id = any(${ids}::uuid[])
      and v.kind = 'split' and v.kept_id = ${keptId} and v.undone_at is null
    group by p.other_id having count(*) = ${ids.length}`.execute(tx)
  return rows[0] && ConversationId.parse(rows[0].id)
}

type Row = {
  id: string
  author: string
  channel_id: string
  identity_id: string | null
  goes: boolean
}

type Taking = { kept: Held; input: SplitInput; at: Date }

async function take(tx: Tx, actor: Actor, { kept, input, at }: Taking): Promise<ConversationId> {
  const { workspaceId } = actor
  const goes = await choose(tx, actor, kept.id, input)
  const first = goes.find(({ author }) => author === 'customer')
  if (!first) throw badField(fieldOf(input), 'has no message of the customer among them')
  const made = await open(tx, actor, kept, first)
  const way = { workspaceId, from: kept.id, to: made }
  const messages = await moveMessages(
    tx,
    way,
    goes.map(({ id }) => id),
  )
  const deliveries = await moveOwned(tx, 'deliveries', way, await deliveriesOf(tx, actor, messages))
  await refreshConversations(tx, workspaceId, [kept.id, made])
  const stands = await readStands(tx, workspaceId, [kept.id, made])
  const id = newId(MoveId)
  const nothing = {
    notes: [],
    handOvers: [],
    unpinned: null,
    goodwill: [],
    pages: [],
    drafts: [],
    merged: [],
  }
  await insertMove(tx, workspaceId, {
    id,
    kind: 'split',
    keptId: kept.id,
    before: kept.stand,
    stands: Object.fromEntries(stands.map((one) => [one.id, one.stand])),
    parts: [
      { otherId: made, before: null, moved: { ...nothing, messages, deliveries, waiting: [] } },
    ],
    by: { actor: actorTag(actor), name: actor.name },
    at,
  })
  await tellMoved(tx, actor, [kept.id, made])
  await recordAct(tx, actor, {
    act: 'conversation.split',
    subject: `conversation:${kept.id}`,
    detail: { move: id, made, messages: messages.length },
  })
  return made
}

/** @throws AppError `bad-input` when one is not here, or when nothing of the customer would stay */
async function choose(
  tx: Tx,
  { workspaceId }: Actor,
  id: ConversationId,
  input: SplitInput,
): Promise<Row[]> {
  const { fromMessageId, messageIds } = input
  const chosen = messageIds ?? []
  const { rows } = await sql<Row>`
    with named as (
      select id, channel_id, remote_id, sent_at from messages
      where workspace_id = ${workspaceId} and conversation_id = ${id}
        and id = any(${fromMessageId === undefined ? chosen : [fromMessageId]}::uuid[])
    )
    select m.id, m.author, m.channel_id, m.identity_id, case when ${fromMessageId !== undefined}::boolean
      then exists (select from named n where (m.sent_at, m.id) >= (n.sent_at, n.id))
      else exists (select from named n where n.id = m.id or m.author <> 'customer'
        and n.channel_id = m.channel_id and n.remote_id = m.parent_remote_id) end as goes
    from messages m where m.workspace_id = ${workspaceId} and m.conversation_id = ${id}
    order by m.sent_at, m.id`.execute(tx)
  const here = new Set(rows.map((row) => row.id))
  if (fromMessageId !== undefined && !here.has(fromMessageId))
    throw badField('fromMessageId', 'is not a message of this conversation')
  const stranger = chosen.findIndex((one) => !here.has(one))
  if (stranger >= 0)
    throw badField(`messageIds.${stranger}`, 'is not a message of this conversation')
  if (!rows.some(({ author, goes }) => author === 'customer' && !goes))
    throw badField(
      fieldOf(input),
      'would leave nothing of the customer here: at least one of their messages must stay',
    )
  return rows.filter(({ goes }) => goes)
}

function fieldOf({ fromMessageId }: SplitInput): string {
  return fromMessageId === undefined ? 'messageIds' : 'fromMessageId'
}

/** Sendings that made these messages, and those on their way that answer one of them. */
async function deliveriesOf(
  tx: Tx,
  { workspaceId }: Actor,
  messages: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select d.id from deliveries d
    left join messages m on m.workspace_id = d.workspace_id and m.delivery_id = d.id
    where d.workspace_id = ${workspaceId} and (m.id = any(${messages}::uuid[])
      or m.id is null and d.reply_to_message_id = any(${messages}::uuid[]))`.execute(tx)
  return rows.map(({ id }) => id)
}

/** The new one has the same holder; its thread key is one that no network knows. */
async function open(tx: Tx, { workspaceId }: Actor, kept: Held, first: Row) {
  const id = newId(ConversationId)
  const { state } = kept.stand
  await sql`
    insert into conversations (workspace_id, id, channel_id, identity_id, person_id, thread_key, visibility,
      state, assignee_id, department_id, severity, routed, last_message_at)
    select workspace_id, ${id}, ${first.channel_id}, ${first.identity_id}, person_id, ${`split:${id}`}, visibility,
      ${state === 'new' || state === 'done' ? state : 'open'}, assignee_id, department_id, severity, routed,
      last_message_at
    from conversations where workspace_id = ${workspaceId} and id = ${kept.id}`.execute(tx)
  return id
}
