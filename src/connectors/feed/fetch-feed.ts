import { parseFeed } from 'feedsmith'
import { type HttpClient, HttpError } from '../../platform/http.ts'
import { ConnectorError, type Failure } from '../contract.ts'

/** Bytes after decompression. The largest feeds of the web are a few megabytes. */
const largest = 5 * 1024 * 1024

export type Feed = ReturnType<typeof parseFeed>
/** What a server said the last time, to be asked only for what changed since. */
export type Validators = { etag: string | null; modified: string | null }
export type Fetched = { feed: Feed; validators: Validators; base: string } | 'unchanged'

/**
 * Reads a feed, unless it is unchanged since. Entities that a document declares for itself are never
 * expanded, so none can grow. Throws ConnectorError.
 */
export async function fetchFeed(
  tools: { http: HttpClient; now(): Date },
  url: string,
  since: Validators = { etag: null, modified: null },
): Promise<Fetched> {
  const headers = {
    accept:
      'application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.1',
    ...(since.etag === null ? {} : { 'if-none-match': since.etag }),
    ...(since.modified === null ? {} : { 'if-modified-since': since.modified }),
  }
  const { response, bytes } = await read(tools.http, url, headers)
  if (response.status === 304) return 'unchanged'
  if (!response.ok) throw new ConnectorError(refusal(response, tools.now()))
  const validators = {
    etag: response.headers.get('etag'),
    modified: response.headers.get('last-modified'),
  }
  const text = decode(bytes, response.headers.get('content-type') ?? '')
  return { feed: parse(text), validators, base: response.url || url }
}

async function read(http: HttpClient, url: string, headers: Record<string, string>) {
  try {
    const response = await http.fetch(url, { headers, maxBytes: largest })
    return { response, bytes: new Uint8Array(await response.arrayBuffer()) }
  } catch (error) {
    throw new ConnectorError(noAnswer(error), { cause: error })
  }
}

function noAnswer(error: unknown): Failure {
  if (!(error instanceof HttpError)) return { kind: 'unavailable', detail: 'The answer broke off.' }
  switch (error.kind) {
    case 'too-large':
      return { kind: 'unavailable', detail: 'The feed is larger than 5 MB and is not read.' }
    case 'refused':
      return { kind: 'rejected', reason: 'url: this address is not allowed' }
    case 'not-sent':
    case 'no-answer':
      return { kind: 'unavailable', detail: 'The site does not answer.' }
  }
}

function refusal({ status, headers }: Response, now: Date): Failure {
  if (status === 429 || status === 503) {
    const seconds = Number(headers.get('retry-after') ?? '') || 900
    const wait = Math.min(Math.max(seconds, 60), 24 * 3600) * 1000
    return {
      kind: 'rate-limited',
      retryAt: new Date(now.getTime() + wait),
      detail: `The site answered ${status}.`,
    }
  }
  if (status === 401 || status === 403)
    return { kind: 'auth-expired', lost: 'token', detail: `The site answered ${status}.` }
  if (status === 404 || status === 410)
    return { kind: 'unavailable', detail: `There is no feed at this address any more (${status}).` }
  return { kind: 'unavailable', detail: `The site answered ${status}.` }
}

/** By the server's word, else the document's own, else UTF-8. */
function decode(bytes: Uint8Array, type: string): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  const named = /charset="?([\w-]+)/i.exec(type)?.[1] ?? /encoding=["']([\w-]+)["']/.exec(head)?.[1]
  try {
    return new TextDecoder(named ?? 'utf-8').decode(bytes)
  } catch (error) {
    // A name of an encoding that nobody knows.
    if (error instanceof RangeError) return new TextDecoder().decode(bytes)
    throw error
  }
}

function parse(text: string): Feed {
  try {
    return parseFeed(text.trimStart())
  } catch (cause) {
    const detail = 'What stands at this address is not a feed that can be read (RSS, Atom, JSON).'
    throw new ConnectorError({ kind: 'unavailable', detail }, { cause })
  }
}
