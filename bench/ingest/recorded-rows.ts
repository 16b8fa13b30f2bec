import type pg from 'pg'
import type { WorkspaceId } from '../../contract/ids.ts'
import { inWorkspace } from '../../src/platform/db.ts'
import type { BenchDatabase } from '../database.ts'

/** Rows of one table, column by column, as PostgreSQL writes them. */
export type Rows = { table: string; columns: Column[]; count: number }
type Column = { name: string; type: string; values: (string | null)[] }

/** All rows that taking in one page wrote. */
export type Writes = {
  inserted: Rows[]
  updated: Rows[]
  /** Messages whose earlier versions went. */
  forgotten: string[]
}

const tables = ['people', 'identities', 'events', 'conversations', 'messages'] as const

/**
 * Reads back, page by page, which rows a workspace gained and which changed, so that a program that
 * knows them beforehand can write the very same ones.
 */
export function createRecorder(owner: pg.Client, workspaceId: WorkspaceId) {
  const newest = new Map<string, string>(tables.map((table) => [table, zero]))

  async function read(table: string, where: string, values: unknown[]): Promise<Rows> {
    const columns = await columnsOf(owner, table)
    const list = columns.map(({ name }) => `${name}::text`).join(', ')
    const { rows } = await owner.query<(string | null)[]>({
      text: `select ${list} from ${table} where workspace_id = $1 and ${where} order by 1, 2`,
      values: [workspaceId, ...values],
      rowMode: 'array',
    })
    const filled = columns.map((column, at) => ({
      ...column,
      values: rows.map((row) => row[at] ?? null),
    }))
    return { table, columns: filled, count: rows.length }
  }

  return async (since: string, changed: readonly string[]): Promise<Writes> => {
    const inserted: Rows[] = []
    const before = new Map(newest)
    for (const table of tables) {
      const rows = await read(table, 'id > $2', [newest.get(table)])
      const ids = rows.columns.find(({ name }) => name === 'id')?.values ?? []
      newest.set(
        table,
        ids.reduce<string>((a, b) => (b !== null && b > a ? b : a), newest.get(table) ?? zero),
      )
      inserted.push(rows)
    }
    const ofChanged =
      'select id from messages where workspace_id = $1 and conversation_id = any($3)'
    const isOld = `id <= $2 and xmin::text::bigint >= $3`
    const messages = await read('messages', `${isOld} and conversation_id = any($4)`, [
      before.get('messages'),
      since,
      changed,
    ])
    const ids = valuesOf(messages, 'id')
    const gone = valuesOf(messages, 'deleted_at')
    const remote = valuesOf(messages, 'remote_id').filter((_, at) => gone[at] !== null)
    inserted.push(
      await read('message_versions', `message_id in (${ofChanged}) and xmin::text::bigint >= $2`, [
        since,
        changed,
      ]),
    )
    const conversations = await read('conversations', `${isOld} and id = any($4)`, [
      before.get('conversations'),
      since,
      changed,
    ])
    const events = await read('events', `${isOld} and subject_id = any($4)`, [
      before.get('events'),
      since,
      remote,
    ])
    return {
      inserted: inserted.filter(({ count }) => count > 0),
      updated: [messages, conversations, events].filter(({ count }) => count > 0),
      forgotten: ids.flatMap((id, at) => (id !== null && gone[at] !== null ? [id] : [])),
    }
  }
}

const zero = '00000000-0000-0000-0000-000000000000'

function valuesOf(rows: Rows, name: string): (string | null)[] {
  return rows.columns.find((column) => column.name === name)?.values ?? []
}

const known = new Map<string, Omit<Column, 'values'>[]>()

async function columnsOf(owner: pg.Client, table: string): Promise<Omit<Column, 'values'>[]> {
  const cached = known.get(table)
  if (cached) return cached
  const { rows } = await owner.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  )
  known.set(table, rows)
  return rows
}

