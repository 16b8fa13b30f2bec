import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type ImageMime, ImageRefused, measureImage, reencodeImage } from './images.ts'

const ALL: ImageMime[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']
const roomy = { maxBytes: 2_000_000, types: ALL }
const formats = ['png', 'jpeg', 'gif', 'webp', 'avif'] as const

const plain = (width = 120, height = 80) =>
  sharp({ create: { width, height, channels: 3, background: '#c04020' } })

/** Noise: what no encoder can make small. */
const noise = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({
    create: {
      width,
      height,
      channels,
      background: { r: 0, g: 0, b: 0, alpha: 0.5 },
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })

async function animation(frames: number, type: 'gif' | 'webp'): Promise<Buffer> {
  const pages = Array.from({ length: frames }, (_, index) => {
    // Far apart, because encoders join frames that look alike.
    const background = { r: (index * 97) % 256, g: (index * 53) % 256, b: (index % 2) * 200 }
    return sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .png()
      .toBuffer()
  })
  return await sharp(await Promise.all(pages), { join: { animated: true } })
    .toFormat(type)
    .toBuffer()
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  crc.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, crc])
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** A black-and-white PNG that says one size and holds `rows` compressed empty rows. */
function pngBomb(width: number, height: number, rows: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(1, 8)
  const data = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * rows))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof ImageRefused) return error.reason
    throw error
  }
  throw new Error('was taken')
}

