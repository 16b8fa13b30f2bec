import { sql } from 'kysely'
import { z } from 'zod'
import type { ImportResult } from '../../../contract/exports.ts'
import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/db.ts'
import { enqueue } from '../../platform/jobs.ts'
import type { Actor } from '../access/index.ts'
import { recordAct, verifyAudit } from '../audit/index.ts'
import { inviteOwnersBack, lockEmptyInstance } from '../members/index.ts'
import { holdClockVersion, recountDue, recountKey } from '../reply-clock/index.ts'
import { loadArchive } from './load-archive.ts'
import type { Manifest } from './manifest.ts'
import { keyStayed } from './what-travels.ts'
import type { Progress } from './write-archive.ts'

export type ImportOrder = {
  database: Pick<Database, 'db' | 'pool'>
  clock: Clock
  /** Address at which browsers reach Parley, for the links. */
  publicUrl: string
  file: string
  /** Who brings it in, as the audit log names them. */
  by: string
  onProgress?(progress: Progress): void
}

/**
 * Brings a workspace from another Parley into this empty one: all of it or nothing. Ids stay, and so does
 * the audit log, whose next entry tells of the import. Secrets are not in an archive: accounts wait to be
 * connected again, and the owners come in by a link.
 * @throws BadArchive naming file and line; conflict when this Parley is not empty
 */
export async function importWorkspace(order: ImportOrder): Promise<ImportResult> {
  const { database, clock, publicUrl, file, by, onProgress } = order
  const { manifest, rows, result } = await loadArchive({
    database,
    file,
    ...(onProgress && { onProgress }),
    before: lockEmptyInstance,
    async after(tx, head) {
      const workspaceId = head.workspace.id
      const again = await disconnected(tx)
      const undecided = await countUndecided(tx)
      const owners = await inviteOwnersBack(tx, { workspaceId, at: clock(), publicUrl })
      await recountLater(tx, workspaceId)
      await record(tx, { kind: 'operator', workspaceId, name: by }, head)
      return { again, undecided, owners }
    },
  })
  const { ok } = await verifyAudit(database.db, manifest.workspace.id)
  const { workspace, media } = manifest
  return { business: workspace.name, rows, media: media.files, ...result, auditOk: ok }
}

async function record(tx: Tx, actor: Actor, { madeAt, program, tables }: Manifest): Promise<void> {
  const rows = tables.reduce((sum, part) => sum + part.rows, 0)
  const subject = `workspace:${actor.workspaceId}`
  await recordAct(tx, actor, {
    act: 'workspace.imported',
    subject,
    detail: { madeAt, program, rows },
  })
}

/** A count of due times that was under way over there is done again. */
async function recountLater(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  const version = await holdClockVersion(tx)
  if (version === null) return
  const payload = { workspaceId, version, after: null }
  await enqueue(tx, recountDue, payload, { key: recountKey(workspaceId) })
}

const Names = z.object({
  accounts: z.array(z.string()),
  webhooks: z.array(z.string()),
  keys: z.array(z.string()),
  providers: z.array(z.string()),
})

/** What was at work over there and has to be connected again, as the import has left it. */
async function disconnected(tx: Tx): Promise<ImportResult['again']> {
  const { rows } = await sql`select
    array(select handle from channels order by id) as accounts,
    array(select url from webhook_endpoints where paused_why = ${keyStayed} order by id) as webhooks,
    array(select name from api_keys where revoked_at = now() order by id) as keys,
    array(select name from sso_providers order by id) as providers`.execute(tx)
  return Names.parse(rows[0])
}

async function countUndecided(tx: Tx): Promise<number> {
  const { rows } =
    await sql`select count(*)::int as found from deliveries where state = 'unknown'`.execute(tx)
  return z.object({ found: z.int() }).parse(rows[0]).found
}
