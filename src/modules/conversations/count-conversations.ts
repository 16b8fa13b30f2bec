import { sql } from 'kysely'
import type { ConversationCounts } from '../../../contract/conversations.ts'
import { DepartmentId } from '../../../contract/ids.ts'
import { type Db, oftenInWorkspace, type Tx } from '../../platform/db.ts'
import { type Actor, authorize } from '../access/index.ts'
import { type ConversationFilter, filtersOf } from './filters.ts'
import { canReadConversations } from './policy.ts'
import { awake } from './view.ts'

type Totals = Omit<ConversationCounts, 'departments'>

/** How many conversations each view of the inbox holds. */
export async function countConversations(
  db: Db,
  actor: Actor,
  now: Date,
): Promise<ConversationCounts> {
  authorize(actor, canReadConversations(actor))
  const me = actor.kind === 'member' ? actor.memberId : null
  return oftenInWorkspace(db, actor.workspaceId, async (tx) => {
    const { rows } = await sql<Totals>`
      select count(*) filter (where c.assignee_id = ${me}::uuid and awake) as mine,
        count(*) filter (where c.assignee_id is null and awake) as unassigned,
        count(*) filter (where awake) as "all",
        count(*) filter (where c.due_at < ${now} and awake) as overdue,
        count(*) filter (where not awake) as snoozed,
        (select count(*) from conversations d
          where d.workspace_id = ${actor.workspaceId} and d.state = 'done'
            and d.merged_into is null) as done
      from conversations c cross join lateral (select ${awake(now)} as awake) a
      where c.workspace_id = ${actor.workspaceId} and c.state <> 'done'`.execute(tx)
    const totals = rows[0] ?? { mine: 0, unassigned: 0, all: 0, done: 0, overdue: 0, snoozed: 0 }
    return { ...totals, departments: await countDepartments(tx, actor, now) }
  })
}

async function countDepartments(tx: Tx, actor: Actor, now: Date) {
  const { rows } = await sql<{ id: string; count: number }>`
    select c.department_id as id, count(*) as count from conversations c
    where c.workspace_id = ${actor.workspaceId} and c.state <> 'done' and c.department_id is not null
      and ${awake(now)}
    group by c.department_id`.execute(tx)
  return rows.map(({ id, count }) => ({ id: DepartmentId.parse(id), count }))
}

/** How many conversations a filter finds, counted up to `most`: a badge needs no more. */
export async function countMatching(
  tx: Tx,
  actor: Actor,
  filter: ConversationFilter,
  { now, most }: { now: Date; most: number },
): Promise<number> {
  const where = filtersOf(actor, filter, now)
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from conversations c where ${sql.join(where, sql` and `)} limit ${most}) n`.execute(
    tx,
  )
  return rows[0]?.count ?? 0
}
