import { createHash } from 'node:crypto'
import sharp from 'sharp'

const mimes: Record<string, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heif: 'image/avif',
}

/** Size and kind of a picture; undefined for bytes that are none. */
export async function measure(bytes: Buffer) {
  try {
    const found = await sharp(bytes).metadata()
    const mime = mimes[found.format ?? '']
    if (!mime || !found.width || !found.height) return undefined
    return { width: found.width, height: found.height, mime }
  } catch {
    // sharp throws for whatever it cannot read: not a picture.
    return undefined
  }
}

export async function smallPicture(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes)
    .rotate()
    .resize(400, 400, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer()
}

/** A plain portrait in colours that belong to the name. */
export async function avatarOf(name: string): Promise<Buffer> {
  const hash = createHash('sha256').update(name).digest()
  const hue = Math.round(((hash[0] ?? 0) / 255) * 360)
  const skin = ['#f2d3b3', '#e0ac82', '#c68a5c', '#8d5a3a'][(hash[1] ?? 0) % 4]
  const hair = ['#2b1d14', '#5a3a22', '#b5803c', '#8c8c8c'][(hash[2] ?? 0) % 4]
  const drop = 18 + ((hash[3] ?? 0) % 14)
  return draw(
    160,
    160,
    `
    <rect width="160" height="160" fill="hsl(${hue} 55% 78%)"/>
    <ellipse cx="80" cy="158" rx="56" ry="46" fill="hsl(${(hue + 150) % 360} 45% 42%)"/>
    <rect x="68" y="96" width="24" height="26" fill="${skin}"/>
    <circle cx="80" cy="72" r="36" fill="${skin}"/>
    <path d="M42 ${60 + drop} Q40 28 80 30 Q120 28 118 ${60 + drop} Q112 54 80 54 Q48 54 42 ${60 + drop}Z" fill="${hair}"/>
    <circle cx="67" cy="74" r="3.4" fill="#222"/><circle cx="93" cy="74" r="3.4" fill="#222"/>
    <path d="M68 90 Q80 ${94 + ((hash[4] ?? 0) % 8)} 92 90" stroke="#222" stroke-width="3" fill="none"/>`,
  )
}

/** The sign of the shop. */
export async function shopSign(): Promise<Buffer> {
  return draw(
    160,
    160,
    `
    <rect width="160" height="160" fill="#1d6b5f"/>
    <path d="M30 64 L42 36 H118 L130 64 Z" fill="#f4efe6"/>
    <path d="M30 64 h25 v8 a12 12 0 0 1 -25 0Z M80 64 h25 v8 a12 12 0 0 1 -25 0Z" fill="#e4633f"/>
    <path d="M55 64 h25 v8 a12 12 0 0 1 -25 0Z M105 64 h25 v8 a12 12 0 0 1 -25 0Z" fill="#f4efe6"/>
    <rect x="38" y="88" width="84" height="40" fill="#f4efe6"/><rect x="70" y="96" width="20" height="32" fill="#1d6b5f"/>`,
  )
}

export async function headerOf(name: string): Promise<Buffer> {
  const hue = Math.round(((createHash('sha256').update(name).digest()[5] ?? 0) / 255) * 360)
  return draw(
    600,
    200,
    `<rect width="600" height="200" fill="hsl(${hue} 35% 60%)"/>
    <circle cx="480" cy="60" r="34" fill="#fff6d8"/>
    <path d="M0 200 L140 90 L260 200Z M180 200 L350 70 L520 200Z" fill="hsl(${hue} 35% 45%)"/>`,
  )
}

/** Photos that scripted customers send. */
export const photos = {
  /** A mug that came in pieces. */
  brokenMug: () =>
    draw(
      480,
      360,
      `
      <rect width="480" height="360" fill="#d9c7ae"/><ellipse cx="235" cy="290" rx="170" ry="26" fill="#b9a488"/>
      <path d="M140 110 L150 280 Q225 300 300 280 L310 110 L262 150 L240 96 L205 146 L178 104Z" fill="#3f6fa8"/>
      <path d="M306 150 q70 -4 62 54 q-6 48 -66 46" stroke="#3f6fa8" stroke-width="20" fill="none"/>
      <path d="M240 96 L226 170 L252 206 L230 284" stroke="#e9eef5" stroke-width="4" fill="none"/>
      <path d="M345 285 L395 262 L410 296Z M82 296 L118 270 L128 302Z" fill="#3f6fa8"/>`,
    ),
  /** A parcel with a crushed corner. */
  crushedBox: () =>
    draw(
      480,
      360,
      `
      <rect width="480" height="360" fill="#cfd6d2"/><ellipse cx="240" cy="312" rx="180" ry="22" fill="#aab3ae"/>
      <path d="M90 130 L250 90 L400 140 L372 190 L392 300 L240 325 L96 296Z" fill="#b98b55"/>
      <path d="M90 130 L240 170 L240 325 L96 296Z" fill="#a4763f"/><path d="M240 170 L400 140 L350 186 L372 214 L330 236 L240 240Z" fill="#8f6432"/>
      <path d="M170 110 L318 152" stroke="#efe3c8" stroke-width="16"/>`,
    ),
} as const
export type PhotoName = keyof typeof photos

async function draw(width: number, height: number, shapes: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}
