import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { formatVersion, type Header, type JobLine, jsonLine, withChecksum } from './backup-file.ts'
import { steadyFormat, type Table, tablesOf } from './backup-tables.ts'
import { messageOf, OperatorError } from './errors.ts'

export type Written = { file: string; bytes: number; tables: number; rows: number; jobs: number }

type Source = {
  /** Connection string of the owner. */
  url: string
  file: string
  /** Tables that stay out, as `schema.table`. */
  leaveOut: readonly string[]
}

/**
 * Writes the whole database as of one moment into one file, while others go on working in it. The file
 * appears under its name only when it is whole and on disk; only its owner may read it.
 * @throws OperatorError when the database was never prepared or the file cannot be written
 */
export async function writeBackup({ url, file, leaveOut }: Source): Promise<Written> {
  const part = `${file}.part`
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  const written: Written = { file, bytes: 0, tables: 0, rows: 0, jobs: 0 }
  await client.connect()
  try {
    await client.query(`begin isolation level repeatable read read only; ${steadyFormat}`)
    const parts = withChecksum(dump(client, leaveOut, written))
    await rm(part, { force: true })
    await pipeline(
      parts,
      createGzip(),
      createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }),
    )
    written.bytes = (await stat(part)).size
    await rename(part, file)
    await syncFolder(dirname(file))
    return written
  } catch (error) {
    await rm(part, { force: true })
    throw isFileError(error)
      ? new OperatorError(`The backup cannot be written: ${messageOf(error)}.`, { cause: error })
      : error
  } finally {
    await client.end()
  }
}

async function* dump(
  client: pg.Client,
  leaveOut: readonly string[],
  written: Written,
): AsyncGenerator<Buffer> {
  yield jsonLine({
    format: 'parley-backup',
    version: formatVersion,
    madeAt: new Date().toISOString(),
    migrations: await appliedMigrations(client),
  } satisfies Header)
  // The queue belongs to the owner; all else is read by the role that may only read.
  const jobs = await waitingJobs(client)
  await client.query('set local role parley_backup')
  const tables = (await tablesOf(client)).filter(({ name }) => !leaveOut.includes(name))
  for (const table of tables) {
    yield jsonLine({ table: table.table, schema: table.schema, columns: table.columns })
    const rows = client.query(copyTo(`copy (${selectAll(table)}) to stdout`))
    for await (const chunk of rows) yield chunk
    yield Buffer.from('\\.\n')
    written.tables += 1
    written.rows += rows.rowCount
  }
  for (const job of jobs) yield jsonLine(job)
  written.jobs = jobs.length
}

function selectAll({ sqlName, sqlColumns }: Table): string {
  return `select ${sqlColumns} from ${sqlName}`
}

/** Names of the migrations this database has. */
export async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('public.kysely_migration') is not null as there`,
  )
  const { rows } = found[0]?.there
    ? await client.query<{ name: string }>('select name from public.kysely_migration order by name')
    : { rows: [] }
  if (rows.length === 0)
    throw new OperatorError('This database holds no Parley. Prepare it first: parley migrate')
  return rows.map(({ name }) => name)
}

/** Jobs that still have a try left; one being worked on is among them and is repeatable like all jobs. */
async function waitingJobs(client: pg.Client): Promise<JobLine[]> {
  const { rows } = await client.query<JobLine['job']>(`
    select task.identifier, job.payload::text as payload, queue.queue_name as "queueName", job.run_at::text as "runAt",
      job.max_attempts as "maxAttempts", job.key, job.priority,
      (select array_agg(flag) from jsonb_object_keys(job.flags) flag) as flags
    from graphile_worker._private_jobs job
    join graphile_worker._private_tasks task on task.id = job.task_id
    left join graphile_worker._private_job_queues queue on queue.id = job.job_queue_id
    where job.attempts < job.max_attempts order by job.id`)
  return rows.map((job) => ({ job }))
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

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error && 'path' in error
}
