import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { PersonId, type WorkspaceId } from '../../../contract/ids.ts'
import { type PersonQuery, type PersonSummary, WinBackState } from '../../../contract/people.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
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

/** So many are looked through before an index of all is. */
const newestFirst = 2000

/** A page of the people, newest first: those who wrote for the first time last, or came by import. */
export async function listPeople(
  db: Db,
  actor: Actor,
  query: PersonQuery,
): Promise<{ items: PersonSummary[]; next: string | null }> {
  authorize(actor, canReadPeople(actor))
  const { workspaceId } = actor
  const asked: Asked = { workspaceId, query, cursor: cursorOf(query) }
  const rows = await inWorkspace(db, workspaceId, async (tx) => {
    const filter = slowFilter(query)
    if (filter === undefined) return readPage(tx, asked)
    // What many have in common is soon found among the newest; what few have, by an index of all.
    const last = await lastOfNewest(tx, asked)
    if (last === undefined) return readPage(tx, asked, filter.plain)
    const newest = await readPage(tx, asked, sql`p.id > ${last}::uuid and ${filter.plain}`)
    return newest.length > query.limit ? newest : readPage(tx, asked, filter.byIndex)
  })
  const page = rows.slice(0, query.limit)
  return {
    items: page.map(viewSummary),
    next: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
  }
}

type Asked = { workspaceId: WorkspaceId; query: PersonQuery; cursor: string | null }

/** One more than the page has room for, if there are. */
async function readPage(tx: Tx, asked: Asked, filter = sql`true`): Promise<Row[]> {
  const { workspaceId, query } = asked
  const { rows } = await sql<Row>`
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
    where p.workspace_id = ${workspaceId} and p.merged_into is null and p.erased_at is null
      and ${winBackFilter(asked)} ${after(asked, sql`p.id`)} and ${filter}
    order by p.id desc limit ${query.limit + 1}`.execute(tx)
  return rows
}

/** The one after the newest people of the page; undefined: there are not so many. */
async function lastOfNewest(tx: Tx, asked: Asked): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select n.id from people n where n.workspace_id = ${asked.workspaceId} ${after(asked, sql`n.id`)}
    order by n.id desc offset ${sql.lit(newestFirst)} limit 1`.execute(tx)
  return rows[0]?.id
}

function after({ cursor }: Asked, id: RawBuilder<unknown>): RawBuilder<unknown> {
  return cursor === null ? sql`` : sql`and ${id} < ${cursor}::uuid`
}

/** The newest case says how they are; only those with any such case need to be looked at. */
function winBackFilter({ workspaceId, query: { winBack } }: Asked): RawBuilder<unknown> {
  if (!winBack) return sql`true`
  return sql`w.state = ${winBack} and p.id in (
    select v.person_id from win_back_cases v where v.workspace_id = ${workspaceId} and v.state = ${winBack})`
}

/** What no index helps with inside the wall: `byIndex` is the same by the functions that go round it. */
function slowFilter({ tag, text }: PersonQuery) {
  const like = text?.trim()
    ? `%${text.trim().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
    : undefined
  const plain = [...(tag ? [sql`${tag} = any(p.tags)`] : []), ...(like ? [textFilter(like)] : [])]
  if (plain.length === 0) return undefined
  const byIndex = [
    ...(tag ? [sql`p.id = any(array(select parley.find_tagged(${tag})))`] : []),
    ...(like ? [sql`p.id = any(array(select parley.find_people(${like})))`] : []),
  ]
  return { plain: sql.join(plain, sql` and `), byIndex: sql.join(byIndex, sql` and `) }
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

function cursorOf({ cursor }: PersonQuery): string | null {
  if (cursor === undefined) return null
  const parsed = z.uuid().safeParse(cursor)
  if (!parsed.success)
    throw badField('cursor', 'is not a cursor of this list; begin again without one')
  return parsed.data
}

/** Not `exists`: the planner would read all accounts into a table of its own for the few people asked about. */
function textFilter(like: string): RawBuilder<unknown> {
  return sql`(p.display_name ilike ${like}
    or (select true from identities i where i.workspace_id = p.workspace_id and i.person_id = p.id
      and (i.handle ilike ${like} or i.display_name ilike ${like}) limit 1)
    or (select true from person_contacts x where x.workspace_id = p.workspace_id and x.person_id = p.id
      and x.value ilike ${like} limit 1))`
}
