import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { AppError } from './errors.ts'
import { describeApi } from './http-docs.ts'
import { isOwnHost, refuseForgery } from './http-origin.ts'
import { answerError, makeProblem } from './http-problems.ts'
import { type App, type Guard, keepRoutes, type Route } from './http-routes.ts'
import { securityHeaders } from './http-security-headers.ts'
import { serveWeb } from './http-web.ts'
import type { Log } from './log.ts'

export type { App } from './http-routes.ts'

export type HttpServer = {
  app: App
  /** Every route of the API, filled as modules register theirs. */
  routes: readonly Route[]
  /** Marks a response as never ending by itself (SSE), so that closing the server ends it. */
  keepOpen(response: ServerResponse): void
}

export type HttpServerOptions = {
  log: Log
  /** Address at which browsers reach Parley, without trailing slash. */
  publicUrl: string
  guard: Guard
  /** Where a reverse proxy of ours may stand: client addresses are then read from its headers. */
  trustProxy?: 'loopback'
  /** Folder of the built web app. */
  webRoot?: string
  /** Requests a minute: of one caller, and of one address whoever asks. */
  limits?: { perCaller: number; perAddress: number }
}

/** Body size of JSON requests, in bytes. Routes that take files set their own. */
const bodyLimit = 256 * 1024
const probes = new Set(['/healthz', '/readyz', '/metrics'])

/**
 * Builds the HTTP server: problem documents, security headers, limits, protection against forged
 * requests, the API's description at /api/openapi.json, and the web app. Listen when all modules have
 * registered their routes.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { publicUrl, guard, limits = { perCaller: 3000, perAddress: 20_000 } } = options
  const app: App = fastify({
    loggerInstance: asLogger(options.log),
    logController: new LogController({ disableRequestLogging: true }),
    // One for all: the few lines about a request name it, and a logger of its own for each costs more than they.
    childLoggerFactory: (logger) => logger,
    genReqId: () => randomUUID(),
    trustProxy: options.trustProxy ?? false,
    bodyLimit,
    // Long enough for an upload over a bad line; the socket of a stream is not a request that waits.
    requestTimeout: 60_000,
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 500 },
    clientErrorHandler: answerClientError,
    // Addresses that cannot be routed at all (broken escapes, endless parameters).
    frameworkErrors: answerError,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerError)
  const routes = keepRoutes(app)
  await app.register(multipart, {
    limits: { fileSize: 20 * 1024 * 1024, files: 4, fields: 10, parts: 12, headerPairs: 50 },
    throwFileSizeLimit: true,
  })
  await describeApi(app)
  await app.register(rateLimit, { global: false })
  guardRequests(app, { publicUrl, guard, limits })
  await serveWeb(app, options.webRoot ?? join(import.meta.dirname, '../../web/dist'), routes)
  return { app, routes, keepOpen: endWithServer(app) }
}

function guardRequests(
  app: App,
  {
    publicUrl,
    guard,
    limits,
  }: { publicUrl: string; guard: Guard; limits: { perCaller: number; perAddress: number } },
): void {
  const countAddress = app.createRateLimit({ max: limits.perAddress, timeWindow: 60_000 })
  const callerKeys = new WeakMap<object, string>()
  const countCaller = app.createRateLimit({
    max: limits.perCaller,
    timeWindow: 60_000,
    keyGenerator: (request) => callerKeys.get(request) ?? request.ip,
  })
  const headers = securityHeaders(publicUrl)
  // A file of the web app says itself how long it may be kept.
  const answerHeaders = { ...headers, 'cache-control': 'no-store' }
  const checkHost = createHostCheck(publicUrl)
  app.addHook('onRequest', async (request, reply) => {
    const { access, fromAnywhere } = request.routeOptions.config
    reply.headers(access === undefined ? headers : answerHeaders).header('x-request-id', request.id)
    if (!probes.has(request.url)) checkHost(request.headers.host)
    if (!fromAnywhere) refuseForgery(request, publicUrl)
    const address = await countAddress(request)
    if (!address.isAllowed && address.isExceeded) throw tooMany(reply, address.ttlInSeconds)
    if (access === undefined) return
    const key = await guard(request, access)
    if (key === null) return
    callerKeys.set(request, key)
    const caller = await countCaller(request)
    if (!caller.isAllowed && caller.isExceeded) throw tooMany(reply, caller.ttlInSeconds)
  })
}

function createHostCheck(publicUrl: string): (host: string | undefined) => void {
  // Nearly all requests come under one name, and reading a URL is slow.
  let lastOwn: string | undefined
  return (host) => {
    if (host !== undefined && host === lastOwn) return
    if (!isOwnHost(host, publicUrl))
      throw new AppError(
        'forbidden',
        `Parley answers at ${publicUrl}. To reach it under another name, set PARLEY_PUBLIC_URL to that address.`,
      )
    lastOwn = host
  }
}

function tooMany(
  reply: { header(name: string, value: number): unknown },
  seconds: number,
): AppError {
  reply.header('retry-after', Math.max(1, seconds))
  return new AppError('too-many', `Too many requests. Wait ${Math.max(1, seconds)} seconds.`)
}

/** Ends kept-open responses before the server waits for its connections to finish. */
function endWithServer(app: App): (response: ServerResponse) => void {
  const open = new Set<ServerResponse>()
  app.addHook('preClose', async () => {
    for (const response of open) response.end()
  })
  return (response) => {
    open.add(response)
    response.once('close', () => open.delete(response))
  }
}

// Node reports what was no HTTP request at all; there is no reply object to answer with.
function answerClientError(
  error: Error & { code?: string },
  socket: import('node:net').Socket,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? makeProblem(431, 'headers-too-large', 'The request headers are too large.')
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? makeProblem(408, 'timeout', 'The request took too long to arrive.')
        : makeProblem(400, 'bad-input', 'This is not a valid HTTP request.')
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function asLogger(log: Log): FastifyBaseLogger {
  return log
}
