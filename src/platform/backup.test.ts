import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { asServerOwner } from '../../test/desk.ts'
import { fillTables } from '../../test/fill-tables.ts'
import { writeBackup } from './backup.ts'
import { restoreBackup } from './backup-restore.ts'
import { tablesOf } from './backup-tables.ts'

const leaveOut = ['auth.session', 'auth.verification']
let folder: string
let source: TestDatabase
let backup: string
const targets: TestDatabase[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-backup-'))
  source = await createTestDatabase()
  await withClient(source.url, fillTables)
  backup = join(folder, 'all.backup')
  await writeBackup({ url: source.url, file: backup, leaveOut })
})
afterEach(async () => {
  for (const target of targets.splice(0)) await target.drop()
})
afterAll(async () => {
  await source.drop()
  await rm(folder, { recursive: true, force: true })
})

async function emptyTarget(): Promise<TestDatabase> {
  const target = await createTestDatabase()
  targets.push(target)
  return target
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

type Rows = Record<string, string[]>

/** Every row of every table as text, and the waiting jobs. */
async function everything(url: string): Promise<Rows> {
  return withClient(url, async (client) => {
    await client.query(`set timezone = 'UTC'`)
    const all: Rows = {}
    for (const { name, sqlName } of await tablesOf(client)) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from ${sqlName} t order by 1`,
      )
      all[name] = rows.map(({ row }) => createHash('sha256').update(row).digest('hex'))
    }
    const jobs = await client.query<{ row: string }>(
      `select json_build_array(task_identifier, queue_name, run_at, max_attempts, key, priority, flags)::text as row
       from graphile_worker.jobs order by 1`,
    )
    const payloads = await client.query<{ row: string }>(
      `select payload::text as row from graphile_worker._private_jobs order by 1`,
    )
    all.jobs = [...jobs.rows, ...payloads.rows].map(({ row }) => row)
    return all
  })
}

it('brings every row of every table and every waiting job into an empty database', async () => {
  const target = await emptyTarget()
  await restoreBackup({ url: target.url, file: backup })
  const expected = await everything(source.url)
  for (const name of leaveOut) {
    expect(expected[name]).toHaveLength(3)
    expected[name] = []
  }
  const restored = await everything(target.url)
  expect(restored).toEqual(expected)
  expect(Object.values(restored).filter((rows) => rows.length === 3).length).toBeGreaterThan(20)
})

it('needs no sequences set: no table counts by one', async () => {
  const { rows } = await withClient(source.url, (client) =>
    client.query(`select sequencename from pg_sequences where schemaname in ('public', 'auth')`),
  )
  expect(rows).toEqual([])
})

it('is one moment of the database, whatever is written meanwhile', async () => {
  const file = join(folder, 'moment.backup')
  const target = await emptyTarget()
  const busy = await createTestDatabase()
  targets.push(busy)
  let stop = false
  // Each transaction adds one person and one media row of the same number: a torn backup has unequal counts.
  const writing = withClient(busy.url, async (client) => {
    await client.query(
      `insert into workspaces (id, name, time_zone, locale, hours) values (gen_random_uuid(), 'B', 'UTC', 'en', '{}')`,
    )
    while (!stop) {
      await client.query(`with w as (select id from workspaces), p as (
          insert into people (workspace_id, id, display_name) select id, gen_random_uuid(), 'x' from w)
        insert into media (workspace_id, id, mime, width, height, bytes, created_by)
        select id, gen_random_uuid(), 'image/png', 1, 1, decode(repeat('00', 2000), 'hex'), 'x' from w`)
    }
  })
  await expect.poll(() => asServerOwner(busy.url, 'select 1 from media limit 11')).toHaveLength(11)
  await writeBackup({ url: busy.url, file, leaveOut })
  stop = true
  await writing
  await restoreBackup({ url: target.url, file })
  const restored = await everything(target.url)
  expect(restored['public.people']?.length).toBeGreaterThan(10)
  expect(restored['public.media']).toHaveLength(restored['public.people']?.length ?? -1)
})

it('can be read by its owner only, and leaves no part file', async () => {
  expect((await stat(backup)).mode & 0o777).toBe(0o600)
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
})

it('keeps the earlier backup when a new one fails', async () => {
  const file = join(folder, 'kept.backup')
  await writeFile(file, 'earlier')
  await withClient(source.url, async (client) => {
    await client.query('revoke select on people from parley_backup')
    try {
      const failing = writeBackup({ url: source.url, file, leaveOut })
      await expect(failing).rejects.toThrow('permission denied for table people')
    } finally {
      await client.query('grant select on people to parley_backup')
    }
  })
  expect(await readFile(file, 'utf8')).toBe('earlier')
  const nowhere = writeBackup({ url: source.url, file: join(folder, 'no/such'), leaveOut })
  await expect(nowhere).rejects.toThrow('The backup cannot be written')
})

const spoilt: [string, (whole: Buffer) => Buffer, string][] = [
  ['cut off in the middle', (whole) => whole.subarray(0, whole.length / 2), 'cut off'],
  ['cut off by its last byte', (whole) => whole.subarray(0, -1), 'damaged'],
  [
    'without its last line',
    (whole) => regzip(whole, (text) => text.subarray(0, text.lastIndexOf('{"end"'))),
    'cut off',
  ],
  [
    'cut off inside a table and zipped again',
    (whole) => regzip(whole, (text) => text.subarray(0, text.indexOf('\n\\.\n'))),
    'cut off',
  ],
  [
    'with one changed byte',
    (whole) => regzip(whole, (text) => flip(text, text.length >> 1)),
    'checksum',
  ],
  ['with a changed bit of the zip', (whole) => flip(whole, whole.length >> 1), 'damaged'],
  [
    'with lines after its end',
    (whole) => regzip(whole, (text) => Buffer.concat([text, Buffer.from('more\n')])),
    'damaged',
  ],
  ['that is empty', () => Buffer.alloc(0), 'cut off'],
  ['that is something else', () => Buffer.from('PK\x03\x04 not ours'), 'not a Parley backup'],
  ['that is another gzip', () => gzipSync('hello\nworld\n'), 'not a Parley backup'],
  [
    'of a newer format',
    (whole) => regzip(whole, (text) => replaced(text, '"version":1', '"version":2')),
    'newer Parley',
  ],
]
it.each(spoilt)('refuses a file %s and changes nothing', async (_name, spoil, says) => {
  const target = await emptyTarget()
  const before = await everything(target.url)
  const file = join(folder, 'spoilt.backup')
  await writeFile(file, spoil(await readFile(backup)))
  const restoring = restoreBackup({ url: target.url, file })
  await expect(restoring).rejects.toMatchObject({ name: 'OperatorError' })
  await expect(restoring).rejects.toThrow(says)
  expect(await everything(target.url)).toEqual(before)
})

it('refuses a file that is not there', async () => {
  const target = await emptyTarget()
  const restoring = restoreBackup({ url: target.url, file: join(folder, 'none') })
  await expect(restoring).rejects.toThrow('cannot be read')
})

it('refuses a backup of a newer release', async () => {
  const target = await emptyTarget()
  await withClient(target.url, (client) =>
    client.query(`delete from kysely_migration where name like '%-core'`),
  )
  await expect(restoreBackup({ url: target.url, file: backup })).rejects.toThrow('newer Parley')
})

it('refuses to restore into a database that holds anything', async () => {
  const target = await emptyTarget()
  await withClient(target.url, (client) =>
    client.query(`insert into allowed_origins (origin, why) values ('http://127.0.0.1:1', 'x')`),
  )
  const before = await everything(target.url)
  await expect(restoreBackup({ url: target.url, file: backup })).rejects.toThrow('not empty')
  expect(await everything(target.url)).toEqual(before)
})

it('brings a backup of an older release up to this one', async () => {
  const migrationsFolder = await mkdtemp(join(folder, 'migrations-'))
  const real = join(import.meta.dirname, '../../migrations')
  for (const name of await readdir(real))
    await writeFile(join(migrationsFolder, name), await readFile(join(real, name)))
  const later = `alter table people add column greeting text;
    update people set greeting = 'Hello ' || length(display_name)`
  await writeFile(join(migrationsFolder, '29990101T000000-later.sql'), later)
  const target = await emptyTarget()
  await withClient(target.url, async (client) => {
    await client.query(later)
    await client.query(`insert into kysely_migration values ('29990101T000000-later', now()::text)`)
  })
  await restoreBackup({ url: target.url, file: backup, migrationsFolder })
  const { rows } = await withClient(target.url, (client) =>
    client.query('select count(*) as people, count(greeting) as greeted from people'),
  )
  expect(rows).toEqual([{ people: 3, greeted: 3 }])
  const wall = withClient(target.url, async (client) => {
    await client.query('set role parley_app')
    return client.query('select * from people')
  })
  expect((await wall).rows).toEqual([])
})

it('changes rows on the way in as it is told', async () => {
  const target = await emptyTarget()
  await restoreBackup({
    url: target.url,
    file: backup,
    changes: { 'public.people': `set display_name = 'changed' where id::text like '%3'` },
  })
  const { rows } = await withClient(target.url, (client) =>
    client.query(`select count(*) as people from people where display_name = 'changed'`),
  )
  expect(rows).toEqual([{ people: 1 }])
})

function regzip(whole: Buffer, change: (text: Buffer) => Buffer): Buffer {
  return gzipSync(change(gunzipSync(whole)))
}

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function replaced(text: Buffer, from: string, to: string): Buffer {
  const at = text.indexOf(from)
  return Buffer.concat([text.subarray(0, at), Buffer.from(to), text.subarray(at + from.length)])
}
