import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif'
export type ImageMime = `image/${ImageFormat}`

/** What the header says, in points as stored (before any turn that EXIF asks for). `frames` is 1 for a still. */
export type Measured = {
  format: ImageFormat
  mime: ImageMime
  width: number
  height: number
  frames: number
}

export type Reencoded = { bytes: Buffer; mime: ImageMime; width: number; height: number }

export type ReencodeOptions = {
  /** Largest result, in bytes. Quality goes down first, then size. */
  maxBytes: number
  /** What the result may be. The source's own type is kept where it is among them and fits. */
  types: readonly ImageMime[]
  /** Most points in all frames together; default 50,000,000. */
  maxPixels?: number
  /** Processor time that the picture may take, in ms; default 20,000. */
  cpuMs?: number
  /** Until a decoder that hangs is killed, in ms: a busy machine takes many times `cpuMs`; default 180,000. */
  timeoutMs?: number
}

/** The picture is not taken. `reason` is plain English for whoever sent it. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused'
  readonly reason: string

  constructor(reason: string, options?: { cause?: unknown }) {
    super(reason, options)
    this.reason = reason
  }
}

const MAX_INPUT_BYTES = 64 * 1024 * 1024
const MAX_FRAMES = 500
const MAX_DECODERS = 2
const TOO_LONG = 'The picture takes too long to read.'
const TAKEN = 'Send a PNG, JPEG, WebP, GIF or AVIF picture.'

/**
 * Reads format and size from the first bytes, decoding nothing. A closed list of formats by their magic:
 * SVG, PDF, TIFF, PSD and everything else is refused, whatever it is called. Throws `ImageRefused`.
 */
export function measureImage(bytes: Uint8Array): Measured {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const measured = measureKnown(view)
    if (measured.width > 0 && measured.height > 0 && measured.frames > 0) return measured
  } catch (cause) {
    if (cause instanceof ImageRefused) throw cause
    // A read beyond the end: the header itself is cut.
    if (!(cause instanceof RangeError)) throw cause
    throw new ImageRefused('The picture is cut short or damaged.', { cause })
  }
  throw new ImageRefused('The picture is cut short or damaged.')
}

/**
 * Decodes and encodes again, so that what goes on is a picture and nothing else: no EXIF, GPS, comments,
 * trailing files. Turned upright, in sRGB. An animation stays one when `types` has GIF or WebP, otherwise
 * its first frame is taken. Throws `ImageRefused`.
 *
 * The decoder is a process for each picture, because image libraries are where memory is corrupted:
 * it inherits no environment (so no secrets), may not write files, start programs or read outside the
 * code it needs, and is ended when it takes too long, which no in-process decoder can be. It is not a
 * full sandbox: native code is not held by Node's permissions. Measured on two cores: 140 ms to start
 * (Node 40, sharp 100) beside 175 ms to re-encode 6 million points; pictures come at human pace.
 */
export async function reencodeImage(
  bytes: Uint8Array,
  options: ReencodeOptions,
): Promise<Reencoded> {
  const { maxBytes, types, maxPixels = 50_000_000, cpuMs = 20_000, timeoutMs = 180_000 } = options
  if (bytes.byteLength > MAX_INPUT_BYTES)
    throw new ImageRefused('The picture is larger than 64 MB.')
  const { width, height, frames, format } = measureImage(bytes)
  if (frames > MAX_FRAMES) {
    throw new ImageRefused(`The animation has ${frames} frames; at most ${MAX_FRAMES} are taken.`)
  }
  if (width * height * frames > maxPixels) {
    const million = Math.floor(maxPixels / 1_000_000)
    const times = frames > 1 ? ` in ${frames} frames` : ''
    throw new ImageRefused(
      `The picture is ${width} by ${height} points${times}; at most ${million} million points are taken.`,
    )
  }
  const job = { bytes, format, frames, maxBytes, types: [...types], maxPixels, cpuMs }
  return await inTurn(() => decodeApart(job, timeoutMs))
}

/** What the decoder is asked; parsed on its side. */
export type DecodeJob = {
  bytes: Uint8Array
  format: ImageFormat
  frames: number
  maxBytes: number
  types: ImageMime[]
  maxPixels: number
  cpuMs: number
}

