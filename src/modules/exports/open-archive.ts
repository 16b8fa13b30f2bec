import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { type ExtractEvents, extract } from 'tar-stream'
import { z } from 'zod'
import { messageOf } from '../../platform/errors.ts'
import { BadArchive, badArchive } from './bad-archive.ts'
import { formatVersion, Manifest } from './manifest.ts'

/** How much larger than the archive its contents may be: text packs to a tenth, a trap to a thousandth. */
const mostTimes = 200
/** Bytes that may come out of any archive, however small. */
const freeBytes = 64 * 1024 * 1024
const mostManifestBytes = 4 * 1024 * 1024

/** A file of the archive with its bytes. */
export type Entry = ExtractEvents['entry'][1]

export type OpenArchive = {
  manifest: Manifest
  /** The files after the manifest, in their order; each has to be read to its end before the next. */
  entries: AsyncIterableIterator<Entry>
}

/**
 * Opens an archive and gives `work` what it holds, as a stream.
 * @throws BadArchive when it is none, is cut off or damaged, comes from a newer Parley, or grows far
 * beyond what it declares
 */
export async function openArchive<Result>(
  file: string,
  work: (archive: OpenArchive) => Promise<Result>,
): Promise<Result> {
  const { size } = await stat(file)
  const source = createReadStream(file)
  const reader = extract()
  const limit = stopAt(freeBytes + size * mostTimes)
  const unpacked = pipeline(source, createGunzip(), limit.gate, reader)
  // Heard below, after the work that it stops.
  unpacked.catch(() => undefined)
  try {
    const entries = iterate(reader)
    const manifest = await readManifest(entries)
    limit.lower(manifest)
    const result = await work({ manifest, entries })
    await unpacked
    return result
  } catch (error) {
    throw await reasonOf(error, unpacked)
  } finally {
    reader.destroy()
    source.destroy()
  }
}

/** What a file of the archive holds. */
export async function* bytesOf(entry: Entry): AsyncGenerator<Buffer> {
  for await (const chunk of entry) yield z.instanceof(Buffer).parse(chunk)
}

/** Reads the manifest alone. */
export async function readHead(file: string): Promise<Manifest> {
  return openArchive(file, async ({ manifest, entries }) => {
    for await (const entry of entries) entry.resume()
    return manifest
  })
}

/** One iterator for the manifest and for all that follows. */
function iterate(reader: AsyncIterable<Entry>): AsyncIterableIterator<Entry> {
  const entries = reader[Symbol.asyncIterator]()
  const all: AsyncIterableIterator<Entry> = {
    next: () => entries.next(),
    [Symbol.asyncIterator]: () => all,
  }
  return all
}

type Entries = AsyncIterator<Entry>

async function readManifest(entries: Entries): Promise<Manifest> {
  const first = await entries.next()
  if (first.done || first.value.header.name !== 'manifest.json') throw notOne()
  if (first.value.header.size > mostManifestBytes)
    throw badArchive({ file: 'manifest.json' }, 'is far too large')
  const chunks: Buffer[] = []
  for await (const chunk of bytesOf(first.value)) chunks.push(chunk)
  const read = parseJson(Buffer.concat(chunks).toString('utf8'))
  const version = Manifest.pick({ format: true, version: true }).safeParse(read)
  if (!version.success) throw notOne()
  if (version.data.version > formatVersion)
    throw badArchive(
      { file: 'manifest.json' },
      `was written by a newer Parley (format ${version.data.version}, this one reads ${formatVersion}); upgrade this one first`,
    )
  const parsed = Manifest.safeParse(read)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw badArchive({ file: 'manifest.json' }, `${issue?.path.join('.')}: ${issue?.message}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Lets so many bytes through and no more. `lower`: what the manifest declares, and room for the tar itself. */
function stopAt(most: number) {
  let left = most
  let passed = 0
  const gate = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length
      passed += chunk.length
      if (left >= 0) done(null, chunk)
      else
        done(badArchive(null, 'unpacks to far more than it says: it is damaged, or it is a trap'))
    },
  })
  return {
    gate,
    lower({ tables, media }: Manifest): void {
      const declared = tables.reduce((sum, { bytes }) => sum + bytes, media.bytes)
      const blocks = 2048 * (tables.length + media.files + 8)
      left = Math.min(left, declared + blocks + mostManifestBytes - passed)
    },
  }
}

/** Why reading ended: the stream's own trouble comes before what it made the reader say. */
async function reasonOf(error: unknown, unpacked: Promise<void>): Promise<unknown> {
  const ended = unpacked.then(
    () => null,
    (reason: unknown) => reason,
  )
  // What the stream suffered is there by now, or it has nothing to do with it.
  const trouble = await Promise.race([ended, setImmediate(null)])
  if (trouble instanceof BadArchive) return trouble
  const cause = [trouble, error].find(isPacking)
  if (cause === undefined) return error
  const words = `${messageOf(cause)} ${codeOf(cause)}`
  if (/unexpected end|prematurely|premature close|Z_BUF_ERROR/i.test(words))
    return badArchive(null, 'is cut off; copy it again', cause)
  if (codeOf(cause) === 'Z_DATA_ERROR' && /header/.test(words)) return notOne(cause)
  return badArchive(null, `is damaged (${messageOf(cause)}); use another copy`, cause)
}

/** Trouble of gzip or tar, not of the database that the rows go to. */
function isPacking(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (codeOf(error).startsWith('Z_')) return true
  return /^(Unexpected end of data|Invalid tar header|Invalid header|Header exceeds|Premature close|Writable stream closed)/i.test(
    error.message,
  )
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function notOne(cause?: unknown): BadArchive {
  return badArchive(null, 'is not an export of Parley', cause)
}
