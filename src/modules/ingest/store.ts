import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { ChannelId, EventId, WorkspaceId } from '../../../contract/ids.ts'
import type { Json, NetworkEvent } from '../../connectors/contract.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'

type Channel = { workspaceId: WorkspaceId; channelId: ChannelId }

/** An event as it is stored: `event` null means that it could not be understood, for `problem`. */
export type NewEvent = { id: EventId; event: NetworkEvent | null }
export type ReadEvent = {
  remoteEventId: string
  raw: Json
  event: NetworkEvent | null
  problem: string | null
}

/** Serialises all that changes a channel's conversations from the network's side. */
export async function lockStream(tx: Tx, { workspaceId, channelId }: Channel): Promise<void> {
  await tx
    .selectFrom('channel_streams')
    .select('channel_id')
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

/**
 * Stores the events that are new for this channel; those seen before are passed over.
 * @returns the new ones, in the order given
 */
export async function insertEvents(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  events: readonly ReadEvent[],
): Promise<NewEvent[]> {
  if (events.length === 0) return []
  const unique = [...new Map(events.map((one) => [one.remoteEventId, one])).values()]
  const ids = unique.map(() => newId(EventId))
  const { rows } = await sql<{ id: string }>`
    insert into events (workspace_id, channel_id, received_at, id, event_key, raw, kind, subject_id, state, problem)
    select ${workspaceId}, ${channelId}, now(), * from unnest(
      ${ids}::uuid[],
      ${unique.map((one) => eventKey(one.remoteEventId))}::bytea[],
      ${unique.map((one) => JSON.stringify(one.raw))}::json[],
      ${unique.map(({ event }) => (event ? kindOf(event) : 'unknown'))}::text[],
      ${unique.map(({ event }) => subjectOf(event))}::text[],
      ${unique.map(({ event }) => (event ? 'done' : 'aside'))}::text[],
      ${unique.map((one) => one.problem)}::text[])
    on conflict (workspace_id, channel_id, event_key) do nothing
    returning id`.execute(tx)
  const stored = new Set(rows.map((row) => row.id))
  return unique.flatMap((one, index) => {
    const id = ids[index]
    return id !== undefined && stored.has(id) ? [{ id, event: one.event }] : []
  })
}

/** 16 bytes stand for a network's event id: enough that two never meet, small enough to stay in memory. */
function eventKey(remoteEventId: string): Buffer {
  return createHash('sha256').update(remoteEventId).digest().subarray(0, 16)
}

function subjectOf(event: NetworkEvent | null): string | null {
  return event && event.kind !== 'ignored' ? event.remoteId : null
}

/** What came back is written at the message it is about; the event itself needs no more attention. */
function kindOf({ kind }: NetworkEvent): 'message' | 'deleted' | 'ignored' {
  return kind === 'returned' ? 'ignored' : kind
}

/** Moves the cursor (undefined: leaves it) and notes that the network answered. Locks the stream, as `lockStream` does. */
export async function advanceCursor(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  cursor: string | null | undefined,
  hadNews: boolean,
): Promise<void> {
  await tx
    .updateTable('channel_streams')
    .set({
      ...(cursor === undefined ? {} : { cursor }),
      last_ok_at: sql<Date>`now()`,
      ...(hadNews ? { last_event_at: sql<Date>`now()` } : {}),
    })
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .execute()
}

/** When deletions of these messages were received: a deletion may come before what it deletes. */
export async function deletedBefore(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  remoteIds: readonly string[],
): Promise<Map<string, Date>> {
  if (remoteIds.length === 0) return new Map()
  const rows = await tx
    .selectFrom('events')
    .select(['subject_id', 'received_at'])
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .where('kind', '=', 'deleted')
    .where('subject_id', '=', sql<string>`any(${remoteIds}::text[])`)
    .execute()
  return new Map(
    rows.flatMap((row) => (row.subject_id === null ? [] : [[row.subject_id, row.received_at]])),
  )
}

/**
 * Drops what the events said of messages that their authors took back. What still waits for its thread is
 * needed for that, and is dropped as soon as it is threaded.
 */
export async function forgetRaw(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  remoteIds: readonly string[],
): Promise<void> {
  if (remoteIds.length === 0) return
  await tx
    .updateTable('events')
    .set({ raw: null })
    .where('state', '<>', 'pending')
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .where('kind', '=', 'message')
    .where('subject_id', '=', sql<string>`any(${remoteIds}::text[])`)
    .execute()
}

/** Marks events whose thread is not known yet. */
export async function settleEvents(
  tx: Tx,
  { workspaceId }: Channel,
  { waiting }: { waiting: readonly EventId[] },
): Promise<void> {
  if (waiting.length === 0) return
  await tx
    .updateTable('events')
    .set({ state: 'pending' })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', sql<string>`any(${waiting}::uuid[])`)
    .execute()
}

export type WaitingEvent = { id: EventId; raw: Json; attempts: number; receivedAt: Date }

/** Events in a state, oldest first. */
export async function listEvents(
  tx: Tx,
  { workspaceId, channelId }: { workspaceId: WorkspaceId; channelId?: ChannelId },
  state: 'pending' | 'aside',
  limit: number,
): Promise<WaitingEvent[]> {
  const rows = await tx
    .selectFrom('events')
    .select(['id', 'raw', 'attempts', 'received_at'])
    .where('workspace_id', '=', workspaceId)
    .$if(channelId !== undefined, (query) => query.where('channel_id', '=', channelId ?? ''))
    .where('state', '=', state)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: EventId.parse(row.id),
    raw: row.raw as Json,
    attempts: row.attempts,
    receivedAt: row.received_at,
  }))
}

