import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { appliedMigrations } from './backup.ts'
import { checkBackup, type Part, readParts, type TableLine } from './backup-file.ts'
import { steadyFormat, type Table, tablesOf } from './backup-tables.ts'
import { OperatorError } from './errors.ts'

export type Restored = { madeAt: string; tables: number; rows: number; jobs: number }

type Target = {
  /** Connection string of the owner of an empty database that is prepared for this release. */
  url: string
  file: string
  /**
   * What changes on the way in: for a table (`schema.table`) the `set … where …` of an update over its
   * rows before anybody sees them.
   */
  changes?: Readonly<Record<string, string>>
  migrationsFolder?: string
}

/**
 * Puts a backup into an empty database, in one transaction: all of it or nothing. The file is checked
 * first. A backup of an older release is brought up to this one on the way.
 * @throws OperatorError when the file is unusable or of a newer release, or the database is not empty
 */
export async function restoreBackup({
  url,
  file,
  changes = {},
  migrationsFolder = join(import.meta.dirname, '../../migrations'),
}: Target): Promise<Restored> {
  const header = await checkBackup(file)
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`begin; ${steadyFormat}`)
    const known = await appliedMigrations(client)
    const unknown = header.migrations.find((name) => !known.includes(name))
    if (unknown) throw newer(file, unknown)
    await lockEmpty(client)
    const later = known.filter((name) => !header.migrations.includes(name))
    const run = (name: string) => runMigration(client, join(migrationsFolder, `${name}.sql`))
    if (later.length > 0) {
      await dropAll(client)
      for (const name of header.migrations) await run(name)
    }
    const restored = await load(client, readParts(file), changes)
    for (const name of later) await run(name)
    await client.query('commit')
    return { madeAt: header.madeAt, ...restored }
  } finally {
    await client.end()
  }
}

function newer(file: string, migration: string): OperatorError {
  return new OperatorError(
    `The backup ${file} was made by a newer Parley (it has ${migration}, this one does not). Upgrade Parley first. Nothing was changed.`,
  )
}

/** Makes sure that nothing is there, and that nothing comes until the transaction ends. */
async function lockEmpty(client: pg.Client): Promise<void> {
  const tables = await tablesOf(client)
  const names = tables.map(({ sqlName }) => sqlName).join(', ')
  await client.query(`lock table ${names} in share row exclusive mode`)
  await client.query('set local role parley_backup')
  for (const { name, sqlName } of tables) {
    const { rowCount } = await client.query(`select from ${sqlName} limit 1`)
    if (rowCount)
      throw new OperatorError(
        `This Parley is not empty (${name} holds rows), and a restore would mix two. Restore into a new one: another PARLEY_HOME or an empty database. Nothing was changed.`,
      )
  }
  await client.query('set local role none')
}

async function load(
  client: pg.Client,
  parts: AsyncGenerator<Part>,
  changes: Readonly<Record<string, string>>,
): Promise<Omit<Restored, 'madeAt'>> {
  const tables = new Map((await tablesOf(client)).map((table) => [table.name, table]))
  const total = { tables: 0, rows: 0, jobs: 0 }
  await client.query('set local role parley_backup')
  for (let part = await parts.next(); !part.done; part = await parts.next()) {
    if (part.value.kind === 'table') {
      const name = `${part.value.schema}.${part.value.table}`
      const table = selectColumns(tables.get(name), part.value)
      total.rows += await loadTable(client, parts, { table, change: changes[name] })
      total.tables += 1
    } else if (part.value.kind === 'job') {
      await client.query('set local role none')
      await addJob(client, part.value)
      total.jobs += 1
    }
  }
  await client.query('set local role none')
  return total
}

/** The table as the backup has it; the columns are checked against the catalogue, never trusted. */
function selectColumns(table: Table | undefined, line: TableLine): Table {
  const missing = line.columns.find((column) => !table?.columns.includes(column))
  if (!table || missing !== undefined)
    throw new OperatorError(
      `The backup holds ${line.schema}.${line.table}${missing ? ` with ${missing}` : ''}, which this Parley does not know. Nothing was changed.`,
    )
  const sqlColumns = line.columns.map((column) => pg.escapeIdentifier(column)).join(', ')
  return { ...table, columns: line.columns, sqlColumns }
}

// Into a temporary table first: COPY FROM is refused where row-level security holds, INSERT is checked by it.
async function loadTable(
  client: pg.Client,
  parts: AsyncGenerator<Part>,
  { table, change }: { table: Table; change: string | undefined },
): Promise<number> {
  const { sqlName, sqlColumns } = table
  await client.query(
    `create temp table parley_restore on commit drop as select ${sqlColumns} from ${sqlName} with no data`,
  )
  const sink = client.query(copyFrom(`copy parley_restore (${sqlColumns}) from stdin`))
  await pipeline(rowsOf(parts), sink)
  if (change) await client.query(`update parley_restore ${change}`)
  const { rowCount } = await client.query(
    `insert into ${sqlName} (${sqlColumns}) overriding system value select ${sqlColumns} from parley_restore`,
  )
  await client.query('drop table parley_restore')
  return rowCount ?? 0
}

/** The rows up to the end of this table; what follows stays in `parts`. */
async function* rowsOf(parts: AsyncGenerator<Part>): AsyncGenerator<Buffer> {
  for (let part = await parts.next(); !part.done; part = await parts.next()) {
    if (part.value.kind !== 'rows') return
    yield part.value.rows
  }
}

async function addJob(client: pg.Client, job: Part & { kind: 'job' }): Promise<void> {
  await client.query(
    `select graphile_worker.add_job(identifier => $1, payload => $2, queue_name => $3, run_at => $4,
      max_attempts => $5, job_key => $6, priority => $7, flags => $8)`,
    [
      job.identifier,
      job.payload,
      job.queueName,
      job.runAt,
      job.maxAttempts,
      job.key,
      job.priority,
      job.flags,
    ],
  )
}

/** Only ever in a database that `lockEmpty` has found empty. */
async function dropAll(client: pg.Client): Promise<void> {
  const names = (await tablesOf(client)).map(({ sqlName }) => sqlName).join(', ')
  await client.query(`drop table ${names} cascade`)
  await client.query('drop schema if exists parley cascade')
  await client.query('drop schema if exists auth cascade')
}

async function runMigration(client: pg.Client, file: string): Promise<void> {
  await client.query(await readFile(file, 'utf8'))
}
