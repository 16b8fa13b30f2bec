import { sql } from 'kysely'
import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Entry, noHash } from './entry.ts'

export type Head = { seq: number; hash: Buffer }
export type StoredEntry = Entry & { hash: Buffer }

const isoTime = sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/**
 * Waits for its turn to append, and holds it until the transaction ends. The time is read after the
 * wait, so entries stand in the order of their times.
 */
export async function lockHead(tx: Tx, workspaceId: WorkspaceId): Promise<Head & { now: string }> {
  const head = await selectForUpdate(tx, workspaceId)
  if (head) return head
  await tx
    .insertInto('audit_heads')
    .values({ workspace_id: workspaceId, seq: 0, hash: noHash })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const made = await selectForUpdate(tx, workspaceId)
  if (!made) throw new Error('the audit head is not visible: the transaction is of no workspace')
  return made
}

function selectForUpdate(tx: Tx, workspaceId: WorkspaceId) {
  return tx
    .selectFrom('audit_heads')
    .select([
      'seq',
      'hash',
      sql<string>`to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as(
        'now',
      ),
    ])
    .where('workspace_id', '=', workspaceId)
    .forUpdate()
    .executeTakeFirst()
}

/** Appends the entry and moves the head, in one statement. `detail` is JSON text. */
export async function append(tx: Tx, entry: StoredEntry & { detail: string }): Promise<void> {
  await tx
    .with('moved', (query) =>
      query
        .updateTable('audit_heads')
        .set({ seq: entry.seq, hash: entry.hash })
        .where('workspace_id', '=', entry.workspaceId),
    )
    .insertInto('audit_entries')
    .values({
      workspace_id: entry.workspaceId,
      seq: entry.seq,
      at: entry.at,
      actor: entry.actor,
      actor_name: entry.actorName,
      act: entry.act,
      subject: entry.subject,
      detail: entry.detail,
      previous_hash: entry.previousHash,
      hash: entry.hash,
    })
    .execute()
}

export async function getHead(db: Db, workspaceId: WorkspaceId): Promise<Head | undefined> {
  return db
    .selectFrom('audit_heads')
    .select(['seq', 'hash'])
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
}

/** Entries after `seq`, oldest first. */
export async function entriesAfter(
  db: Db,
  workspaceId: WorkspaceId,
  page: { seq: number; limit: number },
): Promise<StoredEntry[]> {
  const rows = await entries(db, workspaceId)
    .where('seq', '>', page.seq)
    .orderBy('seq', 'asc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({ ...row, workspaceId }))
}

export type EntryFilter = {
  actor?: string | undefined
  act?: string | undefined
  subject?: string | undefined
  from?: Date | undefined
  until?: Date | undefined
}

/** Entries before `seq` (null: from the newest), newest first, that fit the filter. */
export async function entriesBefore(
  db: Db,
  workspaceId: WorkspaceId,
  page: { seq: number | null; limit: number; filter: EntryFilter },
): Promise<StoredEntry[]> {
  const { actor, act, subject, from, until } = page.filter
  let query = entries(db, workspaceId)
  if (page.seq !== null) query = query.where('seq', '<', page.seq)
  if (actor) query = query.where('actor', '=', actor)
  if (act) query = query.where('act', '=', act)
  if (subject) query = query.where('subject', '=', subject)
  if (from) query = query.where('at', '>=', from)
  if (until) query = query.where('at', '<', until)
  const rows = await query.orderBy('seq', 'desc').limit(page.limit).execute()
  return rows.map((row) => ({ ...row, workspaceId }))
}

function entries(db: Db, workspaceId: WorkspaceId) {
  return db
    .selectFrom('audit_entries')
    .select([
      'seq',
      isoTime.as('at'),
      'actor',
      'actor_name as actorName',
      'act',
      'subject',
      'detail',
      'previous_hash as previousHash',
      'hash',
    ])
    .where('workspace_id', '=', workspaceId)
}
