import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterAll } from 'vitest'
import { HttpError } from './http.ts'
import { createHttpClient } from './http-client.ts'

const toClose: (() => unknown)[] = []
afterAll(async () => {
  for (const close of toClose) await close()
})

export async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  toClose.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

export const serve = (handler: (request: IncomingMessage, response: ServerResponse) => void) =>
  listen(createServer(handler))

export const serveTcp = (onSocket: (socket: Socket) => void) =>
  listen(
    createTcpServer((socket) => {
      socket.on('error', () => socket.destroy())
      onSocket(socket)
    }),
  )

export const readAll = async (request: IncomingMessage) => Buffer.concat(await request.toArray())

export function client(options: Partial<Parameters<typeof createHttpClient>[0]> = {}) {
  const http = createHttpClient({ allowPrivate: () => true, userAgent: 'Parley/test', ...options })
  toClose.push(http.close)
  return http
}

export async function failure(work: Promise<unknown>): Promise<HttpError> {
  const outcome = await work.then(
    (value) => new Error(`succeeded with ${value}`),
    (error: unknown) => error,
  )
  if (outcome instanceof HttpError) return outcome
  throw outcome
}

export const kindOf = async (work: Promise<unknown>) => (await failure(work)).kind
