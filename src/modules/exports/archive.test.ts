import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { WorkspaceId } from '../../../contract/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { asServerOwner } from '../../../test/desk.ts'
import { fillTables } from '../../../test/fill-tables.ts'
import {
  bring,
  entriesOf,
  other,
  type Row,
  readArchive,
  withClient,
  workspaceId,
} from './archive.fixture.ts'
import { tenantTables, walledTables } from './tenant-tables.ts'
import { changed, files, keptBack, leftOut } from './what-travels.ts'
import { writeArchive } from './write-archive.ts'

let folder: string
let source: TestDatabase
let file: string
let whole: Buffer
const targets: TestDatabase[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-export-'))
  source = await createTestDatabase()
  await withClient(source.url, fillTables)
  file = join(folder, 'all.tar.gz')
  await writeArchive({ pool: source.pool, workspaceId, file })
  whole = await readFile(file)
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

it('holds each row of the workspace and none of another, in every table there is', async () => {
  const { manifest, tables, media } = await readArchive(whole)
  const known = await withClient(source.url, walledTables)
  const names = known.map(({ name }) => name).sort()
  expect([...tables.keys(), ...Object.keys(leftOut)].sort()).toEqual(names)
  for (const [name, rows] of tables) {
    expect({ name, rows: rows.length }).toEqual({ name, rows: 1 })
    expect(rows[0]?.[name === 'workspaces' ? 'id' : 'workspace_id'], name).toBe(workspaceId)
  }
  expect(media.size).toBe(1)
  expect(manifest).toMatchObject({ format: 'parley-export', version: 1, leftOut })
})

it('has in its manifest the count, size and hash of each part', async () => {
  const entries = await entriesOf(whole)
  const { manifest, tables, media } = await readArchive(whole)
  for (const part of manifest.tables) {
    const bytes = entries.get(part.file) ?? Buffer.alloc(0)
    expect(part).toMatchObject({
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      rows: tables.get(part.table)?.length,
    })
    for (const row of tables.get(part.table) ?? [])
      expect(Object.keys(row), part.table).toEqual(part.fields)
  }
  const [picture] = tables.get('media') ?? []
  const bytes = media.get(`media/${picture?.id}`) ?? Buffer.alloc(0)
  expect(picture).toMatchObject({
    file_bytes: bytes.length,
    file_sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  expect(manifest.media).toEqual({ files: 1, bytes: bytes.length })
})

it('tells of every table that travels what it holds, in docs/export-format.md', async () => {
  const docs = await readFile(join(import.meta.dirname, '../../../docs/export-format.md'), 'utf8')
  const from = docs.indexOf('## What is in it')
  const lists = docs.slice(from, docs.indexOf('## What an import changes'))
  const described = [...lists.matchAll(/^\| `([a-z_]+)` \| /gm)].map((match) => match[1])
  const known = await withClient(source.url, walledTables)
  expect(described.sort()).toEqual(known.map(({ name }) => name).sort())
})

// Looked at one by one: no secret, or not usable as one.
const looksSecret = /secret|token|hash|password|cipher|wrapped|nonce|_key$|^key/
const harmless = [
  'audit_entries.hash',
  'audit_entries.previous_hash',
  'audit_heads.hash',
  'channels.secret_id',
  'conversations.thread_key',
  'deliveries.idempotency_key',
  'deliveries.request_hash',
  'deliveries.send_key',
  'events.event_key',
  'outgoing_mails.dedupe_key',
  'outgoing_mails.send_key',
  'page_calls.token_ends_at',
  'secret_accesses.secret_id',
  'sso_providers.secret_id',
  'thread_posts.thread_key',
  'threads.thread_key',
]

it('holds no field that is named like a secret but those that were looked at', async () => {
  const { manifest } = await readArchive(whole)
  const found = manifest.tables.flatMap(({ table, fields }) =>
    fields.filter((field) => looksSecret.test(field)).map((field) => `${table}.${field}`),
  )
  expect(found.sort()).toEqual(harmless)
})

it('names no table or column in its exceptions that is not there', async () => {
  const known = await withClient(source.url, walledTables)
  const columns = known.flatMap(({ name, columns }) => columns.map((one) => `${name}.${one.name}`))
  const named = [keptBack, changed].flatMap((list) =>
    Object.entries(list).flatMap(([table, filled]) =>
      Object.keys(filled).map((column) => `${table}.${column}`),
    ),
  )
  const all = [...named, ...Object.entries(files).map(([table, column]) => `${table}.${column}`)]
  expect(all.filter((name) => !columns.includes(name))).toEqual([])
  expect(Object.keys(leftOut).filter((name) => !known.some((one) => one.name === name))).toEqual([])
})

it('brings every row into an empty instance as it was, but for what is documented as changed', async () => {
  const target = await emptyTarget()
  await bring(target, file)
  const again = join(folder, 'again.tar.gz')
  await writeArchive({ pool: target.pool, workspaceId, file: again })
  const [before, after] = [await readArchive(whole), await readArchive(await readFile(again))]
  for (const [table, rows] of before.tables) {
    const added = table === 'audit_entries' || table === 'invitations' ? 1 : 0
    const ids = new Set(rows.map((row) => row.id ?? row.seq))
    const arrived = after.tables.get(table) ?? []
    const same = added ? arrived.filter((row) => ids.has(row.id ?? row.seq)) : arrived
    const ignored = table === 'audit_heads' ? ['seq', 'hash'] : Object.keys(changed[table] ?? {})
    const without = (row: Row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !ignored.includes(name)))
    expect({ table, rows: same.map(without) }).toEqual({ table, rows: rows.map(without) })
  }
  expect(after.media).toEqual(before.media)
  expect(after.tables.get('channels')).toMatchObject([{ state: 'disconnected', problem: null }])
  expect(after.tables.get('deliveries')?.[0]?.state).toBe('unknown')
  expect(after.tables.get('outgoing_mails')?.[0]?.state).toBe('failed')
  expect(after.tables.get('sso_providers')?.[0]?.state).toBe('off')
  expect(after.tables.get('webhook_endpoints')?.[0]?.state).toBe('removed')
  expect(after.tables.get('api_keys')?.[0]?.revoked_at).not.toBeNull()
})

it('comes out of its second home exactly as it came in: nothing is lost on the way', async () => {
  const [first, second] = [await emptyTarget(), await emptyTarget()]
  await bring(first, file)
  const [one, two] = [join(folder, 'one.tar.gz'), join(folder, 'two.tar.gz')]
  await writeArchive({ pool: first.pool, workspaceId, file: one })
  await bring(second, one)
  await writeArchive({ pool: second.pool, workspaceId, file: two })
  const before = await readArchive(await readFile(one))
  const after = await readArchive(await readFile(two))
  const changing = ['audit_entries', 'audit_heads', 'invitations']
  for (const [table, rows] of before.tables) {
    if (changing.includes(table)) continue
    expect({ table, rows: after.tables.get(table) }).toEqual({ table, rows })
  }
})

it('is one moment of the workspace, whatever is written meanwhile', async () => {
  const busy = await emptyTarget()
  let stop = false
  const id = WorkspaceId.parse(other)
  const writing = withClient(busy.url, async (client) => {
    await client.query(
      `insert into workspaces (id, name, time_zone, locale, hours) values ($1, 'B', 'UTC', 'en', '{}')`,
      [id],
    )
    while (!stop)
      await client.query(`with p as (
          insert into people (workspace_id, id, display_name) values ('${id}', gen_random_uuid(), 'x'))
        insert into media (workspace_id, id, mime, width, height, bytes, created_by)
        values ('${id}', gen_random_uuid(), 'image/png', 1, 1, decode(repeat('00', 2000), 'hex'), 'x')`)
  })
  await expect.poll(() => asServerOwner(busy.url, 'select 1 from media limit 11')).toHaveLength(11)
  const moment = join(folder, 'moment.tar.gz')
  await writeArchive({ pool: busy.pool, workspaceId: id, file: moment })
  stop = true
  await writing
  const { tables, media } = await readArchive(await readFile(moment))
  expect(tables.get('people')?.length).toBeGreaterThan(10)
  expect(media.size).toBe(tables.get('people')?.length)
})

it('can be read by its owner only, leaves no part of a file, and keeps the earlier one when it fails', async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const kept = join(folder, 'kept.tar.gz')
  await writeFile(kept, 'earlier')
  await withClient(source.url, async (client) => {
    await client.query('revoke select on people from parley_app')
    try {
      const failing = writeArchive({ pool: source.pool, workspaceId, file: kept })
      await expect(failing).rejects.toThrow('permission denied')
    } finally {
      await client.query('grant select on people to parley_app')
    }
  })
  expect(await readFile(kept, 'utf8')).toBe('earlier')
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
})

it('keeps the order in which rows can go in: no table comes before one that it refers to', async () => {
  const order = (await withClient(source.url, tenantTables)).map(({ name }) => name)
  const refers = await withClient(source.url, async (client) => {
    const { rows } = await client.query<{ from: string; to: string }>(
      `select conrelid::regclass::text as "from", confrelid::regclass::text as "to" from pg_constraint
       where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid`,
    )
    return rows.filter(({ from }) => order.includes(from))
  })
  expect(refers.filter(({ from, to }) => order.indexOf(to) >= order.indexOf(from))).toEqual([])
})
