import { promises as dns } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { pipeline, Readable, Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Agent, type Dispatcher, request as send } from 'undici'
import { type HttpClient, HttpError, type HttpInit } from './http.ts'
import {
  checkUrl,
  guardedLookup,
  isPublicAddress,
  type Resolve,
  redirectTarget,
} from './http-guard.ts'
import { openSocket } from './http-websocket.ts'

export type HttpClientOptions = {
  /** Origins the operator allowed to be on a private network, by any port (local servers, tests). */
  allowPrivate: (url: URL) => boolean
  userAgent: string
  /** Default 10,000. */
  connectTimeoutMs?: number
  /** Default: the system's resolver. */
  resolve?: Resolve
}

const DEFAULT_TIMEOUT_MS = 20_000
const DEFAULT_MAX_BYTES = 10 * 1024 * 1024
const MAX_REDIRECTS = 3
/** As fetch does: servers send empty bodies as compressed. A body that was cut is noticed by its length or chunks. */
const LENIENT_END = { finishFlush: constants.Z_SYNC_FLUSH }

/**
 * Builds the guarded client. `close` ends every connection at once; exchanges under way fail with
 * `no-answer`, so stop their callers first.
 */
export function createHttpClient(
  options: HttpClientOptions,
): HttpClient & { close(): Promise<void> } {
  const resolve = options.resolve ?? ((hostname) => dns.lookup(hostname, { all: true }))
  const connectTimeoutMs = options.connectTimeoutMs ?? 10_000
  // Two pools, so that a connection opened for an allowed origin can never serve a guarded one.
  const guarded = createAgent(guardedLookup(resolve, isPublicAddress), connectTimeoutMs)
  const open = createAgent(
    guardedLookup(resolve, () => true),
    connectTimeoutMs,
  )
  const agentFor = (url: URL) => {
    const allowed = options.allowPrivate(url)
    checkUrl(url, allowed)
    return allowed ? open : guarded
  }
  return {
    fetch: (input, init = {}) => exchange(agentFor, options.userAgent, input, init),
    websocket: (init) => openSocket(agentFor, options.userAgent, init),
    close: async () => {
      await Promise.all([guarded.destroy(), open.destroy()])
    },
  }
}

function createAgent(lookup: LookupFunction, connectTimeoutMs: number): Agent {
  return new Agent({
    // HTTP/1.1 with one request a connection at a time: when a connection breaks, exactly one request
    // is in doubt, and undici repeats none by itself. Connections a host: streams hold one each.
    allowH2: false,
    pipelining: 1,
    connections: 128,
    connect: {
      lookup,
      timeout: connectTimeoutMs,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1000,
    },
    // The deadline of the exchange rules; a stream may be silent for as long as it likes.
    headersTimeout: 0,
    bodyTimeout: 0,
    webSocket: { maxPayloadSize: DEFAULT_MAX_BYTES },
  })
}

async function exchange(
  agentFor: (url: URL) => Agent,
  userAgent: string,
  input: string | URL | Request,
  init: HttpInit,
): Promise<Response> {
  const first = parseUrl(input instanceof Request ? input.url : input)
  agentFor(first)
  const call = await readCall(first, input, init, userAgent)
  const deadline = startDeadline(call)
  try {
    return await followRedirects(agentFor, first, call, deadline)
  } catch (error) {
    const failure = deadline.explain(error, first)
    // Also ends a connection whose answer nobody is going to read.
    deadline.abandon()
    throw failure
  }
}

async function followRedirects(
  agentFor: (url: URL) => Agent,
  first: URL,
  call: Call,
  deadline: Deadline,
): Promise<Response> {
  let url = first
  let headers = call.headers
  for (let hops = 0; ; hops++) {
    const answer = await deadline.race(attempt(agentFor(url), url, { ...call, headers }, deadline))
    const location = answer.headers.location
    const redirected = [301, 302, 303, 307, 308].includes(answer.statusCode)
    if (!redirected || typeof location !== 'string' || call.redirect === 'manual') {
      return toResponse(answer, { url, redirected: hops > 0, call, deadline })
    }
    if (call.redirect === 'error' || hops === MAX_REDIRECTS) {
      throw new HttpError('refused', `${first.host} redirected too often`)
    }
    await deadline.race(answer.body.dump())
    const next = redirectTarget(url, location)
    if (next.origin !== url.origin) headers = withoutSecrets(headers)
    url = next
  }
}

