import { sql } from 'kysely'
import type { GoLiveInput, RevertInput, Routing, Rules } from '../../../contract/routing.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { recordAct } from '../audit/index.ts'
import { checkRules } from './check-rules.ts'
import { canRoute } from './policy.ts'
import { viewRouting } from './read-routing.ts'
import { hashRules, holdRouting, readVersion } from './store.ts'

/** Keeps the rules being written; nothing is routed by them. */
export async function keepDraft(db: Db, actor: Actor, rules: Rules): Promise<Routing> {
  authorize(actor, canRoute(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    await checkRules(tx, actor.workspaceId, rules)
    await holdRouting(tx, actor.workspaceId)
    await tx
      .updateTable('routing')
      .set({ draft: JSON.stringify(rules) })
      .where('workspace_id', '=', actor.workspaceId)
      .execute()
    return viewRouting(tx, actor.workspaceId)
  })
}

/**
 * Makes rules the ones that route what comes from now on.
 * @throws AppError `refused` unless just these rules were tried last, `conflict` when others went live
 * meanwhile
 */
export async function goLive(
  db: Db,
  actor: Actor,
  { rules, basedOn }: GoLiveInput,
): Promise<Routing> {
  authorize(actor, canRoute(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const routing = await holdRouting(tx, actor.workspaceId)
    checkBase(routing.live_version, basedOn)
    await checkRules(tx, actor.workspaceId, rules)
    if (rules.length > 0 && routing.tried !== hashRules(rules))
      throw new AppError(
        'refused',
        'Try these rules on past conversations first, just as they are.',
      )
    await addVersion(tx, actor, { rules, revertedTo: null })
    return viewRouting(tx, actor.workspaceId)
  })
}

/** Takes up the rules of an earlier version, as a new version. */
export async function revertRouting(
  db: Db,
  actor: Actor,
  { to, basedOn }: RevertInput,
): Promise<Routing> {
  authorize(actor, canRoute(actor))
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const routing = await holdRouting(tx, actor.workspaceId)
    checkBase(routing.live_version, basedOn)
    const rules = await readVersion(tx, actor.workspaceId, to)
    if (!rules) throw new AppError('not-found', 'There is no such version.')
    await checkRules(tx, actor.workspaceId, rules)
    await addVersion(tx, actor, { rules, revertedTo: to })
    return viewRouting(tx, actor.workspaceId)
  })
}

function checkBase(live: number | null, basedOn: number | null): void {
  if (live !== basedOn)
    throw new AppError('conflict', 'Other rules went live a moment ago. Look at them first.')
}

async function addVersion(
  tx: Tx,
  actor: Actor,
  { rules, revertedTo }: { rules: Rules; revertedTo: number | null },
): Promise<void> {
  const { rows } = await sql<{ version: number }>`
    insert into routing_versions (workspace_id, version, rules, made_at, made_by_name, reverted_to)
    select ${actor.workspaceId}, coalesce(max(version), 0) + 1, ${JSON.stringify(rules)}::jsonb, now(),
      ${actor.name}, ${revertedTo}::int
    from routing_versions where workspace_id = ${actor.workspaceId} returning version`.execute(tx)
  const version = rows[0]?.version
  if (version === undefined) throw new Error('the version was not written')
  await tx
    .updateTable('routing')
    .set({ live_version: version, draft: null })
    .where('workspace_id', '=', actor.workspaceId)
    .execute()
  await recordAct(tx, actor, {
    act: revertedTo === null ? 'routing.went-live' : 'routing.reverted',
    subject: `routing:${version}`,
    detail: {
      version,
      rules: rules.map(({ name }) => name),
      ...(revertedTo !== null && { revertedTo }),
    },
  })
}
