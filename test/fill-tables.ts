import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { tablesOf } from '../src/platform/backup-tables.ts'

/**
 * Three rows in every table there is, with values of its columns' types that are hard to carry: made
 * from the catalogue, so that a table added later is filled, backed up and compared as well.
 */
export async function fillTables(client: pg.Client): Promise<void> {
  await client.query('set session_replication_role = replica')
  const checks = await client.query<{ name: string; definition: string }>(
    `select conrelid::regclass::text as name, pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'c'`,
  )
  for (const { schema, table, name, sqlName } of await tablesOf(client)) {
    const { rows: columns } = await client.query<{ column: string; type: string }>(
      `select column_name as column, udt_name as type from information_schema.columns
       where table_schema = $1 and table_name = $2 and is_generated = 'NEVER' order by ordinal_position`,
      [schema, table],
    )
    const definitions = checks.rows.filter((check) =>
      check.name.replaceAll('"', '').endsWith(table),
    )
    for (let n = 1; n <= 3; n += 1) {
      const values = columns.map(
        ({ column, type }) =>
          fitting[`${table}.${column}`] ??
          fitting[column] ??
          sample(type, n, allowed(definitions, column), column === 'bytes'),
      )
      const list = columns.map(({ column }) => pg.escapeIdentifier(column)).join(', ')
      const marks = columns.map((_column, at) => `$${at + 1}`).join(', ')
      await client
        .query(`insert into ${sqlName} (${list}) values (${marks})`, values)
        .catch((cause) => {
          throw new Error(`${name}: ${cause.message}`, { cause })
        })
    }
  }
  await client.query('set session_replication_role = default')
  await client.query(`select graphile_worker.add_job('a.task', '{"id": "x\\\\ny"}', job_key => 'k1',
    run_at => now() + interval '1 day', max_attempts => 7, priority => 3, flags => array['f'])`)
  await client.query(`select graphile_worker.add_job('b.task', queue_name => 'q')`)
}

/** Values for columns whose checks ask for more than one of a list. */
const fitting: Record<string, unknown> = {
  severity: 'urgent',
  // Over, as the time in `ended_at` says.
  'pages.state': 'done',
  accent: '#12ab90',
  currency: 'EUR',
  languages: ['en', 'ro'],
}

/** The first value that a check of this column allows, when there is one. */
function allowed(definitions: { definition: string }[], column: string): string | null {
  const own = definitions.find(({ definition }) =>
    new RegExp(`^CHECK \\(\\(?\\(?"?${column}"? = ANY`).test(definition),
  )
  return own?.definition.match(/'([^']+)'/)?.[1] ?? null
}

const nasty = 'tab\t, line\nend, \\. and \\N, „ghilimele” 👩‍👩‍👧 \r\n\\.\n'

function sample(type: string, n: number, allowedText: string | null, large: boolean): unknown {
  const id = `00000000-0000-7000-8000-00000000000${n}`
  switch (type) {
    case 'uuid':
      return id
    case 'text':
      return allowedText ?? `${nasty}${n}`
    case '_text':
      return [`${nasty}${n}`, '{"', 'NULL']
    case 'jsonb':
    case 'json':
      return JSON.stringify({ n, text: nasty, deep: [1e300, null, { a: '\\' }] })
    case 'bytea':
      return Buffer.concat([Buffer.from([0, 10, 92, 46, 10, n]), randomBytes(large ? 300_000 : 20)])
    case 'timestamptz':
      return n === 1 ? 'infinity' : `2026-11-22T05:00:00.12345${n}Z`
    case 'bool':
      return n === 1
    case 'tsvector':
      return `'multumesc':${n} 'a\\b':2`
    case 'float4':
      return 0.75
    case 'int2':
    case 'int4':
    case 'int8':
      return n
    default:
      throw new Error(`no sample for a column of type ${type}: add one`)
  }
}
