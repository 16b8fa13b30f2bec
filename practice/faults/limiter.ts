import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../api/errors.ts'
import type { Network } from '../network.ts'
import type { Target } from './kinds.ts'

const classes = {
  any: { limit: 300, windowMs: 5 * 60_000 },
  media: { limit: 30, windowMs: 30 * 60_000 },
  delete: { limit: 30, windowMs: 30 * 60_000 },
} as const

/** Mastodon's own limits for one token. The headers are always told; they bite only when the
 * mode says so. Counts live in memory, as in Mastodon they live in a cache. */
export function createLimiter(net: Pick<Network, 'now' | 'modes'>) {
  const counts = new Map<string, { used: number; resetAt: number }>()
  return {
    check(request: FastifyRequest, reply: FastifyReply, target: Target): ApiError | undefined {
      const name = target === 'media' || target === 'delete' ? target : 'any'
      const { limit, windowMs } = classes[name]
      const key = `${name} ${request.headers.authorization ?? request.ip}`
      let count = counts.get(key)
      if (!count || count.resetAt <= net.now()) {
        count = { used: 0, resetAt: (Math.floor(net.now() / windowMs) + 1) * windowMs }
        counts.set(key, count)
      }
      count.used += 1
      const left = net.modes.get().rateLimits ? Math.max(0, limit - count.used) : limit - 1
      reply.header('x-ratelimit-limit', String(limit))
      reply.header('x-ratelimit-remaining', String(left))
      reply.header('x-ratelimit-reset', new Date(count.resetAt).toISOString())
      const over = net.modes.get().rateLimits && count.used > limit
      return over ? new ApiError(429, 'Too many requests') : undefined
    },
  }
}
