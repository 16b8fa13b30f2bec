import {
  CompiledQuery,
  type Kysely,
  Kysely as KyselyInstance,
  PostgresDialect,
  sql,
  type Transaction,
} from 'kysely'
import pg from 'pg'
import { enterOften, enterWorkspace, isStalePlan, onward, sparingPool } from './db-pool.ts'
import type { Tables } from './db-tables.ts'

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

// PostgreSQL's bigint (counts, sequence numbers) fits a JS number for all that we keep in it.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export type Database = {
  /** Speaks as `parley_app`: sees only the workspace named by `inWorkspace`. */
  db: Db
  /** Speaks as `parley_dispatch`: sees in all workspaces which work waits, never what it says. */
  dispatch: Db
  /** As `db`, without Kysely and one statement at a time: for COPY. */
  pool: pg.Pool
  /**
   * Runs `work` while no process runs another of the same name, and waits its turn for a minute at most. It
   * holds a connection apart from the pools, and no transaction: `work` may speak to a network. A process
   * that is killed lets go with its connection. Rejects before `work` when there is no turn in time.
   */
  inTurn<Result>(name: string, work: () => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

type DatabaseOptions = {
  url: string
  /** Connections of the main pool; the others have ten more. */
  max?: number
  onError(error: Error): void
}

/** Opens the pools. Connections are made when they are needed; a lost one is replaced. */
export function openDatabase({ url, max = 10, onError }: DatabaseOptions): Database {
  const mainPool = openPool(url, 'parley_app', { max, pipeline: true, onError })
  const dispatchPool = openPool(url, 'parley_dispatch', { max: 2, pipeline: true, onError })
  const pool = openPool(url, 'parley_app', { max: 4, onError })
  const turnPool = openPool(url, 'parley_app', { max: 4, onError })
  return {
    db: new KyselyInstance<Tables>({
      dialect: new PostgresDialect({ pool: sparingPool(mainPool) }),
    }),
    dispatch: new KyselyInstance<Tables>({
      dialect: new PostgresDialect({ pool: sparingPool(dispatchPool) }),
    }),
    pool,
    inTurn: (name, work) => inTurn(turnPool, name, work),
    async close() {
      await Promise.all([mainPool, dispatchPool, pool, turnPool].map((one) => one.end()))
    },
  }
}

type PoolOptions = {
  max: number
  /** Statements are sent without waiting for the answers before: see db-pool.ts. COPY cannot be run then. */
  pipeline?: boolean
  onError(error: Error): void
}

function openPool(
  url: string,
  role: string,
  { max, pipeline = false, onError }: PoolOptions,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    pipeline,
    // Said here: the default path begins with a schema named like the user, which may be anybody's. Without
    // jit: it compiles for 0.3 s what then takes 0.2 s, anew each time (docs/adr/0019).
    options: `-c role=${role} -c search_path=public -c jit=off`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  pool.on('error', onError)
  // The pool hears idle connections only: one lost between two queries of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', onError))
  return pool
}

async function inTurn<Result>(
  pool: pg.Pool,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let failed = true
  try {
    await client.query("set lock_timeout = '60s'")
    await client.query('select pg_advisory_lock(4405, hashtext($1))', [name])
    try {
      return await work()
    } finally {
      await client.query('select pg_advisory_unlock(4405, hashtext($1))', [name]).then(
        () => {
          failed = false
        },
        () => undefined, // The connection is thrown away below, and the lock with it.
      )
    }
  } finally {
    client.release(failed)
  }
}

/**
 * Runs `work` in one transaction that sees and writes only this workspace's rows: the wall is the
 * database's row-level security, which reads the setting made here. When PostgreSQL ends it to let
 * another transaction go on (a deadlock), or because a table has changed under a prepared statement, it is
 * run again: `work` does nothing outside the database.
 * Rows that several write are taken in this order: delivery, conversation, audit head.
 */
export async function inWorkspace<Result>(
  db: Db,
  workspaceId: string,
  work: (tx: Tx) => Promise<Result>,
  enter = enterWorkspace,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(async (tx) => {
        await tx.executeQuery(CompiledQuery.raw(enter, [workspaceId]))
        return work(tx)
      })
    } catch (error) {
      if (tries === mostTries || !isConflict(error)) throw error
    }
  }
}

/** As `inWorkspace`, for what is asked all the time with the same few statements: they are kept prepared. */
export function oftenInWorkspace<Result>(
  db: Db,
  workspaceId: string,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  return inWorkspace(db, workspaceId, work, enterOften)
}

const mostTries = 3

// Advisory locks have two numbers; the first says what for. 4400: the instance (migrations, first owner),
// 4401: living job workers, 4402: a workspace's reply-clock rules, 4403: its replies, compared one at a
// time, 4404: its people, joined one at a time, 4405: what only one process may do (`inTurn`).

/** Nobody's fault, and nothing was written: 40P01 deadlock, 40001 serialisation failure, a plan of old columns. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false
  return error.code === '40P01' || error.code === '40001' || isStalePlan(error)
}

/** Tells all processes that listen on `parley_live`, when and only if the transaction commits. */
export async function announce(tx: Tx, ...news: LiveNews[]): Promise<void> {
  if (news.length === 0) return
  await sql`${sql.raw(onward)}
    select pg_notify('parley_live', n) from unnest(${news.map((one) => JSON.stringify(one))}::text[]) as n`.execute(
    tx,
  )
}

/** What happened, by id only; whoever hears it reads the rows under its own rights. */
export type LiveNews = {
  workspace: string
  kind:
    | 'conversation'
    | 'delivery'
    | 'channel'
    | 'thread'
    | 'draft'
    | 'view'
    | 'presence'
    | 'page'
    | 'resync'
  id: string
}

/** Wakes the workers of all processes when the transaction commits: something is due. */
export async function wakeWorkers(tx: Tx): Promise<void> {
  await sql`select pg_notify('parley_work', '')`.execute(tx)
}