function attempt(
  agent: Agent,
  url: URL,
  call: Call,
  deadline: Deadline,
): Promise<Dispatcher.ResponseData> {
  // undici calls onRequestStart just before it writes to a connected socket; what fails before that
  // (name, connection, handshake) certainly did not reach the server.
  const watched = agent.compose((dispatch) => (options, handler) => {
    const start = handler.onRequestStart?.bind(handler)
    handler.onRequestStart = (controller, context) => {
      deadline.written()
      start?.(controller, context)
    }
    return dispatch(options, handler)
  })
  return send(url, {
    dispatcher: watched,
    method: call.method,
    headers: Object.fromEntries(call.headers),
    body: call.body,
    signal: deadline.signal,
  })
}

/** Everything the caller asked for, checked and independent of the form it came in. */
async function readCall(
  url: URL,
  input: string | URL | Request,
  init: HttpInit,
  userAgent: string,
): Promise<Call> {
  const request = parseRequest(input instanceof Request ? input : url, init)
  const stream = init.timeoutMs === null
  const headers = new Headers(request.headers)
  headers.delete('host')
  if (!headers.has('user-agent')) headers.set('user-agent', userAgent)
  if (!headers.has('accept')) headers.set('accept', '*/*')
  if (!headers.has('accept-encoding')) {
    headers.set('accept-encoding', stream ? 'identity' : 'gzip, deflate, br')
  }
  const followed = ['GET', 'HEAD'].includes(request.method) || request.redirect === 'error'
  return {
    method: request.method,
    headers,
    body: await readBody(request, init.body),
    redirect: followed ? request.redirect : 'manual',
    timeoutMs: init.timeoutMs === undefined ? DEFAULT_TIMEOUT_MS : init.timeoutMs,
    maxBytes: stream ? Number.POSITIVE_INFINITY : (init.maxBytes ?? DEFAULT_MAX_BYTES),
    // Not `request.signal`: that one follows the caller's only as long as the Request is not collected.
    signal: init.signal ?? (input instanceof Request ? input.signal : null),
  }
}

function parseUrl(input: string | URL): URL {
  if (!URL.canParse(String(input))) throw new HttpError('refused', 'that is not a web address')
  const url = new URL(input)
  url.hash = ''
  return url
}

function parseRequest(input: Request | URL, init: HttpInit): Request {
  try {
    return new Request(input, init)
  } catch (cause) {
    throw new HttpError('refused', 'the request is not one that can be sent', { cause })
  }
}

/** The body as bytes, so that it goes out with a length: some servers refuse chunked uploads. A stream stays one. */
async function readBody(request: Request, given: unknown): Promise<Uint8Array | Readable | null> {
  if (request.body === null) return null
  if (given instanceof ReadableStream) return Readable.fromWeb(request.body)
  try {
    return new Uint8Array(await request.arrayBuffer())
  } catch (cause) {
    throw new HttpError('not-sent', 'the body of the request could not be read', { cause })
  }
}

function startDeadline({ timeoutMs, signal }: Call): Deadline {
  const controller = new AbortController()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  let written = false
  // Whoever waits gets the rejection through `race`; with nobody waiting it is not news.
  aborted.catch(() => undefined)
  const stop = (reason: unknown) => {
    controller.abort(reason)
    reject(reason)
  }
  const limit = timeoutMs ?? DEFAULT_TIMEOUT_MS
  const timer = setTimeout(() => stop(new Error(`no answer within ${limit} ms`)), limit)
  timer.unref()
  const onAbort = () => stop(signal?.reason)
  const end = () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    written: () => {
      if (!controller.signal.aborted) written = true
    },
    // undici notices an abort only once it is connected; the caller should not wait for that.
    race: (work) => Promise.race([work, aborted]),
    headArrived: () => {
      if (timeoutMs === null) clearTimeout(timer)
    },
    end,
    abandon: () => {
      end()
      controller.abort()
    },
    explain: (error, url) => {
      if (error instanceof HttpError) return error
      const why = error instanceof Error ? error.message : String(error)
      // Only the host: paths and queries may hold tokens, and messages end in logs.
      return new HttpError(written ? 'no-answer' : 'not-sent', `${url.host}: ${why}`, {
        cause: error,
      })
    },
  }
}

