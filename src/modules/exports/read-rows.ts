import { createHash } from 'node:crypto'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { fileOf, type TablePart } from './manifest.ts'
import { quote, type TenantTable } from './tenant-tables.ts'

/**
 * The rows of a table as lines of JSON, in the order of its key: those that the connection's role may see.
 * The bytes are the same each time within one snapshot.
 */
export async function* readRows(client: pg.ClientBase, table: TenantTable): AsyncGenerator<Buffer> {
  const key = table.key.map((column) => `t.${quote(column)}`).join(', ')
  const select = `select row_to_json(r)::text from (
    select ${selectFields(table)} from public.${quote(table.name)} t order by ${key}) r`
  // Characters that JSON text never holds, so that nothing is quoted and a line is a row.
  const format = `(format csv, delimiter e'\\x01', quote e'\\x02')`
  const rows = client.query(copyTo(`copy (${select}) to stdout with ${format}`))
  for await (const chunk of rows) yield Buffer.from(chunk)
}

function selectFields({ fields, file }: TenantTable): string {
  const columns = fields.map(({ name, type }) =>
    // As text: what a network said may span lines, and stays as it came.
    type === 'json' ? `t.${quote(name)}::text as ${quote(name)}` : `t.${quote(name)}`,
  )
  if (file)
    columns.push(
      `octet_length(t.${quote(file)}) as file_bytes`,
      `encode(sha256(t.${quote(file)}), 'hex') as file_sha256`,
    )
  return columns.join(', ')
}

/** Names of the fields of a table's lines. */
export function fieldNames({ fields, file }: TenantTable): string[] {
  return [...fields.map(({ name }) => name), ...(file ? ['file_bytes', 'file_sha256'] : [])]
}

/** Reads a table once, to know how large its file will be and what its hash is. */
export async function measureRows(client: pg.ClientBase, table: TenantTable): Promise<TablePart> {
  const hash = createHash('sha256')
  const part = { rows: 0, bytes: 0 }
  for await (const chunk of readRows(client, table)) {
    hash.update(chunk)
    part.bytes += chunk.length
    part.rows += countLines(chunk)
  }
  const { name } = table
  const fields = fieldNames(table)
  return { table: name, file: fileOf(name), fields, ...part, sha256: hash.digest('hex') }
}

export function countLines(chunk: Buffer): number {
  let lines = 0
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1
  return lines
}
