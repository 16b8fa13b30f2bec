import type { FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import type { App } from '../../platform/http-server.ts'

/** Messages that are taken in ten minutes, in this process. */
export type PostLimits = { perAddress: number; perConversation: number }

export const usualLimits: PostLimits = { perAddress: 20, perConversation: 20 }

const windowMs = 10 * 60_000

/** Counts a message. @returns minutes to wait before the next try; 0: it may be sent */
export type CountPost = (request: FastifyRequest, threadId: string | null) => Promise<number>

/** Counts what is sent from one address, and in one conversation from wherever. */
export function createPostLimits(app: App, limits: PostLimits): CountPost {
  const threads = new WeakMap<FastifyRequest, string>()
  const ofAddress = app.createRateLimit({
    max: limits.perAddress,
    timeWindow: windowMs,
    keyGenerator: (request) => `site ${neighbourhood(request.ip)}`,
  })
  const ofThread = app.createRateLimit({
    max: limits.perConversation,
    timeWindow: windowMs,
    keyGenerator: (request) => `thread ${threads.get(request) ?? ''}`,
  })
  return async (request, threadId) => {
    const address = await ofAddress(request)
    if (!address.isAllowed && address.isExceeded) return minutes(address.ttlInSeconds)
    if (threadId === null) return 0
    threads.set(request, threadId)
    const thread = await ofThread(request)
    return !thread.isAllowed && thread.isExceeded ? minutes(thread.ttlInSeconds) : 0
  }
}

function minutes(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / 60))
}

/** One customer of an IPv6 network has 2^64 addresses or more: they count as one. */
function neighbourhood(ip: string): string {
  if (!ip.includes(':') || !ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  return address.kind() === 'ipv4'
    ? address.toString()
    : Buffer.from(address.toByteArray().slice(0, 8)).toString('hex')
}