function toResponse(
  answer: Dispatcher.ResponseData,
  { url, redirected, call, deadline }: Arrival,
): Response {
  deadline.headArrived()
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  const status = answer.statusCode
  if (status < 200 || status > 599) {
    throw new HttpError('no-answer', `${url.host}: answered with status ${status}`)
  }
  const empty = call.method === 'HEAD' || [204, 205, 304].includes(status)
  const body = readable(answer.body, headers, empty, { url, call, deadline })
  if (empty) body.resume()
  const response = new Response(empty ? null : Readable.toWeb(body), { status, headers })
  Object.defineProperty(response, 'url', { value: url.href })
  Object.defineProperty(response, 'redirected', { value: redirected })
  return response
}

/**
 * The answer's body, decompressed and counted. Its errors are `HttpError`s; when it closes, for whatever
 * reason, the exchange is over and the connection is given back or ended.
 */
function readable(
  source: Readable,
  headers: Headers,
  empty: boolean,
  { url, call, deadline }: Omit<Arrival, 'redirected'>,
): Readable {
  const tooLarge = () => new HttpError('too-large', `${url.host}: more than ${call.maxBytes} bytes`)
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.byteLength
      if (bytes > call.maxBytes) done(tooLarge())
      else done(null, chunk)
    },
    destroy(error, done) {
      deadline.end()
      done(error === null ? null : deadline.explain(error, url))
    },
  })
  const decoders = empty ? [] : decodersFor(headers)
  // The callback is there because pipeline demands one; `counted` carries every error to its reader.
  pipeline([source, ...decoders, counted], (error) => {
    if (error && !counted.destroyed) counted.destroy(error)
  })
  if (!empty && Number(headers.get('content-length')) > call.maxBytes) {
    counted.destroy(tooLarge())
  }
  return counted
}

function decodersFor(headers: Headers): Transform[] {
  const codings = (headers.get('content-encoding') ?? '').toLowerCase().split(',')
  const decoders: Transform[] = []
  for (const coding of codings.map((word) => word.trim()).reverse()) {
    if (coding === 'gzip' || coding === 'x-gzip') decoders.push(createGunzip(LENIENT_END))
    else if (coding === 'deflate') decoders.push(createInflate(LENIENT_END))
    else if (coding === 'br')
      decoders.push(createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }))
    else if (coding !== '' && coding !== 'identity') {
      throw new HttpError('no-answer', `an answer in the unknown coding ${coding.slice(0, 20)}`)
    }
  }
  // Compression in layers serves only bombs.
  if (decoders.length > 1) throw new HttpError('no-answer', 'an answer compressed more than once')
  if (decoders.length > 0) {
    headers.delete('content-encoding')
    headers.delete('content-length')
  }
  return decoders
}

/** What may follow to another origin: nothing that names or proves who we are, whatever header it is in. */
function withoutSecrets(headers: Headers): Headers {
  const harmless = ['accept', 'accept-encoding', 'accept-language', 'range', 'user-agent']
  return new Headers([...headers].filter(([name]) => harmless.includes(name)))
}

type Call = {
  method: string
  headers: Headers
  body: Uint8Array | Readable | null
  redirect: Request['redirect']
  timeoutMs: number | null
  maxBytes: number
  signal: AbortSignal | null
}

type Deadline = {
  signal: AbortSignal
  /** The request is about to be written: from now on its outcome is uncertain. */
  written(): void
  race<T>(work: Promise<T>): Promise<T>
  headArrived(): void
  end(): void
  abandon(): void
  explain(error: unknown, url: URL): HttpError
}

type Arrival = { url: URL; redirected: boolean; call: Call; deadline: Deadline }
