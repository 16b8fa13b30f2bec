import pg from 'pg'
import { z } from 'zod'
import { tablesOf } from '../../platform/backup-tables.ts'
import { files, keptBack, leftOut } from './what-travels.ts'

export type Column = { name: string; type: string }

/** A table of the workspace as an archive holds it. */
export type TenantTable = {
  name: string
  /** What stands in each line, in this order. */
  fields: Column[]
  /** Columns of the primary key, which lines are ordered by. */
  key: string[]
  /** The column that names the workspace. */
  owner: 'workspace_id' | 'id'
  /** The column whose contents are files under `media/`. */
  file: string | null
}

const Found = z.object({
  name: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  key: z.array(z.string()),
})

/** Every walled table of the database, whether it travels or not, by the catalogue. */
export async function walledTables(client: pg.ClientBase): Promise<z.infer<typeof Found>[]> {
  const { rows } = await client.query(`
    select c.relname as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
          order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select array_agg(a.attname::text order by array_position(k.conkey, a.attnum))
        from pg_constraint k join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
        where k.conrelid = c.oid and k.contype = 'p') as key
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relrowsecurity and c.relforcerowsecurity`)
  return z.array(Found).parse(rows)
}

/** The tables that an archive holds, referenced tables before those that refer to them. */
export async function tenantTables(client: pg.ClientBase): Promise<TenantTable[]> {
  const found = new Map((await walledTables(client)).map((table) => [table.name, table]))
  const inOrder = (await tablesOf(client)).filter(({ schema }) => schema === 'public')
  // The workspace itself comes first, whatever else refers to nothing.
  inOrder.sort((a, b) => Number(b.table === 'workspaces') - Number(a.table === 'workspaces'))
  return inOrder.flatMap(({ table: name }) => {
    const table = found.get(name)
    if (!table || name in leftOut) return []
    const file = files[name] ?? null
    const kept = Object.keys(keptBack[name] ?? {})
    const fields = table.columns.filter(
      (column) => column.name !== file && !kept.includes(column.name),
    )
    const owner = name === 'workspaces' ? 'id' : 'workspace_id'
    return [{ name, fields, key: table.key, owner, file } as const]
  })
}

/** Quoted for SQL. */
export const quote = pg.escapeIdentifier
