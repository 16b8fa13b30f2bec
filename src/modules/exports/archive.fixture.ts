import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { extract } from 'tar-stream'
import { z } from 'zod'
import { WorkspaceId } from '../../../contract/ids.ts'
import type { TestDatabase } from '../../../test/database.ts'
import { importWorkspace } from './import-workspace.ts'
import { Manifest } from './manifest.ts'
import { walledTables } from './tenant-tables.ts'

// What tests of archives share. Its workspace is the first of test/fill-tables.ts.

export type Row = Record<string, unknown>
export type Archive = { manifest: Manifest; tables: Map<string, Row[]>; media: Map<string, Buffer> }

export const workspaceId = WorkspaceId.parse('00000000-0000-7000-8000-000000000001')
export const other = '00000000-0000-7000-8000-000000000002'

export async function withClient<Result>(
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

export function bring(target: TestDatabase, from: string) {
  const publicUrl = 'http://127.0.0.1:4400'
  return importWorkspace({
    database: target,
    clock: () => new Date(),
    publicUrl,
    file: from,
    by: 'test',
  })
}

export async function readArchive(bytes: Buffer): Promise<Archive> {
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

export async function entriesOf(bytes: Buffer): Promise<Map<string, Buffer>> {
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
export async function rowCounts(url: string): Promise<Record<string, number>> {
  return withClient(url, async (client) => {
    const counts: Record<string, number> = {}
    for (const { name } of await walledTables(client)) {
      const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from "${name}"`)
      counts[name] = rows[0]?.n ?? -1
    }
    return counts
  })
}
