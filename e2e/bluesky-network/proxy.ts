import { once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Fault, SeenRequest } from './protocol.ts'

/** The proxy in front of the PDS. `setFault` answers when the fault is in force. */
export type FaultProxy = {
  setFault(fault: Fault): Promise<void>
  requests(): SeenRequest[]
  close(): Promise<void>
}

type Rule = Fault & { left: number }
type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer }

const KEPT_REQUESTS = 20_000

/**
 * Listens on 127.0.0.1:`port` and passes everything to 127.0.0.1:`target`, except for what a fault
 * says. Requests and answers are held whole, so a fault can decide after the PDS has done its part.
 */
export async function startFaultProxy(port: number, target: number): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true })
  const sockets = new Set<Socket>()
  const seen: SeenRequest[] = []
  let rules: Rule[] = []

  const server = createServer((req, res) => {
    void respond(req, res).catch(() => res.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (req, socket, head) => pipeUpgrade(target, req, socket, head))

  async function respond(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url ?? '/'
    const rule = takeRule(path)
    const entry: SeenRequest = {
      at: new Date().toISOString(),
      method: req.method ?? 'GET',
      path,
      fault: rule?.mode ?? 'pass',
      status: null,
    }
    seen.push(entry)
    if (seen.length > KEPT_REQUESTS) seen.shift()
    const body = await readAll(req)
    const ask = async (): Promise<Answer> => {
      const answer = await askUpstream(agent, target, req, body)
      entry.status = answer.status
      return answer
    }
    await applyFault(rule, ask, res)
  }

  function takeRule(path: string): Rule | undefined {
    const rule = rules.find((each) => each.left > 0 && path.includes(each.match ?? ''))
    if (rule) rule.left -= 1
    return rule
  }

  async function open(): Promise<void> {
    if (server.listening) return
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }

  async function shut(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  await open()
  return {
    async setFault(fault) {
      if (fault.mode === 'refuse') return shut()
      if (fault.mode === 'pass') rules = []
      else rules = [{ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY }, ...rules]
      await open()
    },
    requests: () => [...seen],
    async close() {
      await shut()
      agent.destroy()
    },
  }
}

async function applyFault(
  rule: Rule | undefined,
  ask: () => Promise<Answer>,
  res: ServerResponse,
): Promise<void> {
  switch (rule?.mode) {
    case 'cut-before-accept':
      return cut(res)
    case 'cut-after-accept':
      await ask()
      return cut(res)
    case 'cut-mid-answer':
      return sendHalf(res, await ask())
    case 'slow': {
      const answer = await ask()
      await delay(rule.delayMs ?? 1000)
      return send(res, answer)
    }
    case 'late':
      await delay(rule.delayMs ?? 1000)
      return send(res, await ask())
    case 'silent':
      return
    case 'rate-limit':
      return send(res, rateLimited(rule.resetSeconds ?? 60))
    case 'expired-token':
      return send(res, xrpcError(400, 'ExpiredToken', 'Token has expired'))
    case 'answer':
      return send(res, ruledAnswer(rule))
    case 'answer-after-accept':
      await ask()
      return send(res, ruledAnswer(rule))
    case 'duplicate':
      await ask()
      return send(res, await ask())
    case 'pass':
    case 'refuse':
    case undefined:
      return send(res, await ask().catch(unreachableAnswer))
  }
}

function askUpstream(
  agent: Agent,
  port: number,
  req: IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  const headers = { ...req.headers, 'content-length': String(body.length) }
  if (body.length === 0 && req.headers['content-length'] === undefined) {
    Reflect.deleteProperty(headers, 'content-length')
  }
  Reflect.deleteProperty(headers, 'transfer-encoding')
  Reflect.deleteProperty(headers, 'connection')
  const { method, url: path } = req
  return new Promise((resolve, reject) => {
    const upstream = request({ host: '127.0.0.1', port, agent, method, path, headers })
    upstream.on('error', reject)
    upstream.on('response', (message) => {
      readAll(message).then(
        (answer) =>
          resolve({ status: message.statusCode ?? 502, headers: message.headers, body: answer }),
        reject,
      )
    })
    upstream.end(body)
  })
}

/** The firehose: bytes to and fro, without faults. */
function pipeUpgrade(
  target: number,
  req: IncomingMessage,
  socket: NodeJS.ReadWriteStream,
  head: Buffer,
) {
  const upstream = connect(target, '127.0.0.1', () => {
    const lines = [`${req.method} ${req.url} HTTP/1.1`]
    for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
      lines.push(`${req.rawHeaders[i]}: ${req.rawHeaders[i + 1]}`)
    }
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    upstream.pipe(socket).pipe(upstream)
  })
  upstream.on('error', () => socket.end())
  socket.on('error', () => upstream.destroy())
  socket.on('close', () => upstream.destroy())
}

function send(res: ServerResponse, { status, headers, body }: Answer): void {
  res.writeHead(status, answerHeaders(headers, body.length))
  res.end(body)
}

function sendHalf(res: ServerResponse, { status, headers, body }: Answer): void {
  res.writeHead(status, answerHeaders(headers, body.length))
  res.write(body.subarray(0, Math.floor(body.length / 2)), () => cut(res))
}

function cut(res: ServerResponse): void {
  res.socket?.destroy()
}

function answerHeaders(headers: IncomingHttpHeaders, length: number): IncomingHttpHeaders {
  const kept = { ...headers, 'content-length': String(length) }
  Reflect.deleteProperty(kept, 'transfer-encoding')
  Reflect.deleteProperty(kept, 'connection')
  Reflect.deleteProperty(kept, 'keep-alive')
  return kept
}

function rateLimited(resetSeconds: number): Answer {
  const answer = xrpcError(429, 'RateLimitExceeded', 'Rate Limit Exceeded')
  const reset = Math.floor(Date.now() / 1000) + resetSeconds
  answer.headers = {
    ...answer.headers,
    'ratelimit-limit': '5000',
    'ratelimit-remaining': '0',
    'ratelimit-reset': String(reset),
    'ratelimit-policy': '5000;w=3600',
  }
  return answer
}

function ruledAnswer({ status, error, message }: Rule): Answer {
  return xrpcError(status ?? 502, error ?? 'UpstreamFailure', message ?? 'the answer was lost')
}

function unreachableAnswer(cause: unknown): Answer {
  return xrpcError(502, 'UpstreamFailure', String(cause))
}

function xrpcError(status: number, error: string, message: string): Answer {
  const body = Buffer.from(JSON.stringify({ error, message }))
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body }
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
