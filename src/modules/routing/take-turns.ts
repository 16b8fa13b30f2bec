import { sql } from 'kysely'
import type { WorkspaceId } from '../../../contract/ids.ts'
import type { Tx } from '../../platform/db.ts'

/** A wish for somebody of a department. */
export type Turn = { departmentId: string; by: 'in-turn' | 'least-loaded' }
type Candidate = { departmentId: string; memberId: string; givenAt: number; load: number }

/**
 * Chooses somebody for each wish, in order: whoever waited longest for one, or holds the fewest that are not
 * done. Null when nobody of the department can answer customers. The department's turns are held until the
 * transaction ends, so that two channels never give to the same person at once.
 */
export async function takeTurns(
  tx: Tx,
  workspaceId: WorkspaceId,
  turns: readonly Turn[],
): Promise<(string | null)[]> {
  if (turns.length === 0) return []
  const candidates = await findCandidates(tx, workspaceId, turns)
  let at = Date.now()
  const given = turns.map((turn) => {
    const chosen = candidates
      .filter(({ departmentId }) => departmentId === turn.departmentId)
      .sort(
        (a, b) => (turn.by === 'least-loaded' ? a.load - b.load : 0) || a.givenAt - b.givenAt,
      )[0]
    if (!chosen) return null
    at += 1
    for (const one of candidates) if (one.memberId === chosen.memberId) one.load += 1
    chosen.givenAt = at
    return { ...chosen }
  })
  const kept = given.filter((one) => one !== null)
  await sql`
    update department_members dm set given_at = n.at
    from (select department_id, member_id, max(at) as at from unnest(
      ${kept.map((one) => one.departmentId)}::uuid[],
      ${kept.map((one) => one.memberId)}::uuid[],
      ${kept.map((one) => new Date(one.givenAt))}::timestamptz[]
    ) as n (department_id, member_id, at) group by department_id, member_id) n
    where dm.workspace_id = ${workspaceId} and dm.department_id = n.department_id
      and dm.member_id = n.member_id`.execute(tx)
  return given.map((one) => one?.memberId ?? null)
}

async function findCandidates(
  tx: Tx,
  workspaceId: WorkspaceId,
  turns: readonly Turn[],
): Promise<Candidate[]> {
  const departments = [...new Set(turns.map(({ departmentId }) => departmentId))]
  const { rows } = await sql<{
    department_id: string
    member_id: string
    given_at: Date | null
  }>`
    select dm.department_id, dm.member_id, dm.given_at from department_members dm
    join members m on m.workspace_id = dm.workspace_id and m.id = dm.member_id
    where dm.workspace_id = ${workspaceId} and dm.department_id = any(${departments}::uuid[])
      and m.left_at is null and m.role not in ('contributor', 'analyst')
    order by dm.department_id, dm.member_id for update of dm`.execute(tx)
  const loads = turns.some(({ by }) => by === 'least-loaded')
    ? await countHeld(
        tx,
        workspaceId,
        rows.map((row) => row.member_id),
      )
    : new Map<string, number>()
  return rows.map((row) => ({
    departmentId: row.department_id,
    memberId: row.member_id,
    givenAt: row.given_at?.getTime() ?? 0,
    load: loads.get(row.member_id) ?? 0,
  }))
}

async function countHeld(
  tx: Tx,
  workspaceId: WorkspaceId,
  memberIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`
    select assignee_id as id, count(*) as count from conversations
    where workspace_id = ${workspaceId} and assignee_id = any(${memberIds}::uuid[]) and state <> 'done'
    group by assignee_id`.execute(tx)
  return new Map(rows.map(({ id, count }) => [id, count]))
}
