import { sql } from 'kysely'
import { z } from 'zod'
import {
  type ConversationCounts,
  type ConversationQuery,
  ConversationState,
  type ConversationSummary,
} from '../../../contract/conversations.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { badField } from '../../platform/errors.ts'
import { wordsOf } from '../../platform/fold-text.ts'
import { type Actor, authorize } from '../access/index.ts'
import { clockRules } from '../reply-clock/index.ts'
import { canReadConversations } from './policy.ts'
import { type SummaryRow, summaryColumns, viewSummary } from './view.ts'

/** A page of the inbox. Keyset paging: a page costs the same wherever it is. */
export async function listConversations(
  db: Db,
  actor: Actor,
  query: ConversationQuery,
  now: Date,
): Promise<{ items: ConversationSummary[]; next: string | null }> {
  authorize(actor, canReadConversations(actor))
  const { rows, rules } = await inWorkspace(db, actor.workspaceId, async (tx) => {
    const rows = await readPage(tx, actor, query, now)
    const version = rows[0]?.clock_version ?? null
    return { rows, rules: await clockRules(tx, actor.workspaceId, version) }
  })
  const page = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? page.at(-1) : undefined
  return {
    items: page.map((row) => viewSummary(row, now, rules)),
    next: last ? makeCursor(query.sort, last) : null,
  }
}

async function readPage(
  tx: Tx,
  actor: Actor,
  query: ConversationQuery,
  now: Date,
): Promise<SummaryRow[]> {
  const where = [sql`c.workspace_id = ${actor.workspaceId}`, stateFilter(query.state)]
  if (query.assignee === 'none') where.push(sql`c.assignee_id is null`)
  else if (query.assignee !== undefined)
    where.push(sql`c.assignee_id = ${assigneeOf(actor, query.assignee)}`)
  if (query.channel) where.push(sql`c.channel_id = ${query.channel}`)
  if (query.overdue === 'true') where.push(sql`c.due_at < ${now}`)
  if (query.overdue === 'false') where.push(sql`c.due_at >= ${now}`)
  if (query.text?.trim()) where.push(textFilter(query.text))
  if (query.cursor) where.push(after(query.sort, query.cursor))
  const order = query.sort === 'due' ? sql`c.due_at, c.id` : sql`c.last_message_at desc, c.id desc`
  const { rows } = await sql<SummaryRow>`
    select ${summaryColumns}
    from conversations c
    join channels ch on ch.workspace_id = c.workspace_id and ch.id = c.channel_id
    join identities i on i.workspace_id = c.workspace_id and i.id = c.identity_id
    left join members a on a.workspace_id = c.workspace_id and a.id = c.assignee_id
    where ${sql.join(where, sql` and `)}
    order by ${order} limit ${query.limit + 1}`.execute(tx)
  return rows
}

function stateFilter(states: string | undefined) {
  if (states === undefined) return sql`c.state <> 'done'`
  const parsed = z.array(ConversationState).safeParse(states.split(','))
  if (!parsed.success)
    throw badField('state', `must be among ${ConversationState.options.join(', ')}`)
  // Said besides, so that the partial indexes over open conversations serve it.
  const open = parsed.data.includes('done') ? sql`` : sql` and c.state <> 'done'`
  return sql`c.state = any(${parsed.data}::text[])${open}`
}

/** An API key has nobody who could be "me". */
function assigneeOf(actor: Actor, wanted: string): string {
  if (wanted !== 'me') return wanted
  if (actor.kind !== 'member') throw badField('assignee', '"me" needs a person; name a member’s id')
  return actor.memberId
}

/** All words must stand in one message of the conversation; the last one may be the beginning of a word. */
function textFilter(text: string) {
  const words = wordsOf(text)
  if (words.length === 0) return sql`false`
  const wanted = words.map((word, index) => (index === words.length - 1 ? `${word}:*` : word))
  return sql`c.id in (select parley.find_conversations(${wanted.join(' & ')}::tsquery))`
}

const Cursor = z.tuple([z.enum(['due', 'newest']), z.string(), z.uuid()])

function makeCursor(sort: ConversationQuery['sort'], row: SummaryRow): string {
  // As text in full precision: a Date would cut microseconds and lose or repeat rows.
  const at = sort === 'due' ? row.due_key : row.newest_key
  return Buffer.from(JSON.stringify([sort, at, row.id])).toString('base64url')
}

function after(sort: ConversationQuery['sort'], cursor: string) {
  const parsed = Cursor.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (
    !parsed.success ||
    parsed.data[0] !== sort ||
    !/^(infinity|\d{4}-[\d :.+-]+)$/.test(parsed.data[1])
  )
    throw badField('cursor', 'is not a cursor of this list; begin again without one')
  const [, at, id] = parsed.data
  return sort === 'due'
    ? sql`(c.due_at, c.id) > (${at}::timestamptz, ${id}::uuid)`
    : sql`(c.last_message_at, c.id) < (${at}::timestamptz, ${id}::uuid)`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How many conversations each view of the inbox holds. */
export async function countConversations(
  db: Db,
  actor: Actor,
  now: Date,
): Promise<ConversationCounts> {
  authorize(actor, canReadConversations(actor))
  const me = actor.kind === 'member' ? actor.memberId : null
  return inWorkspace(db, actor.workspaceId, async (tx) => {
    const { rows } = await sql<ConversationCounts>`
      select count(*) filter (where c.assignee_id = ${me}::uuid) as mine,
        count(*) filter (where c.assignee_id is null) as unassigned,
        count(*) as "all",
        count(*) filter (where c.due_at < ${now}) as overdue,
        (select count(*) from conversations d
          where d.workspace_id = ${actor.workspaceId} and d.state = 'done') as done
      from conversations c where c.workspace_id = ${actor.workspaceId} and c.state <> 'done'`.execute(
      tx,
    )
    return rows[0] ?? { mine: 0, unassigned: 0, all: 0, done: 0, overdue: 0 }
  })
}
