import { sql } from 'kysely'
import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { hashEntry, noHash } from './entry.ts'
import { entriesAfter, getHead, type StoredEntry } from './store.ts'

/** Where a chain ends. `hash` in hex. */
export type AuditHead = { seq: number; hash: string }

export type AuditVerdict =
  | { ok: true; entries: number; head: AuditHead }
  /** `brokenAt`: number of the first entry that is not as it was written. */
  | { ok: false; brokenAt: number; why: string }

const batch = 1000

/**
 * Recomputes the whole chain of a workspace in one snapshot: finds entries that were changed, removed,
 * put in between or put in another order, and a tail that was cut off. Whoever can rewrite all entries
 * and the head can make a chain that holds in itself; `remembered`, a head noted earlier in another
 * place, finds that too.
 */
export async function verifyAudit(
  db: Db,
  workspaceId: WorkspaceId,
  remembered?: AuditHead,
): Promise<AuditVerdict> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await sql`select set_config('parley.workspace', ${workspaceId}, true)`.execute(tx)
      return walk(tx, workspaceId, remembered)
    })
}

async function walk(
  tx: Tx,
  workspaceId: WorkspaceId,
  remembered?: AuditHead,
): Promise<AuditVerdict> {
  const head = (await getHead(tx, workspaceId)) ?? { seq: 0, hash: noHash }
  let last: Link = { seq: 0, hash: noHash }
  for (;;) {
    const entries = await entriesAfter(tx, workspaceId, { seq: last.seq, limit: batch })
    for (const entry of entries) {
      const why = whyBroken(entry, last, remembered)
      if (why) return { ok: false, brokenAt: last.seq + 1, why }
      last = { seq: entry.seq, hash: entry.hash }
    }
    if (entries.length < batch) return compareEnd(last, head, remembered)
  }
}

type Link = { seq: number; hash: Buffer }

function whyBroken(entry: StoredEntry, last: Link, remembered?: AuditHead): string | null {
  if (entry.seq !== last.seq + 1) return `Entry ${last.seq + 1} is missing.`
  if (!entry.previousHash.equals(last.hash))
    return `Entry ${entry.seq} does not follow the entry before it: one of them was replaced or moved.`
  if (!hashEntry(entry).equals(entry.hash))
    return `Entry ${entry.seq} is not as it was written: its fields do not match its hash.`
  if (remembered?.seq === entry.seq && remembered.hash !== entry.hash.toString('hex'))
    return `Entry ${entry.seq} is not the one that was noted: the log was rewritten.`
  return null
}

function compareEnd(last: Link, head: Link, remembered?: AuditHead): AuditVerdict {
  const end = Math.max(head.seq, remembered?.seq ?? 0)
  if (last.seq < end)
    return {
      ok: false,
      brokenAt: last.seq + 1,
      why: `The log should have ${end} entries and ends after ${last.seq}: its tail was cut off.`,
    }
  if (last.seq > head.seq || !last.hash.equals(head.hash))
    return {
      ok: false,
      brokenAt: Math.min(last.seq, head.seq + 1),
      why: `The log's end (entry ${last.seq}) is not the one its head names (entry ${head.seq}).`,
    }
  return { ok: true, entries: last.seq, head: { seq: last.seq, hash: last.hash.toString('hex') } }
}
