import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { type Database, type Db, inWorkspace, oftenInWorkspace, openDatabase } from './db.ts'
import { often, onward } from './db-pool.ts'

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

it('prepares all that is asked in a transaction that begins so, and nothing of the next one', async () => {
  const both = async (tx: Db) => [await seen(tx), await countLocks(tx)]
  expect(await oftenInWorkspace(db, workspace, both)).toEqual([workspace, 0])
  expect(await inWorkspace(db, workspace, keepLock)).toBe(1)
  const { rows } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements order by prepare_time`.execute(db)
  expect(rows.map(({ statement }) => statement.includes('current_setting'))).toEqual([true, false])
})

it('goes on when an update changes a table under what is prepared', async () => {
  await sql`create temporary table changing (one int)`.execute(db)
  const read = (tx: Db) => sql`select * from changing`.execute(tx).then(({ rows }) => rows)
  expect(await oftenInWorkspace(db, workspace, read)).toEqual([])
  await sql`alter table changing add two int`.execute(db)
  await sql`insert into changing values (1, 2)`.execute(db)
  expect(await oftenInWorkspace(db, workspace, read)).toEqual([{ one: 1, two: 2 }])
})

/** Sends a statement that is not waited for. */
async function send(executor: Db, number: number): Promise<void> {
  await sql`${sql.raw(onward)} insert into sent (number) values (${number}::int)`.execute(executor)
}

async function sent(): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`select number from sent order by place`.execute(db)
  return rows.map(({ number }) => number)
}

describe('a statement that is not waited for', () => {
  beforeEach(async () => {
    await sql`create temporary table sent (place serial, number int check (number < 100))`.execute(
      db,
    )
  })

  it('runs in its place and gives no rows', async () => {
    await inWorkspace(db, workspace, async (tx) => {
      await send(tx, 1)
      await sql`insert into sent (number) values (2)`.execute(tx)
      await send(tx, 3)
      const { rows } = await sql`${sql.raw(onward)} select 1 as one`.execute(tx)
      expect(rows).toEqual([])
    })
    expect(await sent()).toEqual([1, 2, 3])
  })

  it('fails the next statement that is waited for, with its own error, and nothing stands', async () => {
    const failing = inWorkspace(db, workspace, async (tx) => {
      await send(tx, 1)
      await send(tx, 100)
      await send(tx, 3)
      await sql`select 1`.execute(tx)
      throw new Error('came as far as this')
    })
    await expect(failing).rejects.toMatchObject({ code: '23514' })
    expect(await sent()).toEqual([])
  })

  it('fails the transaction when nothing is waited for after it', async () => {
    await expect(inWorkspace(db, workspace, (tx) => send(tx, 100))).rejects.toMatchObject({
      code: '23514',
    })
    expect(await sent()).toEqual([])
    await inWorkspace(db, workspace, (tx) => send(tx, 4))
    expect(await sent()).toEqual([4])
  })

  it('leaves the reason to whoever ends the transaction meanwhile', async () => {
    const ended = inWorkspace(db, workspace, async (tx) => {
      await send(tx, 100)
      throw new Error('no more')
    })
    await expect(ended).rejects.toThrow('no more')
    expect(await sent()).toEqual([])
  })

  it('is waited for when there is no transaction', async () => {
    await expect(send(db, 100)).rejects.toMatchObject({ code: '23514' })
    await send(db, 5)
    expect(await sent()).toEqual([5])
  })

  it('is prepared again when its first preparing met a failed transaction', async () => {
    const other = (executor: Db) =>
      sql`${sql.raw(onward)} insert into sent (number) values (${6}::int + 1)`.execute(executor)
    const failing = inWorkspace(db, workspace, async (tx) => {
      await send(tx, 100)
      await other(tx)
    })
    await expect(failing).rejects.toMatchObject({ code: '23514' })
    await inWorkspace(db, workspace, other)
    expect(await sent()).toEqual([7])
  })

  it('tries the whole again when PostgreSQL ended it for the sake of another', async () => {
    let tries = 0
    await inWorkspace(db, workspace, async (tx) => {
      tries += 1
      await send(tx, tries)
      if (tries === 1)
        await sql`${sql.raw(onward)}
          do $$ begin raise exception 'in the way' using errcode = 'deadlock_detected'; end $$`.execute(
          tx,
        )
    })
    expect(tries).toBe(2)
    expect(await sent()).toEqual([2])
  })

  it('ends with its connection, and the next transaction gets another', async () => {
    const superuser = new pg.Client({ connectionString: home.url })
    await superuser.connect()
    const ended = inWorkspace(db, workspace, async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await superuser.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid])
      await send(tx, 1)
    })
    await expect(ended).rejects.toThrow(/terminat|connection/)
    await superuser.end()
    expect(await inWorkspace(db, workspace, seen)).toBe(workspace)
  })
})
