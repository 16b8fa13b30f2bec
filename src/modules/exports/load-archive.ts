import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Database, inWorkspace, type Tx } from '../../platform/db.ts'
import { badArchive } from './bad-archive.ts'
import { finishMedia, insertMediaFile, insertRows, stageMedia } from './insert-rows.ts'
import { fileOf, type Manifest, type TablePart } from './manifest.ts'
import { bytesOf, type Entry, type OpenArchive, openArchive, readHead } from './open-archive.ts'
import { readBatches } from './read-lines.ts'
import { fieldNames } from './read-rows.ts'
import { type TenantTable, tenantTables } from './tenant-tables.ts'
import type { Progress } from './write-archive.ts'

/** A picture larger than this was never one of ours, in bytes. */
const mostMediaBytes = 64 * 1024 * 1024

type Order<Result> = {
  database: Pick<Database, 'db' | 'pool'>
  file: string
  /** Runs in the transaction before the first row: throws when the instance is not empty. */
  before(tx: Tx, manifest: Manifest): Promise<void>
  /** Runs in the transaction after the last row. */
  after(tx: Tx, manifest: Manifest): Promise<Result>
  onProgress?(progress: Progress): void
}

export type Loaded<Result> = { manifest: Manifest; rows: number; result: Result }

/**
 * Puts an archive into an empty instance, in one transaction: all of it or, whatever happens, nothing.
 * Constraints and row-level security check each row a second time.
 * @throws BadArchive naming file and line
 */
export async function loadArchive<Result>(order: Order<Result>): Promise<Loaded<Result>> {
  const { database, file, before, after, onProgress } = order
  const head = await readHead(file)
  const tables = await knownTables(database)
  checkParts(head, tables)
  const total = head.tables.reduce((sum, { rows }) => sum + rows, 0)
  return inWorkspace(database.db, head.workspace.id, async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx)
    await sql`set local timezone = 'UTC'`.execute(tx)
    await before(tx, head)
    await sql`set constraints all deferred`.execute(tx)
    const progress = { rows: 0, total }
    await openArchive(file, (archive) =>
      loadFiles(tx, archive, tables, (rows) => {
        progress.rows += rows
        onProgress?.({ ...progress })
      }),
    )
    await checkDeferred(tx)
    return { manifest: head, rows: progress.rows, result: await after(tx, head) }
  })
}

async function knownTables({ pool }: Pick<Database, 'pool'>): Promise<Map<string, TenantTable>> {
  const client = await pool.connect()
  try {
    return new Map((await tenantTables(client)).map((table) => [table.name, table]))
  } finally {
    client.release()
  }
}

/** What the manifest names has to be known here, each once and in an order in which it can go in. */
function checkParts({ tables, workspace }: Manifest, known: Map<string, TenantTable>): void {
  const manifest = { file: 'manifest.json' }
  const order = [...known.keys()]
  let last = -1
  for (const part of tables) {
    const table = known.get(part.table)
    if (!table)
      throw badArchive(
        manifest,
        `names the table "${part.table}", which this Parley does not know; upgrade it first`,
      )
    const at = order.indexOf(part.table)
    if (part.file !== fileOf(part.table) || at <= last)
      throw badArchive(manifest, `names ${part.file} where it cannot be`)
    last = at
    const fields = fieldNames(table)
    const strange = part.fields.find((field) => !fields.includes(field))
    if (strange !== undefined)
      throw badArchive(
        manifest,
        `names the field "${strange}" of ${part.table}, which this Parley does not know; upgrade it first`,
      )
    const missing = [...table.key, table.owner].find((field) => !part.fields.includes(field))
    if (missing !== undefined)
      throw badArchive(manifest, `names no field "${missing}" of ${part.table}`)
  }
  if (tables[0]?.table !== 'workspaces' || tables[0].rows !== 1)
    throw badArchive(manifest, `has no row for the workspace ${workspace.id}`)
}

async function loadFiles(
  tx: Tx,
  { manifest, entries }: OpenArchive,
  tables: Map<string, TenantTable>,
  onRows: (rows: number) => void,
): Promise<void> {
  const parts = [...manifest.tables]
  let media = 0
  await stageMedia(tx)
  for await (const entry of entries) {
    const part = parts[0]
    const table = part && tables.get(part.table)
    if (part && table) {
      checkEntry(entry, part)
      await loadTable(tx, entry, { part, table, manifest, onRows })
      parts.shift()
    } else {
      await loadMedia(tx, entry, mediaTable(tables))
      media += 1
    }
  }
  if (parts[0]) throw badArchive(null, `is cut off: ${parts[0].file} is missing`)
  if (media !== manifest.media.files)
    throw badArchive(
      null,
      `holds ${media} files of media, the manifest says ${manifest.media.files}`,
    )
  await finishMedia(tx)
}

function checkEntry({ header }: Entry, part: TablePart): void {
  if (header.name !== part.file || header.type !== 'file')
    throw badArchive(null, `holds "${header.name}" where ${part.file} should be`)
  if (header.size !== part.bytes)
    throw badArchive(
      { file: part.file },
      `has ${header.size} bytes, the manifest says ${part.bytes}`,
    )
}

type Load = {
  part: TablePart
  table: TenantTable
  manifest: Manifest
  onRows(rows: number): void
}

async function loadTable(tx: Tx, entry: Entry, load: Load): Promise<void> {
  const { part, table, manifest, onRows } = load
  for await (const batch of readBatches(bytesOf(entry), part, { table, manifest })) {
    await insertRows(tx, { table, fields: part.fields, file: part.file }, batch)
    onRows(batch.lines.length)
  }
}

function mediaTable(tables: Map<string, TenantTable>): TenantTable {
  const found = [...tables.values()].find(({ file }) => file !== null)
  if (!found) throw new Error('no table holds media')
  return found
}

async function loadMedia(tx: Tx, entry: Entry, table: TenantTable): Promise<void> {
  const { name, type, size } = entry.header
  const id = /^media\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(name)?.[1]
  if (id === undefined || type !== 'file')
    throw badArchive(null, `holds "${name}", which is no name of a file of ours`)
  if (size > mostMediaBytes) throw badArchive({ file: name }, 'is larger than any picture of ours')
  const chunks: Buffer[] = []
  for await (const chunk of bytesOf(entry)) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await insertMediaFile(tx, table, { name, id, bytes, sha256 })
}

async function checkDeferred(tx: Tx): Promise<void> {
  try {
    await sql`set constraints all immediate`.execute(tx)
  } catch (error) {
    throw badArchive(
      null,
      `holds a row that refers to one that is missing (${detailOf(error)})`,
      error,
    )
  }
}

function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'detail' in error && typeof error.detail === 'string' ? error.detail : error.message
}
