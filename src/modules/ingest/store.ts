import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { ChannelId, EventId, WorkspaceId } from '../../../contract/ids.ts'
import type { Json, NetworkEvent } from '../../connectors/contract.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { onward } from '../../platform/db-pool.ts'
import { newId } from '../../platform/ids.ts'
import { byteas, jsons, texts, uuids } from '../../platform/pg-arrays.ts'

type Channel = { workspaceId: WorkspaceId; channelId: ChannelId }

export type ReadEvent = {
  /** See `eventKey`. */
  key: Buffer
  raw: Json
  event: NetworkEvent | null
  problem: string | null
}

/** 16 bytes stand for a network's event id: enough that two never meet, small enough to stay in memory. */
export function eventKey(remoteEventId: string): Buffer {
  return hash('sha256', remoteEventId, 'buffer').subarray(0, 16)
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

/** An event that is new for its channel, and what becomes of it. `raw` null: its author took it back. */
export type NewEvent = {
  event: Pick<ReadEvent, 'key' | 'event' | 'problem'>
  raw: Json
  state: 'done' | 'pending' | 'aside'
}

/**
 * Stores events that are known not to be there, and drops what earlier ones said of messages that their
 * authors took back (`gone`, by the network's ids). The caller holds the stream lock.
 */
export async function insertEvents(
  tx: Tx,
  channel: Channel,
  { events, gone }: { events: readonly NewEvent[]; gone: readonly string[] },
): Promise<void> {
  if (events.length === 0) return
  const column = <Value>(read: (one: NewEvent['event']) => Value) =>
    events.map(({ event }) => read(event))
  const forgetting =
    gone.length > 0 ? sql`with forgotten as (${forgettingOf(channel, gone)})` : sql``
  await sql`${sql.raw(onward)} ${forgetting}
    insert into events (workspace_id, channel_id, received_at, id, event_key, raw, kind, subject_id, state, problem)
    select ${channel.workspaceId}, ${channel.channelId}, now(), * from unnest(
      ${uuids(events.map(() => newId(EventId)))}::uuid[],
      ${byteas(column(({ key }) => key))}::bytea[],
      ${jsons(events.map(({ raw }) => (raw === null ? null : JSON.stringify(raw))))}::json[],
      ${texts(column(({ event }) => (event ? kindOf(event) : 'unknown')))}::text[],
      ${texts(column(({ event }) => subjectOf(event)))}::text[],
      ${texts(events.map(({ state }) => state))}::text[],
      ${texts(column(({ problem }) => problem))}::text[])`.execute(tx)
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
  await sql`${sql.raw(onward)}
    update channel_streams set last_ok_at = now(),
      cursor = case when ${cursor !== undefined}::boolean then ${cursor ?? null}::text else cursor end,
      last_event_at = case when ${hadNews}::boolean then now() else last_event_at end
    where workspace_id = ${workspaceId} and channel_id = ${channelId}`.execute(tx)
}

/**
 * Drops what the events said of messages that their authors took back. What still waits for its thread is
 * needed for that, and is dropped as soon as it is threaded.
 */
export async function forgetRaw(
  tx: Tx,
  channel: Channel,
  remoteIds: readonly string[],
): Promise<void> {
  if (remoteIds.length === 0) return
  await sql`${sql.raw(onward)} ${forgettingOf(channel, remoteIds)}`.execute(tx)
}

function forgettingOf({ workspaceId, channelId }: Channel, remoteIds: readonly string[]) {
  return sql`
    update events set raw = null
    where workspace_id = ${workspaceId} and channel_id = ${channelId} and kind = 'message' and state <> 'pending'
      and raw is not null and subject_id = any(${texts(remoteIds)}::text[])`
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
