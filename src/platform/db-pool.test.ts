import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { type Database, type Db, inWorkspace, openDatabase } from './db.ts'
import { often } from './db-pool.ts'

let home: TestDatabase
let database: Database
let db: Db

beforeAll(async () => {
  home = await createTestDatabase()
})
beforeEach(() => {
  // One connection: what a transaction left behind, the next one would find.
  database = openDatabase({ url: home.url, max: 1, onError: () => undefined })
  db = database.db
})
afterEach(() => database.close())
afterAll(() => home.drop())

const workspace = '0190b2a0-0000-7000-8000-00000000abcd'

async function seen(executor: Db): Promise<string | null> {
  const { rows } = await sql<{ workspace: string | null }>`
    select nullif(current_setting('parley.workspace', true), '') as workspace`.execute(executor)
  return rows[0]?.workspace ?? null
}

/** Takes a lock that only a transaction keeps, and says how many are kept by the next statement. */
async function keepLock(executor: Db): Promise<number | undefined> {
  await sql`select pg_advisory_xact_lock(99, 1)`.execute(executor)
  return countLocks(executor)
}

async function countLocks(executor: Db): Promise<number | undefined> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_locks
    where locktype = 'advisory' and classid = 99 and pid = pg_backend_pid()`.execute(executor)
  return rows[0]?.count
}

it('names the workspace from the first statement of a transaction to its end, and not after it', async () => {
  expect(await inWorkspace(db, workspace, seen)).toBe(workspace)
  expect(await seen(db)).toBeNull()
})

it('takes whatever a workspace is called for a name and nothing else', async () => {
  const odd = `it's \\'; select pg_advisory_lock(99, 1); --`
  expect(await inWorkspace(db, odd, seen)).toBe(odd)
  expect(await countLocks(db)).toBe(0)
})

it('is one transaction, whichever statement it begins with', async () => {
  expect(await db.transaction().execute(keepLock)).toBe(1)
  expect(await inWorkspace(db, workspace, keepLock)).toBe(1)
  expect(await countLocks(db)).toBe(0)
})

it('leaves nothing behind when it fails, or does nothing at all', async () => {
  const failing = inWorkspace(db, workspace, async (tx) => {
    await keepLock(tx)
    throw new Error('no more')
  })
  await expect(failing).rejects.toThrow('no more')
  const wrong = db.transaction().execute((tx) => sql`select 1 / 0`.execute(tx))
  await expect(wrong).rejects.toThrow('division by zero')
  await db.transaction().execute(async () => undefined)
  const early = db.transaction().execute(() => Promise.reject(new Error('not even begun')))
  await expect(early).rejects.toThrow('not even begun')
  // Were a transaction open, the lock would still be kept by the next statement.
  expect(await keepLock(db)).toBe(0)
})

it('prepares once what is said to run often, and nothing else', async () => {
  const ask = (number: number) =>
    sql<{ sum: number }>`${sql.raw(often)} select ${number}::int + 1 as sum`.execute(db)
  const answers = [await ask(1), await ask(41)].map(({ rows }) => rows[0]?.sum)
  expect(answers).toEqual([2, 42])
  const { rows } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements`.execute(db)
  expect(rows).toEqual([{ statement: `${often} select $1::int + 1 as sum` }])
})
