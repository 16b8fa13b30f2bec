import { sql } from 'kysely'
import { v7 } from 'uuid'
import { z } from 'zod'
import { ChannelId, WorkspaceId } from '../../../contract/ids.ts'
import type { Submission } from '../../../contract/website.ts'
import type { Json } from '../../connectors/contract.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { often } from '../../platform/db-pool.ts'
import { jsons, texts, uuids } from '../../platform/pg-arrays.ts'

export type Place = { workspaceId: WorkspaceId; channelId: ChannelId }

export type NewWaiting = {
  raw: Submission
  /** Of the private link of the conversation that it begins; null: it goes on with one. */
  tokenHash: string | null
  /** Why an operator has to look at it first. */
  aside: string | null
}

/** Channel of notifications: something waits to be taken in. Named in the migration as well. */
export const waitingNews = 'parley_website'

/**
 * Keeps what visitors sent until it is taken in, in this order, and wakes whoever takes it in. A transaction of
 * its own, in one journey: on a busy machine each journey costs more than the writing.
 */
export async function keepWaiting(
  db: Db,
  { workspaceId, channelId }: Place,
  items: readonly NewWaiting[],
): Promise<void> {
  await sql`${sql.raw(often)} select parley.keep_waiting(${workspaceId}, ${channelId},
    ${uuids(items.map(() => v7()))}::uuid[],
    ${uuids(items.map(({ raw }) => raw.thread))}::uuid[],
    ${texts(items.map(({ tokenHash }) => tokenHash))}::text[],
    ${jsons(items.map(({ raw }) => JSON.stringify(raw)))}::json[],
    ${texts(items.map(({ aside }) => aside))}::text[])`.execute(db)
}

export type Waiting = {
  id: string
  threadId: string
  tokenHash: string | null
  raw: Json
  aside: string | null
  at: Date
}

/** Which of those that wait on a channel: the oldest, one conversation's, or one. */
export type Which = 'oldest' | { threadId: string } | { id: string }

const mostAtOnce = 100

/** Those that wait, oldest first, 100 at most. The caller takes them in with this transaction, in which they go. */
export async function claimWaiting(tx: Tx, place: Place, which: Which): Promise<Waiting[]> {
  const rows = await tx
    .deleteFrom('website_waiting')
    .where('workspace_id', '=', place.workspaceId)
    .where('channel_id', '=', place.channelId)
    // As an array, which is made once: a subquery would be asked anew for every row that waits.
    .where(sql<boolean>`id = any(array(${waitingIds(tx, place, which)}))`)
    .returning(['id', 'thread_id', 'token_hash', 'raw', 'aside', 'at'])
    .execute()
  return rows
    .map((row) => ({
      id: row.id,
      threadId: row.thread_id,
      tokenHash: row.token_hash,
      raw: z.json().parse(row.raw),
      aside: row.aside,
      at: row.at,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** The ids of those that `claimWaiting` would claim, oldest first. */
export async function listWaiting(tx: Tx, place: Place, which: Which): Promise<string[]> {
  const rows = await waitingIds(tx, place, which).execute()
  return rows.map(({ id }) => id)
}

function waitingIds(tx: Tx, { workspaceId, channelId }: Place, which: Which) {
  const all = tx
    .selectFrom('website_waiting')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('channel_id', '=', channelId)
    .orderBy('id')
    .limit(mostAtOnce)
  if (which === 'oldest') return all
  return 'id' in which
    ? all.where('id', '=', which.id)
    : all.where('thread_id', '=', which.threadId)
}

/** The channel on which something of this conversation waits; undefined: nothing does. */
export async function findWaitingOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  threadId: string,
): Promise<ChannelId | undefined> {
  const row = await tx
    .selectFrom('website_waiting')
    .select('channel_id')
    .where('workspace_id', '=', workspaceId)
    .where('thread_id', '=', threadId)
    .limit(1)
    .executeTakeFirst()
  return row && ChannelId.parse(row.channel_id)
}

/** Channels on which something waits. Asked as the dispatcher. */
export async function placesWaiting(dispatch: Db): Promise<Place[]> {
  const rows = await dispatch
    .selectFrom('website_waiting')
    .select(['workspace_id', 'channel_id'])
    .distinct()
    .limit(1000)
    .execute()
  return rows.map((row) => ({
    workspaceId: WorkspaceId.parse(row.workspace_id),
    channelId: ChannelId.parse(row.channel_id),
  }))
}
