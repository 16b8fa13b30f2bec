import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from './api/errors.ts'

const local = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

/** The pages and the control API change things without a password, so they listen only to this
 * machine (no rebound names) and only to their own pages (no foreign forms). */
export function registerGuard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const path = request.url.split('?')[0] ?? ''
    if (path.startsWith('/api/') || path === '/oauth/token' || path === '/oauth/revoke') return
    if (!local.test(request.headers.host ?? '')) {
      throw new ApiError(403, 'The practice network answers only to 127.0.0.1 and localhost')
    }
    if (request.method !== 'GET' && request.method !== 'HEAD' && !sameSite(request)) {
      throw new ApiError(403, 'This form came from another site')
    }
  })
}

function sameSite(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (typeof site === 'string' && site !== 'same-origin' && site !== 'none') return false
  const origin = request.headers.origin
  return origin === undefined || origin === `http://${request.headers.host}`
}
