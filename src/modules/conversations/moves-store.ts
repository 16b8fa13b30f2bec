import { sql } from 'kysely'
import { z } from 'zod'
import { ConversationState } from '../../../contract/conversations.ts'
import { ConversationId, MoveId, type WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { settlePages } from '../on-call/index.ts'
import { holdStreams } from '../people/index.ts'
import { holdClockVersion } from '../reply-clock/index.ts'

const Ids = z.array(z.string())

/** What changed its conversation, so that it can go back. Ids and times only, no words. */
export const Moved = z.object({
  messages: Ids,
  /** Messages that were marked as waiting from the merge on, and from when they did before. */
  waiting: z.array(z.object({ id: z.string(), before: z.string().nullable() })),
  deliveries: Ids,
  notes: Ids,
  handOvers: Ids,
  /** Of the hand-overs, the one that was pinned and is not any more. */
  unpinned: z.string().nullable(),
  goodwill: Ids,
  /** Calls about it; what was kept before there were any has none. */
  pages: Ids.default([]),
  drafts: z.array(z.object({ author: z.string(), joined: z.int().nullable() })),
  /** Conversations that had been merged into it before. */
  merged: Ids,
})
export type Moved = z.infer<typeof Moved>

/** How a conversation stands, as undoing puts it back and compares it. Times as the database writes them. */
export const Stand = z.object({
  state: ConversationState,
  assignee_id: z.string().nullable(),
  department_id: z.string().nullable(),
  severity: z.string().nullable(),
  snoozed_until: z.string().nullable(),
  snoozed_at: z.string().nullable(),
  routed: z.json(),
  unanswered_since: z.string().nullable(),
  last_message_at: z.string(),
  messages: z.int(),
  heard: z.int(),
  notes: z.int(),
  deliveries: z.int(),
  /** Replies that were still to come. */
  pending: Ids,
})
export type Stand = z.infer<typeof Stand>

export type Held = {
  id: ConversationId
  personId: string
  channelId: string
  visibility: 'public' | 'private'
  erased: boolean
  stand: Stand
}

/**
 * Holds everything that a merge or a split may touch: what comes in, the clock's rules, the deliveries and
 * then the conversations, in the order in which all take them.
 * @returns undefined when a reply was put in line while waiting: begin again in a new transaction
 */
export async function holdForMove(
  tx: Tx,
  workspaceId: WorkspaceId,
  find: () => Promise<ConversationId[]>,
): Promise<Map<string, Held> | undefined> {
  // One merge or split at a time in a workspace, and nothing comes in meanwhile.
  await holdStreams(tx, workspaceId)
  await holdClockVersion(tx)
  const ids = await find()
  const before = await lockDeliveries(tx, workspaceId, ids)
  await sql`
    select id from conversations where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
    order by id for update`.execute(tx)
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from deliveries
    where workspace_id = ${workspaceId} and conversation_id = any(${ids}::uuid[])`.execute(tx)
  if (Number(rows[0]?.count) !== before) return undefined
  const stands = await readStands(tx, workspaceId, ids)
  return new Map(stands.map((one) => [one.id, one]))
}

async function lockDeliveries(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<number> {
  const { rows } = await sql`
    select id from deliveries
    where workspace_id = ${workspaceId} and conversation_id = any(${ids}::uuid[])
    order by id for update`.execute(tx)
  return rows.length
}

const HeldRow = z.object({
  id: ConversationId,
  person_id: z.string(),
  channel_id: z.string(),
  visibility: z.enum(['public', 'private']),
  erased: z.boolean(),
  stand: Stand,
})

/** How these conversations stand now. */
export async function readStands(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly ConversationId[],
): Promise<Held[]> {
  const ofIt = sql`workspace_id = c.workspace_id and conversation_id = c.id`
  const { rows } = await sql`
    select c.id, c.person_id, c.channel_id, c.visibility, p.erased_at is not null as erased, json_build_object(
      'state', c.state, 'assignee_id', c.assignee_id, 'department_id', c.department_id, 'severity', c.severity,
      'snoozed_until', c.snoozed_until, 'snoozed_at', c.snoozed_at, 'routed', c.routed,
      'unanswered_since', c.unanswered_since, 'last_message_at', c.last_message_at,
      'messages', (select count(*) from messages where ${ofIt}),
      'heard', (select count(*) from messages where ${ofIt} and author = 'customer'),
      'notes', (select count(*) from notes where ${ofIt}),
      'deliveries', (select count(*) from deliveries where ${ofIt} and state <> 'cancelled'),
      'pending', (select coalesce(json_agg(d.id order by d.id), '[]') from deliveries d
        where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.state <> 'cancelled'
          and not exists (select from messages m where m.workspace_id = d.workspace_id
            and m.conversation_id = d.conversation_id and m.delivery_id = d.id))) as stand
    from conversations c join people p on p.workspace_id = c.workspace_id and p.id = c.person_id
    where c.workspace_id = ${workspaceId} and c.id = any(${ids}::uuid[])`.execute(tx)
  return z
    .array(HeldRow)
    .parse(rows)
    .map((row) => ({
      id: row.id,
      personId: row.person_id,
      channelId: row.channel_id,
      visibility: row.visibility,
      erased: row.erased,
      stand: row.stand,
    }))
}

type Place = Pick<
  Stand,
  | 'state'
  | 'assignee_id'
  | 'department_id'
  | 'severity'
  | 'snoozed_until'
  | 'snoozed_at'
  | 'routed'
  | 'unanswered_since'
  | 'last_message_at'
>

/** Puts a conversation so, as one that stands for itself. Its facts are worked out again afterwards. */
export async function putStand(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: ConversationId,
  place: Place,
): Promise<void> {
  await sql`
    update conversations set merged_into = null, state = ${place.state}, assignee_id = ${place.assignee_id}::uuid,
      department_id = ${place.department_id}::uuid, severity = ${place.severity}::text,
      snoozed_until = ${place.snoozed_until}::timestamptz, snoozed_at = ${place.snoozed_at}::timestamptz,
      routed = nullif(${JSON.stringify(place.routed)}::jsonb, 'null'),
      unanswered_since = ${place.unanswered_since}::timestamptz,
      last_message_at = ${place.last_message_at}::timestamptz, version = version + 1
    where workspace_id = ${workspaceId} and id = ${id}`.execute(tx)
}

/** Nothing is in it any more: it waits for nobody, calls nobody, is in no list, and leads to the other. */
export async function retire(
  tx: Tx,
  workspaceId: WorkspaceId,
  { id, into }: { id: ConversationId; into: ConversationId },
): Promise<void> {
  await sql`
    update conversations set merged_into = ${into}, state = 'done', unanswered_since = null,
      due_at = 'infinity', last_customer_text = '', message_count = 0, snoozed_until = null,
      snoozed_at = null, version = version + 1
    where workspace_id = ${workspaceId} and id = ${id}`.execute(tx)
  await settlePages(tx, workspaceId, [id])
}

export type NewMove = {
  id: MoveId
  kind: 'merge' | 'split'
  keptId: ConversationId
  before: Stand
  stands: Record<string, Stand>
  parts: readonly { otherId: ConversationId; before: Stand | null; moved: Moved }[]
  by: { actor: string; name: string }
  at: Date
}

export async function insertMove(tx: Tx, workspaceId: WorkspaceId, move: NewMove): Promise<void> {
  await tx
    .insertInto('conversation_moves')
    .values({
      workspace_id: workspaceId,
      id: move.id,
      kind: move.kind,
      kept_id: move.keptId,
      before: JSON.stringify(move.before),
      stands: JSON.stringify(move.stands),
      by_actor: move.by.actor,
      by_name: move.by.name,
      at: move.at,
    })
    .execute()
  await tx
    .insertInto('conversation_move_parts')
    .values(
      move.parts.map(({ otherId, before, moved }) => ({
        workspace_id: workspaceId,
        move_id: move.id,
        other_id: otherId,
        before: before && JSON.stringify(before),
        moved: JSON.stringify(moved),
      })),
    )
    .execute()
}

const StoredMove = z.object({
  id: MoveId,
  kind: z.enum(['merge', 'split']),
  kept_id: ConversationId,
  before: Stand,
  stands: z.record(z.string(), Stand),
  undone_at: z.date().nullable(),
})
const StoredPart = z.object({ other_id: ConversationId, before: Stand.nullable(), moved: Moved })
export type StoredMove = z.infer<typeof StoredMove> & { parts: z.infer<typeof StoredPart>[] }

export async function findMove(
  tx: Tx,
  workspaceId: WorkspaceId,
  id: MoveId,
): Promise<StoredMove | undefined> {
  const row = await tx
    .selectFrom('conversation_moves')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return undefined
  const parts = await tx
    .selectFrom('conversation_move_parts')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('move_id', '=', id)
    .orderBy('other_id')
    .execute()
  return { ...StoredMove.parse(row), parts: z.array(StoredPart).parse(parts) }
}
