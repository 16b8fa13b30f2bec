import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { extract, pack } from 'tar-stream'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { WorkspaceId } from '../../../contract/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { fillTables } from '../../../test/fill-tables.ts'
import { importWorkspace } from './import-workspace.ts'
import { Manifest } from './manifest.ts'
import { tenantTables, walledTables } from './tenant-tables.ts'
import { changed, files, keptBack, leftOut } from './what-travels.ts'
import { writeArchive } from './write-archive.ts'

type Row = Record<string, unknown>
type Archive = { manifest: Manifest; tables: Map<string, Row[]>; media: Map<string, Buffer> }

const workspaceId = WorkspaceId.parse('00000000-0000-7000-8000-000000000001')
let folder: string
let source: TestDatabase
let file: string
let whole: Buffer
/** Stays empty: what is refused changes nothing in it. */
let empty: TestDatabase
const targets: TestDatabase[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-export-'))
  source = await createTestDatabase()
  await withClient(source.url, fillTables)
  file = join(folder, 'all.tar.gz')
  await writeArchive({ pool: source.pool, workspaceId, file })
  whole = await readFile(file)
  empty = await createTestDatabase()
})
afterEach(async () => {
  for (const target of targets.splice(0)) await target.drop()
})
afterAll(async () => {
  await source.drop()
  await empty.drop()
  await rm(folder, { recursive: true, force: true })
})

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

async function emptyTarget(): Promise<TestDatabase> {
  const target = await createTestDatabase()
  targets.push(target)
  return target
}

function bring(target: TestDatabase, from: string) {
  const publicUrl = 'http://127.0.0.1:4400'
  return importWorkspace({
    database: target,
    clock: () => new Date(),
    publicUrl,
    file: from,
    by: 'test',
  })
}

async function readArchive(bytes: Buffer): Promise<Archive> {
  const entries = await entriesOf(bytes)
  const manifest = Manifest.parse(JSON.parse(String(entries.get('manifest.json'))))
  const tables = new Map(
    manifest.tables.map((part) => [part.table, rowsOf(entries.get(part.file) ?? Buffer.alloc(0))]),
  )
  const media = new Map([...entries].filter(([name]) => name.startsWith('media/')))
  return { manifest, tables, media }
}

function rowsOf(bytes: Buffer): Row[] {
  const lines = bytes.toString('utf8').split('\n').slice(0, -1)
  return lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)))
}

async function entriesOf(bytes: Buffer): Promise<Map<string, Buffer>> {
  const reader = extract()
  reader.end(gunzipSync(bytes))
  const entries = new Map<string, Buffer>()
  for await (const entry of reader) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(z.instanceof(Buffer).parse(chunk))
    entries.set(entry.header.name, Buffer.concat(chunks))
  }
  return entries
}