const DecoderAnswer = z.union([
  z.object({ refused: z.string(), detail: z.string().optional() }),
  z.object({
    bytes: z.instanceof(Uint8Array),
    mime: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']),
    width: z.int().positive(),
    height: z.int().positive(),
  }),
])

function decodeApart(job: DecodeJob, timeoutMs: number): Promise<Reencoded> {
  const { promise, resolve, reject } = Promise.withResolvers<Reencoded>()
  const decoder = fork(fileURLToPath(new URL('./image-decoder.ts', import.meta.url)), {
    execArgv: ['--permission', '--allow-addons', ...readable(), '--max-old-space-size=256'],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const refuse = (reason: string, cause?: unknown) => reject(new ImageRefused(reason, { cause }))
  const timer = setTimeout(() => {
    refuse(TOO_LONG)
    decoder.kill('SIGKILL')
  }, timeoutMs)
  decoder.once('message', (message) => {
    const answer = DecoderAnswer.safeParse(message)
    if (!answer.success) refuse('The picture could not be read.')
    else if ('refused' in answer.data) refuse(answer.data.refused, answer.data.detail)
    else resolve({ ...answer.data, bytes: Buffer.from(answer.data.bytes) })
    decoder.kill('SIGKILL')
  })
  decoder.once('error', reject)
  decoder.once('exit', () => {
    clearTimeout(timer)
    // After an answer this changes nothing: a promise settles once.
    refuse('The picture is damaged: the decoder gave up.')
  })
  decoder.once('spawn', () => {
    // Answering people comes before decoding pictures.
    if (decoder.pid !== undefined) setPriority(decoder.pid, 10)
    decoder.send(job, (error) => {
      if (error) refuse('The picture could not be handed to the decoder.')
    })
  })
  return promise
}

/** The decoder may read its own code and the libraries, and so neither the key file nor the database. */
function readable(): string[] {
  const sharp = createRequire(import.meta.url).resolve('sharp')
  const end = sharp.lastIndexOf('node_modules') + 'node_modules'.length
  const here = fileURLToPath(new URL('.', import.meta.url))
  return [sharp.slice(0, end), here].map((folder) => `--allow-fs-read=${folder}/*`)
}

// One count for the process on purpose: what is limited is the machine's memory, 200 MB a decoder.
const waiting: (() => void)[] = []
let decoders = 0

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (decoders >= MAX_DECODERS) await new Promise<void>((resolve) => waiting.push(resolve))
  else decoders++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else decoders--
  }
}

function measureKnown(view: Buffer): Measured {
  const magic = view.toString('latin1', 0, 12)
  if (magic.startsWith('\x89PNG\r\n\x1a\n')) return measured('png', measurePng(view))
  if (magic.startsWith('\xff\xd8\xff')) return measured('jpeg', measureJpeg(view))
  if (/^GIF8[79]a/.test(magic)) return measured('gif', measureGif(view))
  if (/^RIFF[\s\S]{4}WEBP/.test(magic)) return measured('webp', measureWebp(view))
  if (magic.slice(4, 8) === 'ftyp') return measured('avif', measureAvif(view))
  const name = nameOf(magic)
  throw new ImageRefused(
    name === null
      ? `That is no picture we know. ${TAKEN}`
      : `${name} files are not taken. ${TAKEN}`,
  )
}

type Size = { width: number; height: number; frames: number }

const measured = (format: ImageFormat, size: Size): Measured => ({
  format,
  mime: `image/${format}`,
  ...size,
})

function nameOf(magic: string): string | null {
  if (/^(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml|!)/i.test(magic)) return 'SVG'
  if (magic.startsWith('%PDF')) return 'PDF'
  if (/^(?:II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(magic)) return 'TIFF'
  if (magic.startsWith('8BPS')) return 'Photoshop'
  return magic.startsWith('BM') ? 'BMP' : null
}

function measurePng(view: Buffer): Size {
  if (view.toString('latin1', 12, 16) !== 'IHDR') throw new RangeError('no IHDR')
  const size = { width: view.readUInt32BE(16), height: view.readUInt32BE(20), frames: 1 }
  for (let at = 8; at + 12 <= view.length; at += 12 + view.readUInt32BE(at)) {
    const type = view.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') return { ...size, frames: view.readUInt32BE(at + 8) }
    if (type === 'IDAT') break
  }
  return size
}

function measureJpeg(view: Buffer): Size {
  let at = 2
  for (;;) {
    if (view.readUInt8(at) !== 0xff) throw new RangeError('no marker')
    const marker = view.readUInt8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    // Start of frame, of any of the codings; C4, C8 and CC are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: view.readUInt16BE(at + 7), height: view.readUInt16BE(at + 5), frames: 1 }
    }
    if (marker === 0xda || marker === 0xd9) throw new RangeError('no frame before the scan')
    at += 2 + Math.max(2, view.readUInt16BE(at + 2))
  }
}

