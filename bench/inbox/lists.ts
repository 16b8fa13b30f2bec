import type pg from 'pg'

/** A list that people look at, as the API is asked for it. `indexes`: those that serve it well. */
export type ListKind = {
  name: string
  query: Record<string, string>
  where: string
  order: string
  indexes: readonly string[]
  search: boolean
}

const byDue = 'c.due_at, c.id'
const open = `c.state <> 'done' and (c.snoozed_until is null or c.snoozed_until <= now()
  or (c.due_at <= now() and c.due_at > c.snoozed_at))`

export const listKinds: readonly ListKind[] = [
  {
    name: 'all by due time',
    query: {},
    where: open,
    order: byDue,
    indexes: ['conversations_due'],
    search: false,
  },
  {
    name: 'unassigned by due time',
    query: { assignee: 'none' },
    where: `${open} and c.assignee_id is null`,
    order: byDue,
    // Where most have nobody, they are found as soon by due time alone.
    indexes: ['conversations_assignee_due', 'conversations_due'],
    search: false,
  },
  {
    name: 'all, newest first',
    query: { sort: 'newest' },
    where: open,
    order: 'c.last_message_at desc, c.id desc',
    indexes: ['conversations_newest'],
    search: false,
  },
  {
    name: 'a search for a word',
    query: { state: 'new,open,done', snoozed: 'any' },
    where: `c.state = any('{new,open,done}') and c.id in (
      select m.conversation_id from messages m where m.workspace_id = $1 and m.search @@ $2::tsquery)`,
    order: byDue,
    indexes: ['messages_search'],
    search: true,
  },
]

/** One page with the same rows and columns as the program's, as one plain statement. `$1`: workspace, `$2`: word. */
export function bareSql({ where, order }: Pick<ListKind, 'where' | 'order'>): string {
  return `
    select c.id, c.channel_id, ch.network, c.person_id, i.display_name, i.handle, i.profile_url, c.visibility, c.state,
      c.assignee_id, a.name, c.unanswered_since, c.department_id, dp.name as department, c.severity, c.language,
      c.snoozed_until, c.snoozed_at, c.routed, c.due_at, c.last_message_at, c.last_customer_text, c.message_count,
      c.version, c.identity_id, c.thread_key
    from conversations c
    join channels ch on ch.workspace_id = c.workspace_id and ch.id = c.channel_id
    join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
    left join members a on a.workspace_id = c.workspace_id and a.id = c.assignee_id
    left join departments dp on dp.workspace_id = c.workspace_id and dp.id = c.department_id
    where c.workspace_id = $1 and ${where}
    order by ${order} limit 51`
}

/**
 * The plans of lists that are not read along their index behind the wall, where the program reads them.
 * Of a few hundred rows PostgreSQL rightly sorts all, so this says something of the large size only.
 */
export async function wrongPlans(
  owner: pg.Client,
  workspaceId: string,
): Promise<{ name: string; plan: string }[]> {
  const wrong: { name: string; plan: string }[] = []
  await owner.query('begin; set local role parley_app')
  await owner.query(`select set_config('parley.workspace', $1, true)`, [workspaceId])
  for (const kind of listKinds.filter(({ search }) => !search)) {
    const { rows } = await owner.query<{ 'QUERY PLAN': string }>(
      `explain ${bareSql(kind).replace('$1', `'${workspaceId}'`)}`,
    )
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    if (!kind.indexes.some((index) => plan.includes(`using ${index} `)))
      wrong.push({ name: kind.name, plan })
  }
  await owner.query('rollback')
  return wrong
}
