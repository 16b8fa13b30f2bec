import pg from 'pg'

export type Table = {
  schema: string
  table: string
  /** `schema.table`. */
  name: string
  columns: string[]
  /** Quoted, for SQL. */
  sqlName: string
  sqlColumns: string
}

const quote = pg.escapeIdentifier

/** Makes values read and written alike whatever the server's own settings are. */
export const steadyFormat = `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601';
  set local timezone = 'UTC'; set local extra_float_digits = 3; set local client_encoding = 'UTF8';
  set local statement_timeout = 0; set local search_path = public`

/** Every table of ours with the columns that are stored, referenced tables before those that refer to them. */
export async function tablesOf(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<{
    schema: string
    table: string
    columns: string[]
    refers: string[]
  }>(`
    select n.nspname as schema, c.relname as table,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      ) as columns,
      array(select distinct rn.nspname || '.' || r.relname from pg_constraint k
        join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace
        where k.conrelid = c.oid and k.contype = 'f' and r.oid <> c.oid) as refers
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not like 'kysely\\_%'
    order by 1, 2`)
  const tables = rows.map(({ schema, table, columns, refers }) => ({
    refers,
    found: {
      schema,
      table,
      name: `${schema}.${table}`,
      columns,
      sqlName: `${quote(schema)}.${quote(table)}`,
      sqlColumns: columns.map((column) => quote(column)).join(', '),
    },
  }))
  return inOrder(tables)
}

function inOrder(tables: { refers: string[]; found: Table }[]): Table[] {
  const done = new Map<string, Table>()
  while (done.size < tables.length) {
    const ready = tables.filter(
      ({ refers, found }) => !done.has(found.name) && refers.every((name) => done.has(name)),
    )
    if (ready.length === 0) throw new Error('tables refer to each other in a circle')
    for (const { found } of ready) done.set(found.name, found)
  }
  return [...done.values()]
}