function measureGif(view: Buffer): Size {
  const size = { width: view.readUInt16LE(6), height: view.readUInt16LE(8), frames: 0 }
  const table = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)
  const pastBlocks = (from: number) => {
    let at = from
    while (at < view.length && view.readUInt8(at) !== 0) at += 1 + view.readUInt8(at)
    return at + 1
  }
  let at = 13 + table(view.readUInt8(10))
  while (at + 10 < view.length) {
    const kind = view.readUInt8(at)
    if (kind === 0x21) at = pastBlocks(at + 2)
    else if (kind === 0x2c) {
      size.frames++
      // A frame may reach beyond the screen, and decoders then grow the canvas.
      size.width = Math.max(size.width, view.readUInt16LE(at + 1) + view.readUInt16LE(at + 5))
      size.height = Math.max(size.height, view.readUInt16LE(at + 3) + view.readUInt16LE(at + 7))
      at = pastBlocks(at + 11 + table(view.readUInt8(at + 9)))
    } else break
  }
  return size
}

function measureWebp(view: Buffer): Size {
  const type = view.toString('latin1', 12, 16)
  if (type === 'VP8 ') {
    const [width, height] = [view.readUInt16LE(26) & 0x3fff, view.readUInt16LE(28) & 0x3fff]
    return { width, height, frames: 1 }
  }
  if (type === 'VP8L') {
    const bits = view.readUInt32LE(21)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, frames: 1 }
  }
  if (type !== 'VP8X') throw new RangeError('no picture chunk')
  let frames = 0
  for (let at = 12; at + 8 <= view.length; ) {
    if (view.toString('latin1', at, at + 4) === 'ANMF') frames++
    const length = view.readUInt32LE(at + 4)
    at += 8 + length + (length % 2)
  }
  const [width, height] = [view.readUIntLE(24, 3) + 1, view.readUIntLE(27, 3) + 1]
  return { width, height, frames: Math.max(1, frames) }
}

function measureAvif(view: Buffer): Size {
  const brands = view.toString('latin1', 8, Math.min(view.readUInt32BE(0), 256))
  if (brands.includes('avis')) throw new ImageRefused(`Animated AVIF is not taken. ${TAKEN}`)
  if (!brands.includes('avif'))
    throw new ImageRefused(`HEIC and film files are not taken. ${TAKEN}`)
  const size = { width: 0, height: 0, frames: 1 }
  const meta = boxes(view).find(({ type }) => type === 'meta')
  const properties = boxes(meta?.content.subarray(4)).find(({ type }) => type === 'iprp')
  const container = boxes(properties?.content).find(({ type }) => type === 'ipco')
  for (const { type, content } of boxes(container?.content)) {
    // Tiles and previews have sizes too; the largest is what a decoder has to hold.
    if (type !== 'ispe') continue
    size.width = Math.max(size.width, content.readUInt32BE(4))
    size.height = Math.max(size.height, content.readUInt32BE(8))
  }
  return size
}

/** The boxes of ISO 14496-12 in `view`, one level deep. */
function boxes(view: Buffer = Buffer.alloc(0)): { type: string; content: Buffer }[] {
  const found: { type: string; content: Buffer }[] = []
  for (let at = 0; at + 8 <= view.length && found.length < 1000; ) {
    const short = view.readUInt32BE(at)
    const long = short === 1
    const length = long ? Number(view.readBigUInt64BE(at + 8)) : short === 0 ? view.length : short
    if (length < 8) break
    const type = view.toString('latin1', at + 4, at + 8)
    found.push({ type, content: view.subarray(at + (long ? 16 : 8), at + length) })
    at += length
  }
  return found
}
