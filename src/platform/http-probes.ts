import { z } from 'zod'
import { Alive, Ready } from '../../contract/http.ts'
import { messageOf } from './errors.ts'
import type { App } from './http-routes.ts'

export type Probes = {
  /** Resolves when requests can be served; rejects with the reason. */
  ready(): Promise<void>
  /** Metrics in the Prometheus text format. */
  metrics(): Promise<string>
}

/** Routes for the machinery around us: is the process alive, can it serve, how is it doing. */
export function registerProbes(app: App, { ready, metrics }: Probes): void {
  const open = { config: { access: 'open' as const } }
  app.get(
    '/healthz',
    {
      ...open,
      schema: { summary: 'The process is alive', response: { 200: Alive } },
    },
    () => ({ ok: true }),
  )
  app.get(
    '/readyz',
    {
      ...open,
      schema: { summary: 'Requests can be served', response: { 200: Ready, 503: Ready } },
    },
    async (request, reply) => {
      try {
        await ready()
        return { ready: true }
      } catch (error) {
        // The cause goes to the log: this answer is open to anybody.
        request.log.warn({ err: error }, `not ready: ${messageOf(error)}`)
        return reply.code(503).send({ ready: false, reason: 'The database cannot be reached.' })
      }
    },
  )
  app.get(
    '/metrics',
    {
      ...open,
      schema: {
        summary: 'Metrics in the Prometheus text format',
        response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) =>
      reply
        .type('text/plain; version=0.0.4; charset=utf-8')
        .serializer((text: unknown) => String(text))
        .send(await metrics()),
  )
}
