import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'

/** A call as it came over the wire. */
export type Heard = { id: string; timestamp: string; signature: string; body: string }

const Body = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.string()),
})

/** Somebody's own program that is told of events: a real server on this machine. */
export type Receiver = {
  url: string
  origin: string
  heard: Heard[]
  /** What it does with the calls that come from now on. */
  answer(how: (response: ServerResponse, request: IncomingMessage) => void): void
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const heard: Heard[] = []
  const well = (response: ServerResponse) => void response.end('thanks')
  let answer: (response: ServerResponse, request: IncomingMessage) => void = well
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += part
    const header = (name: string) => String(request.headers[name] ?? '')
    heard.push({
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signature: header('webhook-signature'),
      body,
    })
    answer(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://127.0.0.1:${address.port}`
  return {
    url: `${origin}/hook?shop=1`,
    origin,
    heard,
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

export function readBody(heard: Heard): z.infer<typeof Body> {
  return Body.parse(JSON.parse(heard.body))
}

/** As a receiver checks who speaks, by the browser's own cryptography: nothing of ours is used. */
export async function isSignedBy(secret: string, heard: Heard): Promise<boolean> {
  const raw = Uint8Array.from(atob(secret.replace('whsec_', '')), (char) => char.charCodeAt(0))
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', raw, algorithm, false, ['verify'])
  const [version, signature = ''] = heard.signature.split(',')
  const bytes = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0))
  const content = new TextEncoder().encode(`${heard.id}.${heard.timestamp}.${heard.body}`)
  return version === 'v1' && crypto.subtle.verify('HMAC', key, bytes, content)
}