/** Writes down what became of an event that was tried again. */
export async function markEvent(
  tx: Tx,
  { workspaceId }: { workspaceId: WorkspaceId },
  id: EventId,
  mark: {
    state: 'done' | 'pending' | 'aside'
    problem: string | null
    event?: NetworkEvent | null
  },
): Promise<void> {
  await tx
    .updateTable('events')
    .set((eb) => ({
      state: mark.state,
      problem: mark.problem,
      attempts: eb('attempts', '+', 1),
      ...(mark.event ? { kind: kindOf(mark.event), subject_id: subjectOf(mark.event) } : {}),
    }))
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .execute()
}

export async function readCursor(
  tx: Tx,
  { workspaceId, channelId }: Channel,
): Promise<string | null> {
  const row = await tx
    .selectFrom('channel_streams')
    .select('cursor')
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .executeTakeFirstOrThrow()
  return row.cursor
}

type Lease = { holder: string; leaseMs: number }

/** Channels of these networks that nobody receives now. Asked as the dispatcher. */
export async function idleStreams(dispatch: Db, networks: readonly string[]): Promise<Channel[]> {
  const { rows } = await sql<{ workspace_id: string; channel_id: string }>`
    select s.workspace_id, s.channel_id from channel_streams s
    join channels c on c.workspace_id = s.workspace_id and c.id = s.channel_id
    where c.state <> 'disconnected' and c.network = any(${networks}::text[])
      and coalesce(s.lease_until <= now(), true)
    limit 1000`.execute(dispatch)
  return rows.map((row) => ({
    workspaceId: WorkspaceId.parse(row.workspace_id),
    channelId: ChannelId.parse(row.channel_id),
  }))
}

/** Takes or prolongs the right to receive a channel. @returns false when another process has it */
export async function leaseStream(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  { holder, leaseMs }: Lease,
): Promise<boolean> {
  const { rows } = await sql`
    update channel_streams set lease_holder = ${holder}, lease_until = now() + make_interval(secs => ${leaseMs / 1000})
    where workspace_id = ${workspaceId} and channel_id = ${channelId}
      and (lease_holder = ${holder} or coalesce(lease_until <= now(), true))
    returning channel_id`.execute(tx)
  return rows.length > 0
}

/** Gives the right up, so that another process need not wait for it to run out. */
export async function releaseStream(
  tx: Tx,
  { workspaceId, channelId }: Channel,
  holder: string,
): Promise<void> {
  await tx
    .updateTable('channel_streams')
    .set({ lease_holder: null, lease_until: null })
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .where('lease_holder', '=', holder)
    .execute()
}