/** Everything that any table of this database holds, as text. */
async function rowCounts(url: string): Promise<Record<string, number>> {
  return withClient(url, async (client) => {
    const counts: Record<string, number> = {}
    for (const { name } of await walledTables(client)) {
      const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from "${name}"`)
      counts[name] = rows[0]?.n ?? -1
    }
    return counts
  })
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

type Spoil = (entries: [string, Buffer][]) => [string, Buffer][]

function regzip(bytes: Buffer, spoil: Spoil): Promise<Buffer> {
  return entriesOf(bytes).then(async (entries) => {
    const archive = pack()
    for (const [name, content] of spoil([...entries])) archive.entry({ name }, content)
    archive.finalize()
    const chunks: Buffer[] = []
    for await (const chunk of archive) chunks.push(z.instanceof(Buffer).parse(chunk))
    return gzipSync(Buffer.concat(chunks))
  })
}

/** Rewrites the lines of one table, and the manifest so that its hash is right. */
function rewriting(table: string, change: (text: string) => string): Spoil {
  return (entries) => {
    const name = `tables/${table}.jsonl`
    const spoilt = entries.map(([entry, content]): [string, Buffer] =>
      entry === name ? [entry, Buffer.from(change(content.toString('utf8')))] : [entry, content],
    )
    const content = spoilt.find(([entry]) => entry === name)?.[1] ?? Buffer.alloc(0)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const rows = content.toString('utf8').split('\n').length - 1
    return inManifest((manifest) => ({
      ...manifest,
      tables: manifest.tables.map((part) =>
        part.table === table ? { ...part, bytes: content.length, sha256, rows } : part,
      ),
    }))(spoilt)
  }
}

function inManifest(change: (manifest: Manifest) => unknown): Spoil {
  return (entries) =>
    entries.map(([name, content]) =>
      name === 'manifest.json'
        ? [name, Buffer.from(JSON.stringify(change(Manifest.parse(JSON.parse(String(content))))))]
        : [name, content],
    )
}

const other = '00000000-0000-7000-8000-000000000002'
const renamed =
  (from: RegExp, to: string): Spoil =>
  (entries) =>
    entries.map(([name, content]) => [name.replace(from, to), content])

const spoilt: [string, (bytes: Buffer) => Buffer | Promise<Buffer>, string | RegExp][] = [
  ['cut off in the middle', (bytes) => bytes.subarray(0, bytes.length / 2), 'is cut off'],
  ['cut off by its last byte', (bytes) => bytes.subarray(0, -1), 'is cut off'],
  ['that is empty', () => Buffer.alloc(0), /not an export|cut off/],
  ['that is something else', () => Buffer.from('PK\x03\x04 not ours'), 'not an export of Parley'],
  [
    'that is another gzip',
    () => gzipSync('hello\nworld\n'.repeat(100)),
    /not an export|damaged|cut off/,
  ],
  [
    'of a newer format',
    (bytes) =>
      regzip(
        bytes,
        inManifest((manifest) => ({ ...manifest, version: 2 })),
      ),
    'manifest.json: was written by a newer Parley (format 2, this one reads 1)',
  ],
  [
    'with a table that is not known here',
    (bytes) =>
      regzip(
        bytes,
        inManifest((manifest) => ({
          ...manifest,
          tables: manifest.tables.map((part) =>
            part.table === 'people' ? { ...part, table: 'robots' } : part,
          ),
        })),
      ),
    'manifest.json: names the table "robots"',
  ],
  [
    'with a field that is not known here',
    (bytes) =>
      regzip(
        bytes,
        inManifest((manifest) => ({
          ...manifest,
          tables: manifest.tables.map((part) =>
            part.table === 'people' ? { ...part, fields: [...part.fields, 'shoe_size'] } : part,
          ),
        })),
      ),
    'names the field "shoe_size" of people',
  ],
  [
    'with a table that it leaves out',
    (bytes) =>
      regzip(
        bytes,
        inManifest((manifest) => ({
          ...manifest,
          tables: [...manifest.tables, { ...manifest.tables[0], table: 'secrets' }],
        })),
      ),
    'names the table "secrets"',
  ],
  [
    'without one of its files',
    (bytes) =>
      regzip(bytes, (entries) => entries.filter(([name]) => name !== 'tables/notes.jsonl')),
    'where tables/notes.jsonl should be',
  ],
  [
    'with one changed character',
    (bytes) =>
      regzip(bytes, (entries) =>
        entries.map(([name, content]) => [
          name,
          name === 'tables/notes.jsonl'
            ? Buffer.from(content.toString('utf8').replace('line', 'lime'))
            : content,
        ]),
      ),
    'tables/notes.jsonl: is not as it was written: its SHA-256 is another',
  ],
  [
    'with a row of another workspace',
    (bytes) =>
      regzip(
        bytes,
        rewriting('people', (text) => text + text.replace(workspaceId, other)),
      ),
    'tables/people.jsonl, line 2: belongs to another workspace',
  ],
  [
    'with a row twice',
    (bytes) =>
      regzip(
        bytes,
        rewriting('people', (text) => text + text),
      ),
    'tables/people.jsonl, line 2: does not fit into the table people',
  ],
  [
    'with a row that refers to one that is not there',
    (bytes) =>
      regzip(
        bytes,
        rewriting('notes', (text) =>
          text.replace(/"conversation_id":"[^"]*"/, `"conversation_id":"${other}"`),
        ),
      ),
    'tables/notes.jsonl, line 1: does not fit into the table notes',
  ],
  [
    'with a person joined to nobody',
    (bytes) =>
      regzip(
        bytes,
        rewriting('people', (text) =>
          text.replace(/"merged_into":"[^"]*"/, `"merged_into":"${other}"`),
        ),
      ),
    'refers to one that is missing',
  ],
  [
    'with a value of the wrong kind',
    (bytes) =>
      regzip(
        bytes,
        rewriting('messages', (text) => text.replace(/"sent_at":"[^"]*"/, '"sent_at":"soon"')),
      ),
    'tables/messages.jsonl, line 1: does not fit into the table messages',
  ],
  [
    'with a line that is no JSON',
    (bytes) =>
      regzip(
        bytes,
        rewriting('notes', (text) => `${text}{"half":\n`),
      ),
    'tables/notes.jsonl, line 2: is not an object in JSON',
  ],
  [
    'with a line without a field',
    (bytes) =>
      regzip(
        bytes,
        rewriting('notes', (text) => `${text}{"id":1}\n`),
      ),
    'tables/notes.jsonl, line 2: does not have the fields',
  ],
  [
    'whose picture was swapped',
    (bytes) =>
      regzip(bytes, (entries) =>
        entries.map(([name, content]) => [
          name,
          name.startsWith('media/') ? Buffer.alloc(content.length) : content,
        ]),
      ),
    /media\/.*: is not as it was written/,
  ],
  [
    'whose picture is missing',
    (bytes) => regzip(bytes, (entries) => entries.filter(([name]) => !name.startsWith('media/'))),
    'holds 0 files of media, the manifest says 1',
  ],
  [
    'with a name that leads out of its folder',
    (bytes) => regzip(bytes, renamed(/^media\/.*/, 'media/../../etc/cron.d/x')),
    'holds "media/../../etc/cron.d/x", which is no name',
  ],
  [
    'with an absolute name',
    (bytes) => regzip(bytes, renamed(/^media\/.*/, '/etc/passwd')),
    'holds "/etc/passwd", which is no name',
  ],
  [
    'with a file too many',
    (bytes) => regzip(bytes, (entries) => [...entries, ['readme.txt', Buffer.from('hello')]]),
    'holds "readme.txt"',
  ],
]
it.each(spoilt)('refuses an archive %s, and changes nothing', async (_name, spoil, says) => {
  const bad = join(folder, 'bad.tar.gz')
  await writeFile(bad, await spoil(whole))
  const bringing = bring(empty, bad)
  await expect(bringing).rejects.toThrow(says)
  await expect(bringing).rejects.toThrow(/[^.]\. Nothing was changed\.$/)
  const counts = await rowCounts(empty.url)
  expect(Object.values(counts).filter((count) => count !== 0)).toEqual([])
})

it('stops at an archive that unpacks to far more than it declares', async () => {
  const bomb = join(folder, 'bomb.tar.gz')
  const padding = Buffer.alloc(300 * 1024 * 1024)
  await writeFile(
    bomb,
    await regzip(whole, (entries) => [
      ...entries.slice(0, 1),
      ['tables/workspaces.jsonl', padding],
    ]),
  )
  expect((await stat(bomb)).size).toBeLessThan(600_000)
  await expect(bring(empty, bomb)).rejects.toThrow('unpacks to far more than it says')
})

it('takes a good archive after bad ones were refused', async () => {
  await bring(empty, file)
  expect((await rowCounts(empty.url)).people).toBe(1)
})

it('refuses to mix two: an instance that holds a workspace stays as it is', async () => {
  const target = await emptyTarget()
  await bring(target, file)
  const before = await rowCounts(target.url)
  await expect(bring(target, file)).rejects.toThrow('This Parley is not empty')
  expect(await rowCounts(target.url)).toEqual(before)
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
  await new Promise((resolve) => setTimeout(resolve, 300))
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