describe('measureImage', () => {
  it.each(formats)('reads the size of a %s as the image library does', async (format) => {
    for (const [width, height] of [
      [120, 80],
      [1, 1],
      [257, 300],
    ] as const) {
      const bytes = await plain(width, height).toFormat(format).toBuffer()
      const expected = { format, mime: `image/${format}`, width, height, frames: 1 }
      expect(measureImage(bytes)).toEqual(expected)
      expect(
        measureImage(new Uint8Array(Buffer.concat([Buffer.alloc(3), bytes])).subarray(3)),
      ).toEqual(expected)
    }
  })

  it('reads lossless, transparent and progressive kinds', async () => {
    const kinds = [
      plain().webp({ lossless: true }),
      noise(120, 80, 4).webp(),
      plain().jpeg({ progressive: true }),
      plain()
        .withExif({ IFD0: { Artist: 'x'.repeat(5000) } })
        .jpeg(),
      plain().png({ palette: true }),
    ]
    for (const kind of kinds) {
      expect(measureImage(await kind.toBuffer())).toMatchObject({
        width: 120,
        height: 80,
        frames: 1,
      })
    }
  })

  it.each(['gif', 'webp'] as const)('counts the frames of an animated %s', async (type) => {
    expect(measureImage(await animation(7, type))).toMatchObject({
      width: 40,
      height: 30,
      frames: 7,
    })
  })

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'],
    ['SVG', '\xef\xbb\xbf<?xml version="1.0"?><svg/>'],
    ['PDF', '%PDF-1.7\n'],
    ['TIFF', 'II*\0\x08\0\0\0\0\0\0\0'],
    ['TIFF', 'MM\0*\0\0\0\x08\0\0\0\0'],
    ['Photoshop', '8BPS\0\x01\0\0\0\0\0\0'],
    ['BMP', 'BM\x36\0\0\0\0\0\0\0\x36\0'],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['film', '\0\0\0\x18ftypisom\0\0\0\0mp41mp42'],
    ['no picture', 'GIF88a\x01\0\x01\0'],
    ['no picture', 'push graphic-context'],
    ['no picture', ''],
  ])('refuses %s by what it is: %j', async (name, text) => {
    expect(await refusal(() => measureImage(Buffer.from(text, 'latin1')))).toContain(name)
  })

  it('refuses a size of nothing', async () => {
    expect(await refusal(() => measureImage(pngBomb(0, 10, 1)))).toContain('damaged')
  })

  it('either measures or refuses any bytes that begin like a picture', async () => {
    const seeds = await Promise.all([
      ...formats.map((format) => plain(9, 9).toFormat(format).toBuffer()),
      animation(3, 'gif'),
    ])
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 })
    fc.assert(
      fc.property(fc.constantFrom(...seeds), changes, fc.nat(), (seed, edits, cut) => {
        const bytes = Buffer.from(seed.subarray(0, 12 + (cut % seed.length)))
        for (const [at, value] of edits) bytes.writeUInt8(value, at % bytes.length)
        try {
          const { width, height, frames } = measureImage(bytes)
          expect(Math.min(width, height, frames)).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(ImageRefused)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('reencodeImage', () => {
  it.each(formats)('gives a %s back in its own type, at its own size', async (format) => {
    const result = await reencodeImage(await plain().toFormat(format).toBuffer(), roomy)
    const { bytes, ...rest } = result
    expect(rest).toEqual({ mime: `image/${format}`, width: 120, height: 80 })
    expect(measureImage(bytes)).toMatchObject({ mime: rest.mime, width: 120, height: 80 })
  })

  it('strips EXIF, GPS, comments and whatever was appended, and turns the picture upright', async () => {
    const photo = await plain()
      .withExif({ IFD0: { Artist: 'Ana Secret' }, IFD3: { GPSLatitude: '44/1 25/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const polyglot = Buffer.concat([
      photo,
      Buffer.from('PK\x03\x04<?php system($_GET[0]);<script>'),
    ])
    const { bytes, width, height } = await reencodeImage(polyglot, roomy)
    const meta = await sharp(bytes).metadata()
    expect([width, height, meta.exif, meta.orientation]).toEqual([80, 120, undefined, undefined])
    for (const left of ['Ana', 'Exif', '<?php', '<script', 'PK\x03\x04']) {
      expect(bytes.includes(left)).toBe(false)
    }
  })

  it('takes a type that is allowed when its own is not, on white where transparency is lost', async () => {
    const clear = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    const { bytes, mime } = await reencodeImage(clear, { maxBytes: 9999, types: ['image/jpeg'] })
    const { channels } = await sharp(bytes).stats()
    expect([mime, channels[0]?.min]).toEqual(['image/jpeg', 255])
    const kept = await reencodeImage(clear, { maxBytes: 9999, types: ['image/jpeg', 'image/webp'] })
    expect(kept.mime).toBe('image/webp')
  })

  it('gets below maxBytes by quality, then by size, and says when it cannot', async () => {
    const photo = await noise(500, 400).jpeg({ quality: 95 }).toBuffer()
    const types: ImageMime[] = ['image/jpeg']
    const [gentle, small] = [Math.floor(photo.length * 0.7), Math.floor(photo.length / 10)]
    const first = await reencodeImage(photo, { maxBytes: gentle, types })
    expect([first.bytes.length <= gentle, first.width, first.height]).toEqual([true, 500, 400])
    const second = await reencodeImage(photo, { maxBytes: small, types })
    expect([second.bytes.length <= small, second.width < 500]).toEqual([true, true])
    expect(second.width / second.height).toBeCloseTo(1.25, 1)
    expect(await refusal(() => reencodeImage(photo, { maxBytes: 50, types }))).toContain(
      'small enough',
    )
    const big = await noise(300, 300).png().toBuffer()
    const other = await reencodeImage(big, { maxBytes: 90_000, types: ALL })
    expect([other.mime, other.bytes.length <= 90_000, other.width]).toEqual([
      'image/jpeg',
      true,
      300,
    ])
  })

  it('keeps an animation where the result may move, else its first frame', async () => {
    const moving = await reencodeImage(await animation(5, 'gif'), roomy)
    expect(measureImage(moving.bytes)).toMatchObject({ width: 40, height: 30, frames: 5 })
    expect([moving.width, moving.height]).toEqual([40, 30])
    const still = await reencodeImage(await animation(5, 'webp'), {
      ...roomy,
      types: ['image/jpeg'],
    })
    expect([still.mime, still.width, still.height]).toEqual(['image/jpeg', 40, 30])
  })

  it('refuses bombs by their header, before decoding', async () => {
    const bomb = pngBomb(30_000, 30_000, 30_000)
    expect(bomb.length).toBeLessThan(200_000)
    expect(await refusal(() => reencodeImage(bomb, roomy))).toContain('30000 by 30000 points')
    const film = await animation(60, 'gif')
    const tight = { ...roomy, maxPixels: 40 * 30 * 59 }
    expect(await refusal(() => reencodeImage(film, tight))).toContain('in 60 frames')
    const frame = Buffer.from('2c000000000100010000020144003b', 'hex').subarray(0, 14)
    const many = Buffer.concat([
      Buffer.from('GIF89a\x01\0\x01\0\0\0\0', 'latin1'),
      ...Array.from({ length: 100_000 }, () => frame),
    ])
    expect(await refusal(() => reencodeImage(many, roomy))).toContain('100000 frames')
  })

  it('refuses a file that holds less, or more, than its header says', async () => {
    expect(await refusal(() => reencodeImage(pngBomb(5000, 5000, 3), roomy))).toContain('damaged')
    const liar = pngBomb(10, 10, 3_000_000)
    const taken = await reencodeImage(liar, roomy).catch((error: unknown) => error)
    if (taken instanceof Error) expect(taken).toBeInstanceOf(ImageRefused)
    else expect(taken).toMatchObject({ width: 10, height: 10 })
  })

  it.each(formats)('refuses a %s that is cut short', async (format) => {
    const whole = await noise(200, 150).toFormat(format).toBuffer()
    for (const part of [0.02, 0.6]) {
      const cut = whole.subarray(0, Math.floor(whole.length * part))
      expect(await refusal(() => reencodeImage(cut, roomy))).toMatch(/damaged|cut short/)
    }
  })

  it.each([{ timeoutMs: 30 }, { cpuMs: 30 }])(
    'ends a decoder that takes too long: %j',
    async (limit) => {
      const photo = await noise(2000, 2000).webp({ effort: 0 }).toBuffer()
      expect(await refusal(() => reencodeImage(photo, { ...roomy, ...limit }))).toContain(
        'too long',
      )
    },
  )

  it('survives damaged pictures of every format', async () => {
    const samples = fc.sample(fc.tuple(fc.nat(), fc.nat(255), fc.nat()), { numRuns: 3, seed: 7 })
    for (const format of formats) {
      const seed = await noise(60, 40).toFormat(format).toBuffer()
      const outcomes = samples.map(async ([at, value, other]) => {
        const bytes = Buffer.from(seed)
        bytes.writeUInt8(value, 40 + (at % (bytes.length - 40)))
        bytes.writeUInt8(value ^ 0xff, 40 + (other % (bytes.length - 40)))
        return await reencodeImage(bytes, roomy).catch((error: unknown) => error)
      })
      for (const outcome of await Promise.all(outcomes)) {
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ImageRefused)
        else expect(outcome).toMatchObject({ width: expect.any(Number) })
      }
    }
  })
})
