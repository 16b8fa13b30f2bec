import {
  createDecipheriv,
  createECDH,
  createHmac,
  createPublicKey,
  type ECDH,
  randomBytes,
  verify,
} from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { z } from 'zod'

// A push service by RFC 8030 with browsers behind it. It sees what a push service sees: whatever is wrong
// with a request it refuses as a real one does, and only a browser's own keys open what it carries.

export type Browser = {
  endpoint: string
  keys: { p256dh: string; auth: string }
  /** Opens a message for this browser (RFC 8291); throws when it is for another. */
  open(body: Buffer): string
}

/** A message that the service took. */
export type Taken = { browser: Browser; headers: IncomingHttpHeaders; body: Buffer; text: string }

export type PushService = {
  origin: string
  taken: Taken[]
  /** What was refused, and why. */
  refused: string[]
  /** A browser that subscribes with a server's key: messages signed by another are refused (RFC 8292 4.2). */
  browser(publicKey: string): Browser
  /** What it does with the messages that come from now on, instead of taking them. */
  answer(how: ((response: ServerResponse) => void) | null): void
  close(): Promise<void>
}

export async function startPushService(): Promise<PushService> {
  const browsers = new Map<string, { browser: Browser; publicKey: string }>()
  const taken: Taken[] = []
  const refused: string[] = []
  let answer: ((response: ServerResponse) => void) | null = null
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(Buffer.from(part))
    const body = Buffer.concat(parts)
    if (answer) return answer(response)
    const known = browsers.get(request.url ?? '')
    if (!known) return void response.writeHead(410).end()
    const { browser, publicKey } = known
    const problem = problemOf(request.headers, body, { origin, publicKey })
    if (problem) {
      refused.push(problem.why)
      return void response.writeHead(problem.status).end(problem.why)
    }
    taken.push({ browser, headers: request.headers, body, text: browser.open(body) })
    response.writeHead(201, { location: `/message/${taken.length}` }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://127.0.0.1:${address.port}`
  return {
    origin,
    taken,
    refused,
    browser(publicKey) {
      const path = `/push/${randomBytes(16).toString('base64url')}`
      const keys = createECDH('prime256v1')
      keys.generateKeys()
      const browser = browserOf(origin + path, keys, randomBytes(16))
      browsers.set(path, { browser, publicKey })
      return browser
    },
    answer(how) {
      answer = how
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function browserOf(endpoint: string, keys: ECDH, auth: Buffer): Browser {
  return {
    endpoint,
    keys: {
      p256dh: keys.getPublicKey().toString('base64url'),
      auth: auth.toString('base64url'),
    },
    open: (body) => decrypt(body, keys, auth),
  }
}

type Expected = { origin: string; publicKey: string }

/** What a push service checks before it takes a message; null: nothing is wrong. */
function problemOf(headers: IncomingHttpHeaders, body: Buffer, expected: Expected) {
  const wrong = (status: number, why: string) => ({ status, why })
  if (!/^\d+$/.test(String(headers.ttl ?? ''))) return wrong(400, 'no TTL (RFC 8030 5.2)')
  if (headers['content-encoding'] !== 'aes128gcm') return wrong(415, 'not aes128gcm (RFC 8291 4)')
  if (body.length > 4096) return wrong(413, 'more than 4096 bytes (RFC 8030 7.2)')
  const { topic = '', urgency = 'normal' } = headers
  if (!/^[A-Za-z0-9_-]{0,32}$/.test(String(topic))) return wrong(400, 'a bad topic (RFC 8030 5.4)')
  if (!/^(very-low|low|normal|high)$/.test(String(urgency)))
    return wrong(400, 'a bad urgency (RFC 8030 5.3)')
  const why = vapidProblem(String(headers.authorization ?? ''), expected)
  return why === null ? null : wrong(403, why)
}

const Claims = z.object({ aud: z.string(), exp: z.number(), sub: z.string() })

/** RFC 8292: a token by ES256 for this origin, for a day at most, by the key that the browser subscribed with. */
function vapidProblem(authorization: string, { origin, publicKey }: Expected): string | null {
  const [, token = '', key = ''] =
    /^vapid t=([A-Za-z0-9._-]+), ?k=([A-Za-z0-9_-]+)$/.exec(authorization) ?? []
  if (key !== publicKey) return 'signed by another key than the browser subscribed with'
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const valid = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!valid) return 'a wrong signature'
  const said = Claims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()))
  const now = Date.now() / 1000
  if (said.aud !== origin) return `for ${said.aud}`
  if (said.exp < now || said.exp > now + 86_400) return 'ended, or for more than a day'
  return /^(mailto:|https:)/.test(said.sub) ? null : `a subject that is no contact: ${said.sub}`
}

/** RFC 8291 3.4 and RFC 8188 2, by node's own cryptography. */
function decrypt(body: Buffer, keys: ECDH, auth: Buffer): string {
  const salt = body.subarray(0, 16)
  const idLength = body.readUInt8(20)
  const sender = body.subarray(21, 21 + idLength)
  const sealed = body.subarray(21 + idLength)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender])
  const shared = hmac(hmac(auth, keys.computeSecret(sender)), Buffer.concat([info, one]))
  const root = hmac(salt, shared)
  const part = (name: string) => hmac(root, Buffer.from(`Content-Encoding: ${name}\0\u0001`))
  const key = part('aes128gcm').subarray(0, 16)
  const opener = createDecipheriv('aes-128-gcm', key, part('nonce').subarray(0, 12))
  opener.setAuthTag(sealed.subarray(-16))
  const padded = Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()])
  const end = padded.lastIndexOf(2)
  return padded.subarray(0, end).toString('utf8')
}

const one = Buffer.from([1])

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