/** Writes recorded rows to another workspace: one statement a table, in one transaction, and the cursor. */
export async function writeRows(
  database: BenchDatabase,
  { workspaceId, channelId }: { workspaceId: WorkspaceId; channelId: string },
  writes: Writes,
): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    await client.query("select set_config('parley.workspace', $1, true)", [workspaceId])
    for (const rows of writes.inserted) await client.query(...insertOf(rows, workspaceId))
    for (const rows of writes.updated) await client.query(...updateOf(rows, workspaceId))
    if (writes.forgotten.length > 0)
      await client.query(
        'delete from message_versions where workspace_id = $1 and message_id = any($2)',
        [workspaceId, writes.forgotten],
      )
    await client.query(
      'update channel_streams set cursor = $3, last_ok_at = now(), last_event_at = now() where workspace_id = $1 and channel_id = $2',
      [workspaceId, channelId, 'cursor'],
    )
    await client.query('commit')
  } finally {
    client.release()
  }
}

function insertOf({ table, columns }: Rows, workspaceId: WorkspaceId): [string, unknown[]] {
  const rest = columns.filter(({ name }) => name !== 'workspace_id')
  const names = rest.map(({ name }) => name).join(', ')
  // An array of arrays would be unnested to its last element: those go as texts.
  const isList = (type: string) => type.endsWith('[]')
  const arrays = rest.map(({ type }, at) => `$${at + 2}::${isList(type) ? 'text' : type}[]`)
  const values = rest.map(({ name, type }) => (isList(type) ? `n.${name}::${type}` : `n.${name}`))
  return [
    `insert into ${table} (workspace_id, ${names})
     select $1, ${values.join(', ')} from unnest(${arrays.join(', ')}) as n (${names})`,
    [workspaceId, ...rest.map(({ values }) => values)],
  ]
}

function updateOf({ table, columns }: Rows, workspaceId: WorkspaceId): [string, unknown[]] {
  const changing = columns.filter(({ name }) => (changeable[table] ?? []).includes(name))
  const id = columns.filter(({ name }) => name === 'id')
  const all = [...id, ...changing]
  const arrays = all.map(({ type }, at) => `$${at + 2}::${type}[]`).join(', ')
  const sets = changing.map(({ name }) => `${name} = n.${name}`).join(', ')
  return [
    `update ${table} t set ${sets} from unnest(${arrays}) as n (${all.map(({ name }) => name).join(', ')})
     where t.workspace_id = $1 and t.id = n.id`,
    [workspaceId, ...all.map(({ values }) => values)],
  ]
}

/** The columns that taking in a page may change in rows that are there. */
const changeable: Record<string, readonly string[]> = {
  events: ['raw'],
  messages: [
    ...['remote_version', 'text', 'preview', 'html', 'content_warning', 'media', 'ref', 'search'],
    ...['edited_at', 'deleted_at'],
  ],
  conversations: [
    ...['state', 'unanswered_since', 'due_at', 'last_message_at', 'last_customer_text'],
    ...['message_count', 'version', 'visibility', 'language'],
  ],
}

/** What stands in a workspace, in words that can be compared: every row without the database's own choices. */
export async function standing(
  database: BenchDatabase,
  workspaceId: WorkspaceId,
): Promise<Record<string, string>> {
  const digest = (columns: string) =>
    `count(*) || ' ' || md5(coalesce(string_agg(concat_ws('|', ${columns}), e'\\n' order by concat_ws('|', ${columns})), ''))`
  return inWorkspace(database.db, workspaceId, async () => {
    const { rows } = await database.owner.query<Record<string, string>>(
      `select
        (select ${digest('kind, subject_id, state, raw::text, encode(event_key, $$hex$$)')} from events where workspace_id = $1) as events,
        (select ${digest('display_name')} from people where workspace_id = $1) as people,
        (select ${digest('remote_id, handle, display_name')} from identities where workspace_id = $1) as identities,
        (select ${digest('thread_key, visibility, state, unanswered_since, due_at, last_message_at, last_customer_text, message_count')} from conversations where workspace_id = $1) as conversations,
        (select ${digest('remote_id, remote_version, author, text, html, media, ref, search, sent_at, edited_at, parent_remote_id')} from messages where workspace_id = $1) as messages,
        (select ${digest('remote_version, text')} from message_versions where workspace_id = $1) as versions`,
      [workspaceId],
    )
    return rows[0] ?? {}
  })
}
