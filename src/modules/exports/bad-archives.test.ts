import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { fillTables } from '../../../test/fill-tables.ts'
import { bring, entriesOf, other, rowCounts, withClient, workspaceId } from './archive.fixture.ts'
import { Manifest } from './manifest.ts'
import { writeArchive } from './write-archive.ts'

let folder: string
let file: string
let whole: Buffer
/** Stays empty: what is refused changes nothing in it. */
let empty: TestDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-bad-export-'))
  const source = await createTestDatabase()
  await withClient(source.url, fillTables)
  file = join(folder, 'all.tar.gz')
  await writeArchive({ pool: source.pool, workspaceId, file })
  await source.drop()
  whole = await readFile(file)
  empty = await createTestDatabase()
})
afterAll(async () => {
  await empty.drop()
  await rm(folder, { recursive: true, force: true })
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
  const before = await rowCounts(empty.url)
  expect(before.people).toBe(1)
  await expect(bring(empty, file)).rejects.toThrow('This Parley is not empty')
  expect(await rowCounts(empty.url)).toEqual(before)
})
