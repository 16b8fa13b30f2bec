import { createHash } from 'node:crypto'
import { badArchive } from './bad-archive.ts'
import type { Manifest, TablePart } from './manifest.ts'
import type { TenantTable } from './tenant-tables.ts'

/** Longer lines than this are no rows of ours. */
const mostLineBytes = 64 * 1024 * 1024
const mostLines = 500
const mostBytes = 4 * 1024 * 1024

/** Rows that go in together. `first`: the line number of the first one. */
export type Batch = { first: number; lines: string[] }

/**
 * The rows of a table's file, checked against the manifest and against the wall: each is an object with
 * exactly the fields that the manifest names, and belongs to the workspace of the archive.
 * @throws BadArchive that names the file and the line
 */
export async function* readBatches(
  content: AsyncIterable<Buffer>,
  part: TablePart,
  { table, manifest }: { table: TenantTable; manifest: Manifest },
): AsyncGenerator<Batch> {
  const hash = createHash('sha256')
  const wanted = [...part.fields].sort().join()
  let batch: Batch = { first: 1, lines: [] }
  let bytes = 0
  let rows = 0
  for await (const line of linesOf(content, part.file, (chunk) => hash.update(chunk))) {
    rows += 1
    checkRow(line, { file: part.file, line: rows }, { table, manifest, wanted })
    batch.lines.push(line)
    bytes += line.length
    if (batch.lines.length < mostLines && bytes < mostBytes) continue
    yield batch
    batch = { first: rows + 1, lines: [] }
    bytes = 0
  }
  if (batch.lines.length > 0) yield batch
  if (rows !== part.rows)
    throw badArchive({ file: part.file }, `has ${rows} lines, the manifest says ${part.rows}`)
  if (hash.digest('hex') !== part.sha256)
    throw badArchive({ file: part.file }, 'is not as it was written: its SHA-256 is another')
}

async function* linesOf(
  content: AsyncIterable<Buffer>,
  file: string,
  onChunk: (chunk: Buffer) => void,
): AsyncGenerator<string> {
  let pending: Buffer[] = []
  let held = 0
  let line = 1
  for await (const chunk of content) {
    onChunk(chunk)
    let at = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, at)) {
      pending.push(chunk.subarray(at, end))
      yield Buffer.concat(pending).toString('utf8')
      pending = []
      held = 0
      line += 1
      at = end + 1
    }
    if (at < chunk.length) {
      pending.push(Buffer.from(chunk.subarray(at)))
      held += chunk.length - at
    }
    if (held > mostLineBytes) throw badArchive({ file, line }, 'is longer than any row of ours')
  }
  if (held > 0) throw badArchive({ file, line }, 'is cut off: a line ends with a line break')
}

type Rules = { table: TenantTable; manifest: Manifest; wanted: string }

function checkRow(text: string, place: { file: string; line: number }, rules: Rules): void {
  const row = parseRow(text)
  if (row === null) throw badArchive(place, 'is not an object in JSON')
  const given = Object.keys(row).sort().join()
  if (given !== rules.wanted)
    throw badArchive(place, 'does not have the fields that the manifest names')
  const owner = Reflect.get(row, rules.table.owner)
  if (owner !== rules.manifest.workspace.id)
    throw badArchive(place, 'belongs to another workspace than the archive')
}

function parseRow(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
