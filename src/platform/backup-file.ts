import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { messageOf, OperatorError } from './errors.ts'

/**
 * The backup file: gzip of lines. First the header; then for each table its name and columns in a line of
 * JSON, its rows in PostgreSQL's COPY text format, and a line `\.`; then waiting jobs, a line each; at
 * last the SHA-256 of all bytes before that line.
 */
export const formatVersion = 1

export const Header = z.object({
  format: z.literal('parley-backup'),
  version: z.int().positive(),
  madeAt: z.iso.datetime(),
  /** Names of the migrations that the database had. */
  migrations: z.array(z.string()).min(1),
})
export type Header = z.infer<typeof Header>

export const TableLine = z.object({
  table: z.string(),
  schema: z.string(),
  columns: z.array(z.string()).min(1),
})
export type TableLine = z.infer<typeof TableLine>

export const JobLine = z.object({
  job: z.object({
    identifier: z.string(),
    /** JSON text, as it was queued. */
    payload: z.string(),
    queueName: z.string().nullable(),
    runAt: z.string(),
    maxAttempts: z.int(),
    key: z.string().nullable(),
    priority: z.int(),
    flags: z.array(z.string()).nullable(),
  }),
})
export type JobLine = z.infer<typeof JobLine>

const EndLine = z.object({ end: z.literal(true), sha256: z.string() })

/** What the file holds, in order; `rows` are whole lines of COPY text of the table before. */
export type Part =
  | ({ kind: 'table' } & TableLine)
  | { kind: 'rows'; rows: Buffer }
  | { kind: 'table-end' }
  | ({ kind: 'job' } & JobLine['job'])

/** Adds the last line to a stream of the others. */
export async function* withChecksum(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const part of parts) {
    hash.update(part)
    yield part
  }
  yield jsonLine({ end: true, sha256: hash.digest('hex') })
}

export function jsonLine(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

/**
 * Reads the whole file and checks it against its checksum; keeps none of it in memory.
 * @throws OperatorError when it is no backup, damaged, cut off, or of a newer format
 */
export async function checkBackup(file: string): Promise<Header> {
  const hash = createHash('sha256')
  let header: Header | null = null
  let end: string | null = null
  let inTable = false
  for await (const line of readBlocks(file)) {
    if (end !== null) throw damaged(file, 'something follows its end')
    if (header === null) {
      header = parseHeader(file, line.block)
    } else if (!line.inTable && line.block.subarray(0, 7).equals(endStart)) {
      const parsed = EndLine.safeParse(parseJson(line.block))
      end = parsed.success ? parsed.data.sha256 : ''
      inTable = false
      continue
    }
    inTable = line.inTable
    hash.update(line.block)
  }
  if (header === null) throw notOne(file)
  if (end === null || inTable) throw damaged(file, 'it is cut off')
  if (end !== hash.digest('hex')) throw damaged(file, 'its checksum does not match')
  return header
}

const endStart = Buffer.from('{"end":')

/** The parts of a file that `checkBackup` has passed. */
export async function* readParts(file: string): AsyncGenerator<Part> {
  let first = true
  for await (const { block, inTable } of readBlocks(file)) {
    if (first) {
      first = false
    } else if (inTable) {
      yield block.equals(tableEnd) ? { kind: 'table-end' } : { kind: 'rows', rows: block }
    } else {
      const line = z.union([TableLine, JobLine, EndLine]).parse(parseJson(block))
      if ('table' in line) yield { kind: 'table', ...line }
      else if ('job' in line) yield { kind: 'job', ...line.job }
    }
  }
}

const tableEnd = Buffer.from('\\.\n')
const newline = 10

type Block = { block: Buffer; inTable: boolean }

/**
 * Cuts the file into single lines of JSON and blocks of whole lines of a table; the line that ends a
 * table is a block of its own. Joins chunks only when they end a line: a row can be many megabytes.
 */
async function* readBlocks(file: string): AsyncGenerator<Block> {
  const state = { inTable: false }
  let pending: Buffer[] = []
  for await (const chunk of unzip(file)) {
    const end = chunk.lastIndexOf(newline) + 1
    if (end === 0) {
      pending.push(chunk)
      continue
    }
    yield* cutBlocks(Buffer.concat([...pending, chunk.subarray(0, end)]), state)
    pending = end < chunk.length ? [chunk.subarray(end)] : []
  }
  if (pending.length > 0) throw damaged(file, 'it is cut off')
}

function* cutBlocks(lines: Buffer, state: { inTable: boolean }): Generator<Block> {
  for (let at = 0; at < lines.length; ) {
    const end = state.inTable ? endOfRows(lines, at) : lines.indexOf(newline, at) + 1
    const block = lines.subarray(at, end)
    const inTable = state.inTable
    if (inTable && block.equals(tableEnd)) state.inTable = false
    else if (!inTable && block.subarray(0, 9).equals(tableStart)) state.inTable = true
    yield { block, inTable }
    at = end
  }
}

const tableStart = Buffer.from('{"table":')

/** End of the rows that begin at `at`, or of the table's end when that stands there. */
function endOfRows(lines: Buffer, at: number): number {
  if (lines.subarray(at, at + 3).equals(tableEnd)) return at + 3
  const found = lines.indexOf('\n\\.\n', at)
  return found === -1 ? lines.length : found + 1
}

async function* unzip(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file)
  const gunzip = createGunzip({ chunkSize: 256 * 1024 })
  source.once('error', (error) => gunzip.destroy(error))
  try {
    for await (const chunk of source.pipe(gunzip)) yield Buffer.from(chunk)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'Z_BUF_ERROR') throw damaged(file, 'it is cut off', error)
    if (code === 'Z_DATA_ERROR' && /header/.test(messageOf(error))) throw notOne(file, error)
    if (typeof code === 'string' && code.startsWith('Z_'))
      throw damaged(file, messageOf(error), error)
    if (code)
      throw new OperatorError(`The backup cannot be read: ${messageOf(error)}.`, { cause: error })
    throw error
  } finally {
    source.destroy()
  }
}

function parseHeader(file: string, line: Buffer): Header {
  const parsed = Header.safeParse(parseJson(line))
  if (!parsed.success) throw notOne(file)
  if (parsed.data.version > formatVersion)
    throw new OperatorError(
      `The backup ${file} was made by a newer Parley (format ${parsed.data.version}, this one reads ${formatVersion}). Upgrade Parley first. Nothing was changed.`,
    )
  return parsed.data
}

function parseJson(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch {
    return null
  }
}

function notOne(file: string, cause?: unknown): OperatorError {
  return new OperatorError(`${file} is not a Parley backup. Nothing was changed.`, { cause })
}

function damaged(file: string, how: string, cause?: unknown): OperatorError {
  return new OperatorError(
    `The backup ${file} is damaged: ${how}. Use another copy. Nothing was changed.`,
    { cause },
  )
}
