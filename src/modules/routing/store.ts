import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { WorkspaceId } from '../../../contract/ids.ts'
import { Rules } from '../../../contract/routing.ts'
import type { Tx } from '../../platform/db.ts'
import { often } from '../../platform/db-pool.ts'
import { type PreparedRules, prepareRules } from './choose-route.ts'

/** Where routing stands, with what rules about time need; `now` is the transaction's. */
export async function readStanding(tx: Tx, workspaceId: WorkspaceId) {
  const { rows } = await sql<{
    now: Date
    live_version: number | null
    clock_version: number | null
  }>`${sql.raw(often)}
    select now() as now, r.live_version, p.version as clock_version from workspaces w
    left join routing r on r.workspace_id = w.id left join clock_policies p on p.workspace_id = w.id
    where w.id = ${workspaceId}`.execute(tx)
  return rows[0]
}

const prepared = new Map<string, PreparedRules>()
const mostPrepared = 500

/** The rules of a version, read once by this process: a version never changes. */
export async function preparedVersion(
  tx: Tx,
  workspaceId: WorkspaceId,
  version: number,
): Promise<PreparedRules> {
  const key = `${workspaceId} ${version}`
  const known = prepared.get(key)
  if (known) return known
  const made = prepareRules((await readVersion(tx, workspaceId, version)) ?? [])
  if (prepared.size >= mostPrepared) prepared.clear()
  prepared.set(key, made)
  return made
}

export async function readVersion(
  tx: Tx,
  workspaceId: WorkspaceId,
  version: number,
): Promise<Rules | undefined> {
  const row = await tx
    .selectFrom('routing_versions')
    .select('rules')
    .where('workspace_id', '=', workspaceId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row && Rules.parse(row.rules)
}

/** The routing row, made when there is none, and held until the transaction ends. */
export async function holdRouting(tx: Tx, workspaceId: WorkspaceId) {
  await sql`insert into routing (workspace_id) values (${workspaceId}) on conflict do nothing`.execute(
    tx,
  )
  return tx
    .selectFrom('routing')
    .select(['live_version', 'draft', 'tried'])
    .where('workspace_id', '=', workspaceId)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

/** The same rules have the same hash, whatever the order of their fields in a request. */
export function hashRules(rules: Rules): string {
  return createHash('sha256')
    .update(JSON.stringify(Rules.parse(rules)))
    .digest('hex')
}
