import { sql } from 'kysely'
import { ConversationId, MemberId, PageId } from '../../../contract/ids.ts'
import type { PageCall, PageListQuery, PageView } from '../../../contract/pages.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { AppError, badField } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import type { PageRow } from './page-store.ts'
import { canAcknowledge, canSeePages } from './policy.ts'

/** Pages, newest first. */
export async function listPages(
  { db }: { db: Db },
  actor: Actor,
  query: PageListQuery,
): Promise<{ items: PageView[]; next: string | null }> {
  authorize(actor, canSeePages(actor))
  const before = query.cursor === undefined ? null : readCursor(query.cursor)
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const rows = await readRows(
      tx,
      actor,
      sql`
      ${query.state === 'all' ? sql`true` : sql`p.state = 'open'`}
      and ${query.conversationId ? sql`p.conversation_id = ${query.conversationId}` : sql`true`}
      and ${before === null ? sql`true` : sql`p.id < ${before}`}
      order by p.id desc limit ${query.limit + 1}`,
    )
    const items = await viewRows(tx, actor, rows.slice(0, query.limit))
    return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
  })
}

export async function getPage({ db }: { db: Db }, actor: Actor, id: PageId): Promise<PageView> {
  authorize(actor, canSeePages(actor))
  return inWorkspace(db, actor.workspaceId, (tx) => readPage(tx, actor, id))
}

/** @throws AppError `not-found` */
export async function readPage(tx: Tx, actor: Actor, id: PageId): Promise<PageView> {
  const rows = await readRows(tx, actor, sql`p.id = ${id}`)
  const [view] = await viewRows(tx, actor, rows)
  if (!view) throw new AppError('not-found', 'There is no such page.')
  return view
}

type Row = PageRow & { person: string }

async function readRows(tx: Tx, actor: Actor, condition: ReturnType<typeof sql>): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select p.*, coalesce(nullif(i.display_name, ''), i.handle) as person
    from pages p
    join conversations c on c.workspace_id = p.workspace_id and c.id = p.conversation_id
    join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
    where p.workspace_id = ${actor.workspaceId} and ${condition}`.execute(tx)
  return rows
}

type CallRow = {
  page_id: string
  step: number
  tier: PageCall['tier']
  member_id: string
  member_name: string
  way: PageCall['way']
  state: PageCall['state'] | 'sending'
  problem: string | null
  created_at: Date
}

const callsShown = 100

/** A mail stands as the mail itself says; one that is no longer kept was sent. */
async function readCalls(tx: Tx, actor: Actor, ids: readonly string[]): Promise<CallRow[]> {
  const { rows } = await sql<CallRow>`
    select k.page_id, k.step, k.tier, k.member_id, m.name as member_name, k.way, k.created_at,
      case when o.state in ('failed', 'returned', 'unknown') then 'failed'
        when o.state in ('waiting', 'sending') then 'waiting' else k.state end as state,
      coalesce(k.problem, o.problem) as problem
    from unnest(${ids}::uuid[]) as wanted (id)
    cross join lateral (
      select * from page_calls k where k.workspace_id = ${actor.workspaceId} and k.page_id = wanted.id
      order by k.step desc, k.id desc limit ${callsShown}) k
    join members m on m.workspace_id = k.workspace_id and m.id = k.member_id
    left join outgoing_mails o on o.workspace_id = k.workspace_id and k.way = 'mail'
      and o.dedupe_key = 'page:' || k.id
    order by k.step desc, k.id desc`.execute(tx)
  return rows
}

async function viewRows(tx: Tx, actor: Actor, rows: readonly Row[]): Promise<PageView[]> {
  if (rows.length === 0) return []
  const calls = Map.groupBy(
    await readCalls(
      tx,
      actor,
      rows.map(({ id }) => id),
    ),
    (call) => call.page_id,
  )
  return rows.map((row) => ({
    id: PageId.parse(row.id),
    conversationId: ConversationId.parse(row.conversation_id),
    person: row.person,
    severity: row.severity,
    state: row.state,
    openedAt: row.opened_at.toISOString(),
    nextAt: row.state === 'open' ? row.next_at.toISOString() : null,
    endedAt: row.ended_at?.toISOString() ?? null,
    acknowledged:
      row.state === 'acknowledged' && row.ended_at && row.ended_via
        ? { name: row.ended_name ?? '', via: row.ended_via, at: row.ended_at.toISOString() }
        : null,
    calls: (calls.get(row.id) ?? []).map(viewCall),
    can: { acknowledge: row.state === 'open' && canAcknowledge(actor) },
  }))
}

function viewCall(row: CallRow): PageCall {
  return {
    step: row.step,
    tier: row.tier,
    member: { id: MemberId.parse(row.member_id), name: row.member_name },
    way: row.way,
    state: row.state === 'sending' ? 'waiting' : row.state,
    problem: row.problem,
    at: row.created_at.toISOString(),
  }
}

function readCursor(cursor: string): PageId {
  const id = PageId.safeParse(cursor)
  if (!id.success) throw badField('cursor', 'is not one of ours: use `next` of the page before')
  return id.data
}
