import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runMigrations } from 'graphile-worker'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import { messageOf, OperatorError } from './errors.ts'

const folder = join(import.meta.dirname, '../../migrations')
const oldestServer = 150_000

/**
 * Brings the database up to this release: the job queue's own tables, then migrations/ in order, each
 * once. Safe to call from several processes at the same moment (the migrator takes a lock).
 * @returns names of the migrations that ran
 * @throws OperatorError when the server cannot be reached, is too old or refuses
 */
export async function migrate(url: string): Promise<string[]> {
  await checkServer(url)
  const pool = new pg.Pool({ connectionString: url, max: 2, options: '-c search_path=public' })
  const ignore = () => undefined // the query that was under way fails with the same error
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on('error', ignore))
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await withLock(db, () => runMigrations({ pgPool: pool, noHandleSignals: true }))
    const migrator = new Migrator({ db, provider: { getMigrations: readMigrations } })
    const { error, results = [] } = await migrator.migrateToLatest()
    if (error) {
      const failed = results.find((result) => result.status === 'Error')?.migrationName
      throw new OperatorError(
        `The database could not be brought up to date${failed ? ` (${failed})` : ''}: ${messageOf(error)}. Nothing was changed by that step.`,
        { cause: error },
      )
    }
    return results.map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}

/** Waits for nobody: says in one sentence when the server cannot serve us. */
async function checkServer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version_num: string; server_version: string }>(
      `select current_setting('server_version_num') as server_version_num, current_setting('server_version') as server_version`,
    )
    const server = rows[0]
    if (server && Number(server.server_version_num) < oldestServer)
      throw new OperatorError(
        `PostgreSQL ${server.server_version} is too old: Parley needs 15 or newer.`,
      )
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw new OperatorError(
      `The database at DATABASE_URL (${placeOf(url)}) cannot be reached: ${messageOf(error)}. Check that it runs and that the address, user and password are right.`,
      { cause: error },
    )
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Host and database of a connection string, without user and password. */
function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${pathname}`
  } catch {
    return 'not a valid address'
  }
}

async function withLock(db: Kysely<unknown>, work: () => Promise<void>): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(4400, 1)`.execute(connection)
    try {
      await work()
    } finally {
      await sql`select pg_advisory_unlock(4400, 1)`.execute(connection)
    }
  })
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const entries = files.map(async (file): Promise<[string, Migration]> => {
    const text = await readFile(join(folder, file), 'utf8')
    return [
      file.replace(/[.]sql$/, ''),
      { up: async (db) => void (await sql.raw(text).execute(db)) },
    ]
  })
  return Object.fromEntries(await Promise.all(entries))
}
