/**
 * The process that decodes one picture and ends; started by `reencodeImage`, which says why it is apart.
 * Takes a `DecodeJob` by IPC and answers with the new picture or `{ refused, detail? }`.
 */
import sharp, { type Sharp } from 'sharp'
import type { DecodeJob, ImageMime } from './images.ts'

type Source = { job: DecodeJob; animated: boolean; alpha: boolean; width: number }
type Result = { bytes: Uint8Array; mime: ImageMime; width: number; height: number }

sharp.cache(false)
sharp.concurrency(1)
// Only the loaders of the formats that are taken: the library also has SVG, PDF, TIFF and others.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`),
})

process.once('disconnect', () => process.exit(1))
process.once('message', async (message) => {
  if (!isJob(message)) throw new TypeError('that is no job for the decoder')
  limitWork(message.cpuMs)
  const answer = await reencode(message).catch((error: unknown) => ({
    refused: 'The picture is damaged.',
    detail: error instanceof Error ? error.message.slice(0, 300) : String(error),
  }))
  process.send?.(answer ?? { refused: 'The picture cannot be made small enough.' })
})

/**
 * Counts processor time: where others keep the machine busy, a harmless picture may wait for minutes. The
 * decoding is on threads of the library's own, so that this thread goes on counting.
 */
function limitWork(cpuMs: number): void {
  setInterval(() => {
    const { user, system } = process.cpuUsage()
    if ((user + system) / 1000 > cpuMs)
      process.send?.({ refused: 'The picture takes too long to read.' }, () => process.exit(1))
  }, 50).unref()
}

async function reencode(job: DecodeJob): Promise<Result | null> {
  const animated =
    job.frames > 1 &&
    (job.format === 'gif' || job.format === 'webp') &&
    (job.types.includes('image/gif') || job.types.includes('image/webp'))
  const meta = await decode(job, animated).metadata()
  const source = { job, animated, alpha: meta.hasAlpha, width: meta.autoOrient.width }
  const [first, compact] = outputs(source)
  let result: Result | null = null
  for (const mime of new Set([first, compact])) {
    for (const quality of mime === 'image/png' ? [100] : [85, 75, 60]) {
      result = await encode(source, { mime, quality, scale: 1 })
      if (result.bytes.byteLength <= job.maxBytes) return result
    }
  }
  for (let scale = 1; result !== null && result.width > 8; ) {
    // Bytes go with the area; a little less, so that the next attempt mostly fits.
    const ratio = Math.sqrt(job.maxBytes / result.bytes.byteLength) * 0.95
    scale *= Math.min(0.9, Math.max(0.2, ratio))
    result = await encode(source, { mime: compact, quality: 70, scale })
    if (result.bytes.byteLength <= job.maxBytes) return result
  }
  return null
}

function decode({ bytes, maxPixels }: DecodeJob, animated: boolean) {
  return sharp(bytes, {
    limitInputPixels: maxPixels,
    // Cut and broken files are refused; the harmless oddities of phone cameras are not.
    failOn: 'error',
    animated,
    sequentialRead: true,
  })
}

/** The type to try first, and the one that gets small. */
function outputs({ job, animated, alpha }: Source): [ImageMime, ImageMime] {
  const own: ImageMime = `image/${job.format}`
  const still: ImageMime[] = alpha
    ? ['image/webp', 'image/png', 'image/avif', 'image/jpeg', 'image/gif']
    : ['image/jpeg', 'image/webp', 'image/png', 'image/avif', 'image/gif']
  const moving: ImageMime[] = ['image/webp', 'image/gif']
  const allowed = (animated ? moving : still).filter((mime) => job.types.includes(mime))
  const compact = allowed[0] ?? 'image/jpeg'
  return [allowed.includes(own) ? own : compact, compact]
}

async function encode(
  { job, animated, alpha, width }: Source,
  { mime, quality, scale }: { mime: ImageMime; quality: number; scale: number },
): Promise<Result> {
  let image = decode(job, animated).autoOrient()
  if (scale < 1) image = image.resize({ width: Math.max(1, Math.round(width * scale)) })
  // JPEG has no transparency; white is what a page would have shown behind it.
  if (alpha && mime === 'image/jpeg') image = image.flatten({ background: '#ffffff' })
  const { data, info } = await encoded(image, mime, quality).toBuffer({ resolveWithObject: true })
  return { bytes: data, mime, width: info.width, height: info.pageHeight ?? info.height }
}

function encoded(image: Sharp, mime: ImageMime, quality: number): Sharp {
  switch (mime) {
    case 'image/jpeg':
      return image.jpeg({ quality })
    case 'image/png':
      return image.png()
    case 'image/webp':
      return image.webp({ quality })
    case 'image/gif':
      return image.gif({ colours: quality > 80 ? 256 : quality > 70 ? 128 : 64 })
    case 'image/avif':
      return image.avif({ quality: quality - 20, effort: 2 })
  }
}

/** By hand, because loading zod would take as long as loading the image library; the sender is our parent. */
function isJob(message: unknown): message is DecodeJob {
  return typeof message === 'object' && message !== null && 'bytes' in message && 'types' in message
}
