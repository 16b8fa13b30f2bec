import type { WorkspaceId } from '../../../contract/ids.ts'
import { type Routing, Rules } from '../../../contract/routing.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { canRoute } from './policy.ts'
import { hashRules, readVersion } from './store.ts'

type Row = { live_version: number | null; draft: unknown; tried: string | null }

/** The live rules, those being written, and all that were live. */
export async function getRouting(db: Db, actor: Actor): Promise<Routing> {
  authorize(actor, canRoute(actor))
  return inWorkspace(db, actor.workspaceId, (tx) => viewRouting(tx, actor.workspaceId))
}

export async function viewRouting(tx: Tx, workspaceId: WorkspaceId): Promise<Routing> {
  const row: Row = (await tx
    .selectFrom('routing')
    .select(['live_version', 'draft', 'tried'])
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()) ?? { live_version: null, draft: null, tried: null }
  const live = row.live_version
  const rules = live === null ? undefined : await readVersion(tx, workspaceId, live)
  const draft = await draftOf(tx, workspaceId, row)
  return {
    live: live !== null && rules ? { version: live, rules } : null,
    draft,
    draftTried: row.tried === hashRules(draft),
    versions: await readVersions(tx, workspaceId),
  }
}

/** The rules being written: as live when nobody has begun to change them. */
export async function draftOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  { draft, live_version: live }: Pick<Row, 'draft' | 'live_version'>,
): Promise<Rules> {
  if (draft !== null) return Rules.parse(draft)
  return live === null ? [] : ((await readVersion(tx, workspaceId, live)) ?? [])
}

async function readVersions(tx: Tx, workspaceId: WorkspaceId): Promise<Routing['versions']> {
  const rows = await tx
    .selectFrom('routing_versions')
    .select(['version', 'rules', 'made_at', 'made_by_name', 'reverted_to'])
    .where('workspace_id', '=', workspaceId)
    .orderBy('version', 'desc')
    .limit(50)
    .execute()
  return rows.map((row) => ({
    version: row.version,
    madeAt: row.made_at.toISOString(),
    madeByName: row.made_by_name,
    revertedTo: row.reverted_to,
    ruleCount: Rules.parse(row.rules).length,
  }))
}
