import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type pg from 'pg'
import { type Pack, pack } from 'tar-stream'
import { z } from 'zod'
import { WorkspaceId } from '../../../contract/ids.ts'
import { steadyFormat } from '../../platform/backup-tables.ts'
import { formatVersion, type Manifest, mediaFileOf } from './manifest.ts'
import { countLines, measureRows, readRows } from './read-rows.ts'
import { quote, type TenantTable, tenantTables } from './tenant-tables.ts'
import { leftOut } from './what-travels.ts'

export type Progress = { rows: number; total: number | null }

export type Written = { file: string; bytes: number; rows: number; media: number }

type Order = {
  pool: pg.Pool
  workspaceId: WorkspaceId
  /** Where it goes; it appears under this name when it is whole and on disk. */
  file: string
  /** Told now and then how far it is. */
  onProgress?(progress: Progress): void
  signal?: AbortSignal
}

/**
 * Writes everything of a workspace into one archive (docs/export-format.md), as of one moment, while others
 * go on working in it. Each table is read twice in one snapshot: a tar says how large a file is before the
 * file, and nothing is kept in memory or beside the archive.
 * @throws Error of the file system with its `code`, when the file cannot be written; nothing is left then
 */
export async function writeArchive(order: Order): Promise<Written> {
  const { pool, workspaceId, file, signal } = order
  const part = `${file}.part`
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const client = await pool.connect()
  try {
    await client.query(`begin isolation level repeatable read read only; ${steadyFormat}`)
    await client.query(`select set_config('parley.workspace', $1, true)`, [workspaceId])
    const { manifest, tables } = await measure(client, order)
    const archive = pack()
    await rm(part, { force: true })
    const sink = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true })
    const stream = pipeline(archive, createGzip(), sink, ...(signal ? [{ signal }] : []))
    const fed = feed(archive, { client, manifest, tables, order })
    await bothDone(archive, stream, fed)
    const { size } = await stat(part)
    await rename(part, file)
    await syncFolder(dirname(file))
    return { file, bytes: size, rows: rowsOf(manifest), media: manifest.media.files }
  } catch (error) {
    await rm(part, { force: true })
    throw error
  } finally {
    // Ends the transaction, and whatever is still being read in it.
    client.release(true)
  }
}

/** Whichever fails first ends the other. What the file system says counts before what follows from it. */
async function bothDone(archive: Pack, stream: Promise<void>, fed: Promise<void>): Promise<void> {
  fed.catch((error: unknown) => archive.destroy(error instanceof Error ? error : undefined))
  const ends = await Promise.allSettled([fed, stream])
  const reasons: unknown[] = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  const ofFile = reasons.find((reason) => reason instanceof Error && 'syscall' in reason)
  if (reasons.length > 0) throw ofFile ?? reasons[0]
}

async function measure(client: pg.PoolClient, { workspaceId, onProgress }: Order) {
  const tables = await tenantTables(client)
  const parts: Manifest['tables'] = []
  let rows = 0
  for (const table of tables) {
    const part = await measureRows(client, table)
    parts.push(part)
    rows += part.rows
    onProgress?.({ rows, total: null })
  }
  const manifest: Manifest = {
    format: 'parley-export',
    version: formatVersion,
    program: await programVersion(),
    madeAt: new Date().toISOString(),
    workspace: await readWorkspace(client, workspaceId),
    tables: parts,
    media: await measureMedia(client, tables),
    leftOut: { ...leftOut },
  }
  return { manifest, tables }
}

const Program = z.object({ version: z.string() })

async function programVersion(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8')
  return Program.parse(JSON.parse(text)).version
}

const Named = z.object({ id: WorkspaceId, name: z.string() })

async function readWorkspace(
  client: pg.PoolClient,
  id: WorkspaceId,
): Promise<Manifest['workspace']> {
  const { rows } = await client.query('select id, name from workspaces where id = $1', [id])
  return Named.parse(rows[0])
}

const Sizes = z.object({ files: z.coerce.number(), bytes: z.coerce.number() })

async function measureMedia(
  client: pg.PoolClient,
  tables: readonly TenantTable[],
): Promise<Manifest['media']> {
  const total = { files: 0, bytes: 0 }
  for (const { name, file } of tables) {
    if (!file) continue
    const { rows } = await client.query(
      `select count(*) as files, coalesce(sum(octet_length(${quote(file)})), 0) as bytes from public.${quote(name)}`,
    )
    const found = Sizes.parse(rows[0])
    total.files += found.files
    total.bytes += found.bytes
  }
  return total
}

type Feed = {
  client: pg.PoolClient
  manifest: Manifest
  tables: readonly TenantTable[]
  order: Order
}

async function feed(archive: Pack, { client, manifest, tables, order }: Feed): Promise<void> {
  const at = new Date(manifest.madeAt)
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  await addFile(archive, { name: 'manifest.json', size: text.length, at }, [text])
  const progress = { rows: 0, total: rowsOf(manifest) }
  for (const [index, table] of tables.entries()) {
    const part = manifest.tables[index]
    if (!part) throw new Error(`${table.name} was not measured`)
    const rows = counted(readRows(client, table), (lines) => {
      progress.rows += lines
      order.onProgress?.({ ...progress })
    })
    await addFile(archive, { name: part.file, size: part.bytes, at }, rows)
  }
  for (const table of tables) await addMedia(archive, client, { table, at })
  archive.finalize()
}

async function* counted(rows: AsyncIterable<Buffer>, onLines: (lines: number) => void) {
  for await (const chunk of rows) {
    onLines(countLines(chunk))
    yield chunk
  }
}

const Media = z.object({ id: z.uuid(), bytes: z.instanceof(Buffer) })

/** The files of a table, one after the other in memory: each is a few megabytes at most. */
async function addMedia(
  archive: Pack,
  client: pg.PoolClient,
  { table, at }: { table: TenantTable; at: Date },
): Promise<void> {
  if (!table.file) return
  const next = `select id, ${quote(table.file)} as bytes from public.${quote(table.name)}
    where ($1::uuid is null or id > $1) order by id limit 1`
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: unknown[] } = await client.query(next, [after])
    if (rows.length === 0) return
    const { id, bytes } = Media.parse(rows[0])
    await addFile(archive, { name: mediaFileOf(id), size: bytes.length, at }, [bytes])
    after = id
  }
}

type Header = { name: string; size: number; at: Date }

async function addFile(
  archive: Pack,
  { name, size, at }: Header,
  content: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> {
  const added = Promise.withResolvers<undefined>()
  added.promise.catch(() => undefined) // told below, when there is somebody to hear it
  const entry = archive.entry({ name, size, mtime: at, mode: 0o600 }, (error) =>
    error ? added.reject(error) : added.resolve(undefined),
  )
  entry.on('error', added.reject)
  for await (const chunk of content)
    if (!entry.write(chunk)) await Promise.race([once(entry, 'drain'), added.promise])
  entry.end(null)
  await added.promise
}

function rowsOf(manifest: Manifest): number {
  return manifest.tables.reduce((sum, { rows }) => sum + rows, 0)
}

/** Makes the new name survive a power cut. Windows cannot open a folder. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
