import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Mode } from '../faults/mode.ts'
import type { Network } from '../network.ts'

/** A refusal in Mastodon's words. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  /** fields beside `error`, as OAuth answers have */
  readonly more: Record<string, unknown>
  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message)
    this.status = status
    this.more = more
  }
}

/** Words and numbers every failure as the kind of server in `mode` does. */
export function registerErrors(app: FastifyInstance, net: Network): void {
  app.setErrorHandler((error, request, reply) => {
    const known = asApiError(error)
    if (!known) {
      net.log('a request failed', { path: request.url, error: String(error) })
      return sendError(reply, net.modes.get(), new ApiError(500, 'Something went wrong'))
    }
    return sendError(reply, net.modes.get(), known)
  })
  app.setNotFoundHandler((_request, reply) =>
    sendError(reply, net.modes.get(), new ApiError(404, 'Not Found')),
  )
}

/** Sends one failure. snac answers a bare number with a line of text, GoToSocial prefixes the
 * name of the number and calls a failed validation 400. */
export function sendError(reply: FastifyReply, mode: Mode, error: ApiError): FastifyReply {
  if (mode.errors === 'snac') {
    const words = statusWords[error.status] ?? 'Error'
    return reply.code(error.status).type('text/html').send(`${error.status} ${words}\n`)
  }
  if (mode.errors === 'gotosocial') {
    const status = error.status === 422 ? 400 : error.status
    const told = `${statusWords[status] ?? 'Error'}: ${error.message.toLowerCase()}`
    return reply.code(status).send({ error: told, ...error.more })
  }
  if (error.status === 401) {
    const challenge = `Bearer realm="Doorkeeper", error="invalid_token", error_description="${error.message}"`
    reply.header('www-authenticate', challenge)
  }
  return reply.code(error.status).send({ error: error.message, ...error.more })
}

function asApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  if (error instanceof z.ZodError) {
    const issue = error.issues[0]
    return new ApiError(422, `Validation failed: ${issue?.path.join('.')} ${issue?.message}`)
  }
  const framework = z.object({ statusCode: z.number().min(400).max(499), message: z.string() })
  const parsed = framework.safeParse(error)
  return parsed.success ? new ApiError(parsed.data.statusCode, parsed.data.message) : undefined
}

const statusWords: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
