import { createServer, type IncomingMessage } from 'node:http'
import { onTestFinished } from 'vitest'
import type { HttpClient } from '../../platform/http.ts'
import { aloneOAuth, noTcp } from '../suite.ts'
import type { MastodonSession } from './api.ts'
import { limitsOf } from './limits.ts'

/** What a server answers to one request; `cut`: it takes the request and breaks the connection. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string }
  | 'cut'
export type Asked = {
  method: string
  path: string
  query: URLSearchParams
  body: string
  headers: IncomingMessage['headers']
}

/** A server on this machine that answers as told: for what the practice network does not do. Only
 * inside a test, which ends it. */
export async function startServer(answer: (asked: Asked) => Reply | Promise<Reply>) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://localhost')
    const { method = 'GET', headers } = request
    const one = {
      method,
      path: url.pathname,
      query: url.searchParams,
      body: Buffer.concat(chunks).toString(),
      headers,
    }
    asked.push(one)
    const reply = await answer(one)
    if (reply === 'cut') return request.socket.destroy()
    const type = reply.text === undefined ? 'application/json' : 'text/html'
    response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers })
    return response.end(reply.text ?? JSON.stringify(reply.json ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(close)
  return { service: `http://127.0.0.1:${address.port}`, asked, close }
}

/** A session of an account that was verified on such a server. */
export function sessionOn(
  service: string,
  http: HttpClient,
  now = () => new Date(),
): MastodonSession {
  const credential = { accessToken: 'token', scope: null }
  return {
    http,
    dial: noTcp,
    oauth: aloneOAuth,
    service,
    account: { remoteId: '1', handle: 'shop@shop.example' },
    credential,
    saveCredential: async () => undefined,
    loadCredential: async () => credential,
    limits: limitsOf({ version: '4.3.0', domain: 'shop.example' }, now()),
    now,
  }
}
