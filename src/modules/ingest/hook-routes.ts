import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import { readHookPath } from '../channels/index.ts'
import type { IngestDeps } from './deps.ts'
import { noSuchHook, takeHook } from './take-hook.ts'

/** Bytes. Networks bring ids and words; what they bring of pictures is where to fetch them. */
const largest = 1024 * 1024
/** Requests a minute to one channel: a busy day of a large business, and far from what stops a server. */
const mostAMinute = 3000

/** The addresses at which networks bring events. The bytes are kept as they came: signatures cover them. */
export function registerHooks(app: App, deps: IngestDeps, most = mostAMinute): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    const count = scope.createRateLimit({
      max: most,
      timeWindow: 60_000,
      keyGenerator: (request) => `hook:${request.url}`,
    })
    const refuseTooMany = async (request: FastifyRequest, reply: FastifyReply) => {
      const counted = await count(request)
      if (counted.isAllowed || !counted.isExceeded) return
      const seconds = Math.max(1, counted.ttlInSeconds)
      reply.header('retry-after', seconds)
      throw new AppError('too-many', `Too many requests. Wait ${seconds} seconds.`)
    }
    scope.route({
      method: 'POST',
      url: '/hooks/:channel',
      bodyLimit: largest,
      config: { access: 'open' },
      schema: {
        summary: 'Where a network brings events of one connected account',
        tags: ['channels'],
        params: z.object({ channel: z.string() }),
      },
      handler: async (request, reply) => {
        const { channel } = z.object({ channel: z.string() }).parse(request.params)
        const place = readHookPath(deps, channel)
        if (!place) throw noSuchHook()
        await refuseTooMany(request, reply)
        const answer = await takeHook(deps, place, {
          headers: headersOf(request),
          body: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(),
          at: deps.clock(),
        })
        reply.code(answer.status)
        return answer.json === undefined ? reply.send() : reply.send(answer.json)
      },
    })
  })
}

/** A header of a network that came twice is both values in one text, and so proves nothing. */
function headersOf({ headers }: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : undefined,
    ]),
  )
}
