import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { App } from '../../platform/http-server.ts'
import type { Actor } from '../access/index.ts'
import type { Hub } from './hub.ts'

export type LiveDeps = {
  hub: Hub
  actorOf(request: FastifyRequest): Actor
  keepOpen(response: ServerResponse): void
}

/** `GET /api/v1/events`: what happens, as it happens. */
export function registerLive(app: App, { hub, actorOf, keepOpen }: LiveDeps): void {
  app.get(
    '/api/v1/events',
    {
      config: { access: 'read-conversations' },
      schema: {
        summary: 'Live events (server-sent events)',
        description:
          'A stream of `text/event-stream`. Each event names what changed by kind and id; `resync` asks to read everything again. Nothing is replayed: read after connecting.',
        tags: ['live'],
      },
    },
    (request, reply) => {
      const { workspaceId } = actorOf(request)
      reply.hijack()
      const response = reply.raw
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) response.setHeader(name, value)
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'keep-alive',
      })
      response.socket?.setNoDelay(true)
      response.socket?.setTimeout(0)
      keepOpen(response)
      hub.join(workspaceId, response)
    },
  )
}
