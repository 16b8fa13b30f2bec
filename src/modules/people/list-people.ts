import { sql } from 'kysely'
import { z } from 'zod'
import { PersonId } from '../../../contract/ids.ts'
import { type PersonQuery, type PersonSummary, WinBackState } from '../../../contract/people.ts'
import { type Db, inWorkspace } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { canReadPeople } from './policy.ts'

type Row = {
  id: string
  name: string
  tags: string[]
  accounts: { network: string; handle: string }[] | null
  conversations: number
  last_at: Date | null
  win_back: string | null
}

/** A page of the people, newest first: those who wrote for the first time last, or came by import. */
export async function listPeople(
  db: Db,
  actor: Actor,
  query: PersonQuery,
): Promise<{ items: PersonSummary[]; next: string | null }> {
  authorize(actor, canReadPeople(actor))
  const { workspaceId } = actor
  const where = [
    sql`p.workspace_id = ${workspaceId} and p.merged_into is null and p.erased_at is null`,
  ]
  if (query.cursor !== undefined) where.push(sql`p.id < ${parseCursor(query.cursor)}::uuid`)
  if (query.tag) where.push(sql`${query.tag} = any(p.tags)`)
  if (query.winBack) where.push(sql`w.state = ${query.winBack}`)
  if (query.text?.trim()) where.push(textFilter(query.text.trim()))
  const rows = await inWorkspace(db, workspaceId, async (tx) => {
    const page = await sql<Row>`
      select p.id, p.display_name as name, p.tags, w.state as win_back,
        (select json_agg(json_build_object('network', i.network, 'handle', i.handle) order by i.id)
          from identities i where i.workspace_id = p.workspace_id and i.person_id = p.id) as accounts,
        (select count(*) from conversations c where c.workspace_id = p.workspace_id and c.person_id = p.id
          and c.merged_into is null) as conversations,
        (select max(c.last_message_at) from conversations c
          where c.workspace_id = p.workspace_id and c.person_id = p.id) as last_at
      from people p
      left join lateral (
        select v.state from win_back_cases v where v.workspace_id = p.workspace_id and v.person_id = p.id
        order by v.state_at desc, v.id desc limit 1) w on true
      where ${sql.join(where, sql` and `)}
      order by p.id desc limit ${query.limit + 1}`.execute(tx)
    return page.rows
  })
  const page = rows.slice(0, query.limit)
  return {
    items: page.map(viewSummary),
    next: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
  }
}

function viewSummary(row: Row): PersonSummary {
  return {
    id: PersonId.parse(row.id),
    name: row.name,
    tags: row.tags,
    identities: row.accounts ?? [],
    conversations: row.conversations,
    lastMessageAt: row.last_at?.toISOString() ?? null,
    winBack: WinBackState.nullable().parse(row.win_back),
    erased: false,
  }
}

function parseCursor(cursor: string): string {
  const parsed = z.uuid().safeParse(cursor)
  if (!parsed.success)
    throw badField('cursor', 'is not a cursor of this list; begin again without one')
  return parsed.data
}

function textFilter(text: string) {
  const like = `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  return sql`(p.display_name ilike ${like}
    or exists (select from identities i where i.workspace_id = p.workspace_id and i.person_id = p.id
      and (i.handle ilike ${like} or i.display_name ilike ${like}))
    or exists (select from person_contacts x where x.workspace_id = p.workspace_id and x.person_id = p.id
      and x.value ilike ${like}))`
}
