import { sql } from 'kysely'
import pg from 'pg'
import { z } from 'zod'
import type { Tx } from '../../platform/db.ts'
import { isDatabaseAway } from '../../platform/db-errors.ts'
import { badArchive } from './bad-archive.ts'
import type { Batch } from './read-lines.ts'
import { quote, type TenantTable } from './tenant-tables.ts'
import { changed, keptBack } from './what-travels.ts'

type Target = {
  table: TenantTable
  /** The fields that the archive has; a column that is newer takes its default. */
  fields: readonly string[]
  file: string
}

/**
 * Puts rows into their table. Those of a table with files wait until their file comes.
 * @throws BadArchive naming the first line that the database refuses
 */
export async function insertRows(tx: Tx, target: Target, batch: Batch): Promise<void> {
  const { table, file } = target
  try {
    await attempt(tx, target, batch)
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || isDatabaseAway(error)) throw error
    if (batch.lines.length > 1) return insertHalves(tx, target, batch)
    const why = error.detail ?? error.message
    throw badArchive(
      { file, line: batch.first },
      `does not fit into the table ${table.name} (${why.replace(/[.]$/, '')})`,
      error,
    )
  }
}

/** Finds the line at fault: whichever half the database takes is not it. */
async function insertHalves(tx: Tx, target: Target, { first, lines }: Batch): Promise<void> {
  const half = Math.floor(lines.length / 2)
  await insertRows(tx, target, { first, lines: lines.slice(0, half) })
  await insertRows(tx, target, { first: first + half, lines: lines.slice(half) })
}

async function attempt(tx: Tx, target: Target, { first, lines }: Batch): Promise<void> {
  await sql`savepoint parley_rows`.execute(tx)
  try {
    if (target.table.file) await stageRows(tx, target, { first, lines })
    else
      await sql`${insertText(target)} from unnest(${lines}::text[]) as l (line), ${rowOf(target)}`.execute(
        tx,
      )
    await sql`release savepoint parley_rows`.execute(tx)
  } catch (error) {
    if (error instanceof pg.DatabaseError && !isDatabaseAway(error))
      await sql`rollback to savepoint parley_rows`.execute(tx)
    throw error
  }
}

/** `insert into … select …`, over `r`, a row of the archive. */
function insertText({ table, fields }: Target, file?: string) {
  const changes = changed[table.name] ?? {}
  const kept = Object.entries(keptBack[table.name] ?? {})
  const columns = table.fields.filter(({ name }) => fields.includes(name))
  const values = columns.map(({ name, type }) => {
    const change = changes[name]
    if (change !== undefined) return change
    return type === 'json' ? `r.${quote(name)}::json` : `r.${quote(name)}`
  })
  const names = [...columns.map(({ name }) => name), ...kept.map(([name]) => name)]
  const all = [...values, ...kept.map(([, value]) => value)]
  if (table.file && file) {
    names.push(table.file)
    all.push(file)
  }
  return sql.raw(
    `insert into public.${quote(table.name)} (${names.map(quote).join(', ')}) select ${all.join(', ')}`,
  )
}

/** A line as a row of the columns' own types. */
function rowOf({ table, fields }: Target) {
  const columns = table.fields
    .filter(({ name }) => fields.includes(name))
    .map(({ name, type }) => `${quote(name)} ${type === 'json' ? 'text' : type}`)
  return sql.raw(`json_to_record(l.line::json) as r (${columns.join(', ')})`)
}

/** Where rows wait for their files. Gone with the transaction. */
export async function stageMedia(tx: Tx): Promise<void> {
  await sql`create temporary table parley_staged (
    id uuid primary key, line text not null, at int not null, bytes int not null, sha256 text not null,
    fields text[] not null) on commit drop`.execute(tx)
}

async function stageRows(tx: Tx, target: Target, { first, lines }: Batch): Promise<void> {
  const { fields } = target
  await sql`
    insert into parley_staged (id, line, at, bytes, sha256, fields)
    select (l.line::json ->> 'id')::uuid, l.line, l.n + ${first - 1}, (l.line::json ->> 'file_bytes')::int,
      l.line::json ->> 'file_sha256', ${[...fields]}::text[]
    from unnest(${lines}::text[]) with ordinality as l (line, n)`.execute(tx)
}

type MediaFile = { name: string; id: string; bytes: Buffer; sha256: string }

const Staged = z.object({
  line: z.string(),
  at: z.int(),
  sha256: z.string(),
  fields: z.array(z.string()),
})

/** Puts in the row that waits for this file. @throws BadArchive when none does, or the file is another */
export async function insertMediaFile(tx: Tx, table: TenantTable, media: MediaFile): Promise<void> {
  const { name, id, bytes, sha256 } = media
  const { rows } =
    await sql`delete from parley_staged where id = ${id} returning line, at, sha256, fields`.execute(
      tx,
    )
  if (rows.length === 0)
    throw badArchive({ file: name }, 'belongs to no line of tables/media.jsonl')
  const staged = Staged.parse(rows[0])
  if (staged.sha256 !== sha256)
    throw badArchive({ file: name }, 'is not as it was written: its SHA-256 is another')
  const target: Target = { table, fields: staged.fields, file: 'tables/media.jsonl' }
  try {
    await sql`${insertText(target, 'l.bytes')}
      from (select ${staged.line}::text as line, ${bytes}::bytea as bytes) as l, ${rowOf(target)}`.execute(
      tx,
    )
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || isDatabaseAway(error)) throw error
    const place = { file: target.file, line: staged.at }
    throw badArchive(place, `does not fit into the table ${table.name} (${error.message})`, error)
  }
}

/** @throws BadArchive when a line is left whose file did not come */
export async function finishMedia(tx: Tx): Promise<void> {
  const { rows } = await sql<{
    id: string
    at: number
  }>`select id, at from parley_staged order by at limit 1`.execute(tx)
  const [left] = rows
  if (left)
    throw badArchive(
      { file: 'tables/media.jsonl', line: left.at },
      `its file media/${left.id} is missing`,
    )
}
