/**
 * The guarded way out for what is not HTTP (IMAP, SMTP). Resolves the host once, refuses private
 * addresses unless the operator allowed them, and hands on an address that was checked: connect to
 * exactly that one, so that no second look at the name can lead elsewhere, and check the certificate
 * against `servername` (null: the host was an address itself). Throws `HttpError` `refused` or `not-sent`.
 */
export type Dial = (
  host: string,
  port: number,
) => Promise<{ address: string; servername: string | null }>

/**
 * The one guarded way out. A fetch that refuses private addresses, connects to the address it checked,
 * re-checks redirects, and caps time and bytes. Built by `createHttpClient` (see http-client.ts).
 */
export type HttpClient = {
  /**
   * Like `fetch`, and may be handed on as one (`new AtpAgent({ service, fetch: http.fetch })`).
   * Throws `HttpError`; so does reading the body. Redirects are followed (at most 3, each re-checked)
   * only for GET and HEAD; the answer to another method is returned with its 3xx status.
   */
  fetch(input: string | URL | Request, init?: HttpInit): Promise<Response>
  /**
   * Opens a websocket (`ws:` or `wss:`) under the same guard; resolves once it is open. Throws
   * `HttpError`: `refused`, or `not-sent` when it cannot be opened. Messages of more than 10 MiB close it.
   */
  websocket(init: HttpSocketInit): Promise<HttpSocket>
}

export type HttpSocketInit = {
  address: string | URL
  /** Each text message, in order. Binary ones are passed over. */
  onText(text: string): void
  /** Closes it. */
  signal: AbortSignal
  /** Milliseconds until it must be open; default 20,000. */
  timeoutMs?: number
}

export type HttpSocket = {
  send(text: string): void
  /** 1000, or 3000 to 4999; default 4000. */
  close(code?: number): void
  /** Resolves once it is closed, by whomever; 1006 when the connection broke. */
  closed: Promise<{ code: number; reason: string }>
}

export type HttpInit = Omit<RequestInit, 'dispatcher'> & {
  /**
   * Milliseconds for the whole exchange, body included; default 20,000. `null` for a stream: the head
   * of the answer must come within the default, the body may last for ever and be of any size.
   */
  timeoutMs?: number | null
  /** Largest body read, in bytes after decompression; default 10 MiB. Ignored for a stream. */
  maxBytes?: number
}

/**
 * - `refused`: the address, or one it redirected to, is not allowed; nothing was sent to it.
 * - `not-sent`: no connection could be made; the server certainly did nothing.
 * - `no-answer`: the request may have reached the server and no complete answer came back.
 * - `too-large`: the answer is larger than `maxBytes`.
 */
export type HttpErrorKind = 'refused' | 'not-sent' | 'no-answer' | 'too-large'

export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly kind: HttpErrorKind

  constructor(kind: HttpErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}

/** How a server that does not speak HTTP stands in the list of allowed private addresses. */
export function tcpOrigin(host: string, port: number): string {
  return `tcp://${host.toLowerCase()}:${port}`
}
