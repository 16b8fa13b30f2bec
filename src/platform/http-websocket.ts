import { type Agent, WebSocket } from 'undici'
import { HttpError, type HttpSocket, type HttpSocketInit } from './http.ts'

const DEFAULT_TIMEOUT_MS = 20_000
/** What a client may say when it goes (RFC 6455, 7.4.2); 1000 and 1001 would say it never comes back. */
const GOING_AWAY = 4000

/**
 * Opens a websocket through the agent that `agentFor` allows for its address. Resolves once it is open.
 * @throws HttpError `refused` for an address that is not allowed, `not-sent` when it cannot be opened
 */
export async function openSocket(
  agentFor: (url: URL) => Agent,
  userAgent: string,
  { address, onText, signal, timeoutMs = DEFAULT_TIMEOUT_MS }: HttpSocketInit,
): Promise<HttpSocket> {
  const url = webAddress(address)
  let trouble: unknown
  // The websocket itself keeps to itself why it could not be opened.
  const watched = agentFor(url).compose((dispatch) => (options, handler) => {
    const fail = handler.onResponseError?.bind(handler)
    handler.onResponseError = (controller, error) => {
      trouble = error
      fail?.(controller, error)
    }
    return dispatch(options, handler)
  })
  const socket = new WebSocket(String(address), {
    dispatcher: watched,
    headers: { 'user-agent': userAgent },
  })
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<{ code: number; reason: string }>()
  const close = (code = GOING_AWAY) => socket.close(code)
  const onAbort = () => close()
  const timer = setTimeout(() => {
    opened.reject(new HttpError('not-sent', `${url.host}: not open within ${timeoutMs} ms`))
    close()
  }, timeoutMs)
  socket.addEventListener('open', () => opened.resolve())
  socket.addEventListener('error', (event) => {
    trouble ??= event.error
  })
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') onText(data)
  })
  socket.addEventListener('close', ({ code, reason }) => {
    signal.removeEventListener('abort', onAbort)
    closed.resolve({ code, reason })
    opened.reject(explain(trouble, url))
  })
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  await opened.promise.finally(() => clearTimeout(timer))
  return { send: (text) => socket.send(text), close, closed: closed.promise }
}

/** The same address as the one that the guard and the operator's list know: `wss` is `https`. */
function webAddress(address: string | URL): URL {
  if (!URL.canParse(String(address))) throw new HttpError('refused', 'that is not a web address')
  const url = new URL(address)
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw new HttpError('refused', `${url.host || url.protocol} is not the address of a websocket`)
  return new URL(url.href.replace(/^ws/, 'http'))
}

/** The guard's own refusal is inside of what undici says. Only the host: paths may hold tokens. */
function explain(trouble: unknown, url: URL): HttpError {
  for (let cause = trouble; cause instanceof Error; cause = cause.cause)
    if (cause instanceof HttpError) return cause
  const why = trouble instanceof Error ? trouble.message : 'the websocket could not be opened'
  return new HttpError('not-sent', `${url.host}: ${why}`, { cause: trouble })
}
