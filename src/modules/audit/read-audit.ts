import type { AuditEntry } from '../../../contract/members.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { canReadAudit } from './policy.ts'
import { recordAct } from './record-act.ts'
import { type EntryFilter, entriesAfter, entriesBefore, getHead } from './store.ts'
import { exportLine, viewEntry } from './view.ts'

/**
 * A page of the workspace's log, newest first.
 * @param page `before`: the entry number that the page starts under; null: the newest
 * @returns `next`: the `before` of the following page, null at the end
 */
export async function listAudit(
  db: Db,
  actor: Actor,
  page: { before: number | null; limit: number; filter: EntryFilter },
): Promise<{ items: AuditEntry[]; next: number | null }> {
  authorize(actor, canReadAudit(actor))
  const found = await inWorkspace(db, actor.workspaceId, (tx) =>
    entriesBefore(tx, actor.workspaceId, {
      seq: page.before,
      limit: page.limit + 1,
      filter: page.filter,
    }),
  )
  const items = found.slice(0, page.limit).map(viewEntry)
  return { items, next: found.length > page.limit ? (items.at(-1)?.seq ?? null) : null }
}

const batch = 1000

/**
 * The whole log as JSON lines, oldest first, up to the entry that records this export. Read in batches
 * of their own, so that a slow reader holds no transaction open.
 */
export async function exportAudit(db: Db, actor: Actor): Promise<AsyncGenerator<string>> {
  authorize(actor, canReadAudit(actor))
  const { workspaceId } = actor
  const end = await inWorkspace(db, workspaceId, async (tx) => {
    await recordAct(tx, actor, {
      act: 'audit.export',
      subject: `workspace:${workspaceId}`,
      detail: {},
    })
    return (await getHead(tx, workspaceId))?.seq ?? 0
  })
  return readLines(db, actor, end)
}

async function* readLines(db: Db, { workspaceId }: Actor, end: number): AsyncGenerator<string> {
  for (let seq = 0; seq < end; ) {
    const entries = await inWorkspace(db, workspaceId, (tx) =>
      entriesAfter(tx, workspaceId, { seq, limit: Math.min(batch, end - seq) }),
    )
    const last = entries.at(-1)
    if (!last) return
    yield entries.map(exportLine).join('')
    seq = last.seq
  }
}
