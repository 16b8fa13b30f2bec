import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import {
  type EmbeddedPostgres,
  findRunningPostgres,
  startEmbeddedPostgres,
} from './embedded-postgres.ts'
import { lifeOf, runningProcesses } from './process-identity.ts'

// One data folder for all: making one takes longest. Each test leaves it stopped and whole.
let home = ''
let database: EmbeddedPostgres | null = null
const children: ChildProcess[] = []
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-pg-'))
  const first = await startEmbeddedPostgres({ home, log: quiet })
  await query(first.url, 'create table kept (note text)')
  await first.stop()
})

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
  await database?.stop()
  database = null
})

afterAll(() => rm(home, { recursive: true, force: true }))

it('listens on the loopback only, keeps fsync on, counts new rows within seconds, and asks for the password', async () => {
  database = await startEmbeddedPostgres({ home, log: quiet })
  const settings = `select string_agg(setting, ' ' order by name) as all from pg_settings
    where name in ('autovacuum_naptime', 'fsync', 'listen_addresses', 'max_connections', 'unix_socket_directories')`
  expect(await query(database.url, settings)).toEqual([{ all: '5 on 127.0.0.1 200 ' }])
  await expect(query(database.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(
    /password authentication failed/,
  )
  expect((await stat(join(home, 'postgres.json'))).mode & 0o777).toBe(0o600)
})

it('leaves no process behind when it is stopped', async () => {
  const stopped = await startEmbeddedPostgres({ home, log: quiet })
  await stopped.stop()
  expect(serversOf(home)).toEqual([])
  await expect(query(stopped.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/)
})

it('comes back with everything committed after its Node was killed', async () => {
  const killed = await runUntilKilled(home)
  await query(killed.url, `insert into kept values ('before the kill')`)
  await kill(killed.child)
  database = await startEmbeddedPostgres({ home, log: quiet })
  expect(await query(database.url, 'select note from kept')).toEqual([{ note: 'before the kill' }])
})

it('brings a killed server back under the same address', async () => {
  database = await startEmbeddedPostgres({ home, log: quiet })
  const exits: Error[] = []
  database.onExit((error) => exits.push(error))
  process.kill(await postmasterOf(home), 'SIGKILL')
  await eventually(database.url, 'select 1')
  await query(database.url, `insert into kept values ('after the kill')`)
  expect(exits).toEqual([])
})

it('waits for the sessions that outlive a killed server and a killed Node', async () => {
  const killed = await runUntilKilled(home)
  const busy = query(killed.url, 'select count(*) from generate_series(1, 2000000000)')
  const cut = expect(busy).rejects.toThrow()
  await until(async () => {
    const found = await query(
      killed.url,
      `select from pg_stat_activity where state = 'active' and query like '%generate_series(1, 2%' and pid <> pg_backend_pid()`,
    )
    return found.length > 0
  })
  const postmaster = await postmasterOf(home)
  await kill(killed.child)
  process.kill(postmaster, 'SIGKILL')
  expect(serversOf(home).length).toBeGreaterThan(0)
  database = await startEmbeddedPostgres({ home, log: quiet })
  expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await cut
})

it('makes the database anew when the first start was killed in the middle of it', async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'parley-pg-'))
  const child = startChild(fresh)
  await until(async () => (await unfinished(fresh)).length > 0)
  const [name = ''] = await unfinished(fresh)
  await until(async () => (await readdir(join(fresh, name))).includes('global'))
  await kill(child)
  expect(await readdir(fresh)).not.toContain('postgres')
  const made = await startEmbeddedPostgres({ home: fresh, log: quiet })
  expect(await query(made.url, 'select current_database() as name')).toEqual([{ name: 'parley' }])
  await made.stop()
  expect(await unfinished(fresh)).toEqual([])
  await rm(fresh, { recursive: true })
})

it('does not take a foreign process for its server when a stale pid file names it', async () => {
  const foreign = spawn('sleep', ['60'])
  children.push(foreign)
  const lines = `${foreign.pid}\n${join(home, 'postgres')}\n1\n5432\n\n127.0.0.1\n`
  await writeFile(join(home, 'postgres', 'postmaster.pid'), lines)
  database = await startEmbeddedPostgres({ home, log: quiet })
  expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(lifeOf(foreign.pid ?? 0)).not.toBeNull()
})

it('refuses a second start in one sentence and leaves the first alone', async () => {
  const first = await runUntilKilled(home)
  await expect(startEmbeddedPostgres({ home, log: quiet })).rejects.toThrow(
    `Another Parley (process ${first.child.pid}) is using the database`,
  )
  expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await findRunningPostgres(home)).toBe(first.url)
})

it('refuses a second start even when the lock was removed by hand', async () => {
  const first = await runUntilKilled(home)
  const locks = (await readdir(home)).filter((name) => name.includes('.lock.'))
  for (const name of locks) await rm(join(home, name))
  await expect(startEmbeddedPostgres({ home, log: quiet })).rejects.toThrow(/Another Parley/)
  expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

it('takes another port when a stranger listens on its own', async () => {
  const before = await startEmbeddedPostgres({ home, log: quiet })
  await before.stop()
  const { createServer } = await import('node:net')
  const stranger = createServer((socket) => socket.destroy())
  stranger.listen(Number(new URL(before.url).port), '127.0.0.1')
  await once(stranger, 'listening')
  database = await startEmbeddedPostgres({ home, log: quiet })
  stranger.close()
  expect(new URL(database.url).port).not.toBe(new URL(before.url).port)
})

it('names the version of a data folder that it cannot read', async () => {
  const file = join(home, 'postgres', 'PG_VERSION')
  const own = await readFile(file, 'utf8')
  await writeFile(file, '17\n')
  const start = startEmbeddedPostgres({ home, log: quiet })
  await expect(start).rejects.toThrow(/made by PostgreSQL 17, this Parley brings 18/)
  await writeFile(file, own)
})

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000 })
  client.on('error', () => undefined) // a killed server also fails the query, which tells
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end().catch(String)
  }
}

async function eventually(url: string, text: string): Promise<void> {
  await until(() =>
    query(url, text).then(
      () => true,
      () => false,
    ),
  )
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come true in a minute')
    await sleep(5)
  }
}

function startChild(folder: string): ChildProcess {
  const program = join(import.meta.dirname, 'embedded-postgres', 'run-until-killed.ts')
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'ignore'] })
  children.push(child)
  return child
}

async function runUntilKilled(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const child = startChild(folder)
  if (!child.stdout) throw new Error('no output')
  const [chunk]: unknown[] = await once(child.stdout, 'data')
  return { child, url: String(chunk).trim() }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function postmasterOf(folder: string): Promise<number> {
  return Number.parseInt(await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8'), 10)
}

function serversOf(folder: string): number[] {
  const cwd = join(folder, 'postgres')
  return runningProcesses().flatMap((found) => (found.cwd === cwd ? found.pid : []))
}

async function unfinished(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /^postgres[.]new-[0-9a-f]+$/.test(name))
}
