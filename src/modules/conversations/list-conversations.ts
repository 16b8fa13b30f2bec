import { sql } from 'kysely'
import { z } from 'zod'
import type { ConversationQuery, ConversationSummary } from '../../../contract/conversations.ts'
import { PageQuery } from '../../../contract/http.ts'
import { type Db, inWorkspace, type Tx } from '../../platform/db.ts'
import { often } from '../../platform/db-pool.ts'
import { badField } from '../../platform/errors.ts'
import { type Actor, authorize } from '../access/index.ts'
import { clockRules } from '../reply-clock/index.ts'
import { filtersOf } from './filters.ts'
import { canReadConversations } from './policy.ts'
import { type SummaryRow, summaryColumns, summaryTables, viewSummary } from './view.ts'

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

/**
 * Lists of this size are asked again and again, by a few texts. They are kept prepared: planning one takes
 * longer than reading it.
 */
const usualLimit = PageQuery.parse({}).limit

async function readPage(
  tx: Tx,
  actor: Actor,
  query: ConversationQuery,
  now: Date,
): Promise<SummaryRow[]> {
  const where = filtersOf(actor, query, now)
  if (query.cursor) where.push(after(query.sort, query.cursor))
  const order = query.sort === 'due' ? sql`c.due_at, c.id` : sql`c.last_message_at desc, c.id desc`
  const { rows } = await sql<SummaryRow>`${sql.raw(query.limit === usualLimit ? often : '')}
    select ${summaryColumns}
    from ${summaryTables}
    where ${sql.join(where, sql` and `)}
    order by ${order} limit ${sql.raw(String(query.limit + 1))}`.execute(tx)
  return rows
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
