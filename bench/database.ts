import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, openDatabase } from '../src/platform/db.ts'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.ts'
import { migrate } from '../src/platform/migrate.ts'

export type BenchDatabase = Database & {
  url: string
  /** Speaks as the owner of the tables, past every wall. */
  owner: pg.Client
  close(): Promise<void>
}

/**
 * A migrated database of its own, dropped at the end: on the server that DATABASE_URL names, else on an
 * embedded PostgreSQL in a folder of its own. Durability is the server's, whatever it is.
 */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const server = await openServer(process.env.DATABASE_URL)
  const name = `bench_${randomBytes(6).toString('hex')}`
  const url = new URL(server.url)
  url.pathname = `/${name}`
  await query(server.url, `create database ${name}`)
  await migrate(url.href)
  const database = openDatabase({ url: url.href, max: 2, onError: () => undefined })
  const owner = new pg.Client({ connectionString: url.href })
  await owner.connect()
  return {
    ...database,
    url: url.href,
    owner,
    async close() {
      await owner.end()
      await database.close()
      await query(server.url, `drop database if exists ${name} with (force)`)
      await server.stop()
    },
  }
}

async function openServer(given?: string): Promise<{ url: string; stop(): Promise<void> }> {
  if (given) return { url: given, stop: async () => undefined }
  const home = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const server = await startEmbeddedPostgres({ home, log: quiet })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text).finally(() => client.end())
}
