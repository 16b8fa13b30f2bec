import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { ApiError, sendError } from '../api/errors.ts'
import type { Network } from '../network.ts'
import { type Fault, type Target, targetOf, type WrongForm } from './kinds.ts'
import { createLimiter } from './limiter.ts'

const fates = new WeakMap<IncomingMessage, Fate>()
const turns: readonly WrongForm[] = ['error-500', 'html', 'truncated', 'shape', 'empty']
const html = '<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>'

/** Lets the faults strike requests to the Mastodon API; pages and /practice stay healthy. */
export function registerFaults(app: FastifyInstance, net: Network): void {
  const limiter = createLimiter(net)
  app.addHook('onRequest', async (request, reply) => {
    const path = pathOf(request)
    if (!concerned(path)) return
    const target = targetOf(request.method, path)
    fates.set(request.raw, { faults: [], cut: false })
    await waitIfSlow(net, request, target)
    if (cutBefore(net, request, reply, target)) return reply
    const refused = refusal(net, request, reply, target) ?? limiter.check(request, reply, target)
    if (refused) return sendError(reply, net.modes.get(), refused)
    if (refuseInHtml(net, request, reply, target)) return reply
    planFate(net, request, target)
    return
  })
  app.addHook('onSend', async (request, reply, payload) => {
    const fate = fates.get(request.raw)
    if (!fate) return payload
    record(net, request, fate.cut ? 0 : reply.statusCode)
    if (fate.cut) {
      request.raw.socket.destroy()
      return ''
    }
    return fate.spoil ? spoilAnswer(reply, String(payload ?? ''), fate.spoil) : payload
  })
}

/** From now on the answer to this request is a cut connection. */
export function markCut(request: FastifyRequest): void {
  const fate = fates.get(request.raw)
  if (fate) fate.cut = true
}

/** When this post is to be carried out only later: after how many milliseconds. */
export function takeLateApply(request: FastifyRequest): number | undefined {
  return fates.get(request.raw)?.lateMs
}

async function waitIfSlow(net: Network, request: FastifyRequest, target: Target): Promise<void> {
  // An open stream answers at once or never; it is slow only when that was asked for.
  const aimed = net.faults.active('slow', target).some((f) => f.target === 'stream')
  if (target === 'stream' && !aimed) return
  const slow = note(request, net.faults.take('slow', target))
  if (slow) await new Promise((resolve) => setTimeout(resolve, slow.ms ?? 3000))
}

function cutBefore(
  net: Network,
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
): boolean {
  if (!note(request, net.faults.take('cut-before-accept', target))) return false
  record(net, request, 0)
  reply.hijack()
  request.raw.socket.destroy()
  return true
}

function refusal(
  net: Network,
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
): ApiError | undefined {
  const limited = note(request, net.faults.take('rate-limited', target))
  if (limited) {
    const reset = limited.until ?? net.now() + (limited.ms ?? 30_000)
    reply.header('x-ratelimit-limit', '300')
    reply.header('x-ratelimit-remaining', '0')
    reply.header('x-ratelimit-reset', new Date(reset).toISOString())
    return new ApiError(429, 'Too many requests')
  }
  const carriesToken = request.headers.authorization?.startsWith('Bearer ')
  if (carriesToken && note(request, net.faults.take('expired-token', target))) {
    return new ApiError(401, 'The access token is invalid')
  }
  return undefined
}

/** The failures of whatever stands before a server: 503 pages and wrong answers that were not
 * carried out. */
function refuseInHtml(
  net: Network,
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
): boolean {
  if (note(request, net.faults.take('outage', target))) {
    reply.code(503).type('text/html').send('<h1>503 Service Temporarily Unavailable</h1>')
    return true
  }
  const wrong = target === 'stream' ? undefined : net.faults.take('wrong', target)
  if (!note(request, wrong) || !wrong) return false
  const form = wrong.form ?? turns[wrong.fired % turns.length] ?? 'error-500'
  const spoilsAfterwards = wrong.applied || form === 'truncated' || form === 'shape'
  const fate = fates.get(request.raw)
  if (spoilsAfterwards && fate) {
    fate.spoil = form
    return false
  }
  reply.send(spoilAnswer(reply, '', form))
  return true
}

function planFate(net: Network, request: FastifyRequest, target: Target): void {
  const fate = fates.get(request.raw)
  if (!fate || target === 'stream') return
  if (note(request, net.faults.take('cut-after-accept', target))) fate.cut = true
  if (target !== 'post') return
  const late = note(request, net.faults.take('late-apply', target))
  if (late) fate.lateMs = late.ms ?? 3000
}

function spoilAnswer(reply: FastifyReply, payload: string, form: WrongForm): string {
  reply.removeHeader('content-length')
  switch (form) {
    case 'error-500':
      reply.code(500).type('text/html')
      return "<h1>We're sorry, but something went wrong on our end.</h1>"
    case 'html':
      reply.code(200).type('text/html')
      return html
    case 'truncated':
      return payload.slice(0, Math.ceil(payload.length / 2))
    case 'shape':
      return payload.startsWith('[') ? '[{"id":1},null,"status"]' : '{"id":42,"content":["?"]}'
    case 'empty':
      reply.code(200)
      return ''
  }
}

function note(request: FastifyRequest, fault: Fault | undefined): Fault | undefined {
  if (fault) fates.get(request.raw)?.faults.push(fault.kind)
  return fault
}

function record(net: Network, request: FastifyRequest, status: number): void {
  const key = request.headers['idempotency-key']
  const struck = fates.get(request.raw)?.faults ?? []
  net.journal.push({
    at: new Date(net.now()).toISOString(),
    method: request.method,
    path: pathOf(request),
    status,
    fault: struck.length > 0 ? struck.join(' ') : null,
    idempotency_key: typeof key === 'string' ? key : null,
  })
  if (net.journal.length > 1000) net.journal.shift()
}

function concerned(path: string): boolean {
  return path.startsWith('/api/') || path === '/oauth/token' || path === '/oauth/revoke'
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? request.url
}

type Fate = { faults: string[]; cut: boolean; lateMs?: number; spoil?: WrongForm }
