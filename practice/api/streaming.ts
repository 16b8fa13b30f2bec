import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { StreamName } from '../hub.ts'
import type { Network } from '../network.ts'
import { requireUser } from './auth.ts'
import { ApiError } from './errors.ts'
import { queryOf } from './params.ts'

const paths: Record<string, StreamName> = {
  '/api/v1/streaming/user': 'user',
  '/api/v1/streaming/user/notification': 'user:notification',
  '/api/v1/streaming/direct': 'direct',
}

/** Server-sent events. */
export function registerStreaming(app: FastifyInstance, net: Network): void {
  app.get('/api/v1/streaming/health', async (_request, reply) => {
    if (!net.modes.get().streaming) throw new ApiError(404, 'Not Found')
    return reply.type('text/plain').send('OK')
  })
  for (const [path, stream] of Object.entries(paths)) {
    app.get(path, async (request, reply) => open(net, request, reply, stream))
  }
  app.get('/api/v1/streaming', async (request, reply) => {
    const asked = queryOf(request).stream
    const stream = Object.values(paths).find((name) => name === asked)
    if (!stream) throw new ApiError(404, 'Not Found')
    return open(net, request, reply, stream)
  })
}

function open(
  net: Network,
  request: FastifyRequest,
  reply: FastifyReply,
  stream: StreamName,
): FastifyReply {
  if (!net.modes.get().streaming) throw new ApiError(404, 'Not Found')
  const { account } = requireUser(net, request, 'read', 'read:statuses', 'read:notifications')
  reply.hijack()
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'private, no-store',
    'x-accel-buffering': 'no',
  })
  reply.raw.write(':)\n')
  const remove = net.hub.add({
    accountId: account.id,
    stream,
    write: (chunk) => void reply.raw.write(chunk),
    close: () => reply.raw.destroy(),
  })
  reply.raw.on('close', remove)
  return reply
}
