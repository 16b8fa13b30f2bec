import { z } from 'zod'
import type { HttpClient, HttpInit } from '../../platform/http.ts'
import { lost, noAnswer, readJson } from '../answers.ts'
import { ConnectorError } from '../contract.ts'

/** Who asks where. `token: null` for what anybody may ask. */
export type Way = { http: HttpClient; base: string; token: string | null; now(): Date }

/** One XRPC call by its lexicon name: a query unless it has an input. */
export type Call = {
  name: string
  query?: Record<string, string | readonly string[]>
  json?: unknown
  bytes?: { body: Uint8Array; mime: string }
  /** A procedure without input. */
  post?: boolean
  /** Passed on by the account's server to another service. */
  proxy?: string
  /** The call makes a post or message: when its answer is lost, nobody knows whether it stands. */
  sends?: boolean
}
/** What the API itself answered: success, or a refusal in its own form (`error`, `message`). */
export type Answer = {
  status: number
  headers: Headers
  body: unknown
  error: string
  words: string
}

/**
 * One exchange. Gives successes and the API's own refusals (4xx); throws ConnectorError for everything
 * else: no answer, rate limits, trouble of the server, answers that are not the API's.
 */
export async function exchange(way: Way, call: Call): Promise<Answer> {
  const answer = await answerOf(way, call)
  const { status, error } = answer
  const detail = `${call.name}: ${answer.words}`
  if (status < 300) return answer
  if (status === 429)
    throw new ConnectorError({
      kind: 'rate-limited',
      retryAt: retryAt(answer.headers, way.now()),
      detail,
    })
  // A gateway's own page, or trouble behind it: who knows how far the request went.
  if (status >= 500 || status < 400 || error === '')
    throw new ConnectorError(lost(call, detail), { cause: error || NOT_THE_API })
  return answer
}

/** The cause of a failure when something answered that does not speak XRPC. */
export const NOT_THE_API = 'NotTheApi'

/** Reads the body of a success; throws as for a lost answer when it is not what the API would say. */
export function parse<Schema extends z.ZodType>(
  call: Call,
  body: unknown,
  schema: Schema,
): z.infer<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const detail = `${call.name} was answered with something that is not the API's`
  throw new ConnectorError(lost(call, detail), { cause: NOT_THE_API })
}

async function answerOf(way: Way, call: Call): Promise<Answer> {
  try {
    const response = await way.http.fetch(addressOf(way, call), initOf(way, call))
    const { status, headers } = response
    const body = readJson(await response.text()).body
    const { error, message } = ErrorWords.catch({ error: '', message: '' }).parse(body)
    const words = message || error || `the server answered ${status}`
    return { status, headers, body, error, words: words.slice(0, 400) }
  } catch (error) {
    throw new ConnectorError(noAnswer(call, call.name, error), { cause: error })
  }
}

/** The server's clock need not be ours: its `Date` header turns its time into a distance. */
function retryAt(headers: Headers, now: Date): Date {
  const theirs = Date.parse(headers.get('date') ?? '') || now.getTime()
  const reset = Number(headers.get('ratelimit-reset') ?? Number.NaN) * 1000 - theirs
  const after = Number(headers.get('retry-after') ?? Number.NaN) * 1000
  const wait = Math.max(...[reset, after].filter((ms) => ms > 0), 0) || 60_000
  // The longest window of a PDS is a day.
  return new Date(now.getTime() + Math.min(Math.max(wait, 1_000), 86_400_000))
}

function initOf(way: Way, call: Call): HttpInit {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (way.token !== null) headers.authorization = `Bearer ${way.token}`
  if (call.proxy) headers['atproto-proxy'] = call.proxy
  if (call.bytes) {
    headers['content-type'] = call.bytes.mime
    return { method: 'POST', headers, body: Uint8Array.from(call.bytes.body), timeoutMs: 60_000 }
  }
  if (call.json === undefined) return { method: call.post ? 'POST' : 'GET', headers }
  headers['content-type'] = 'application/json'
  return { method: 'POST', headers, body: JSON.stringify(call.json) }
}

function addressOf(way: Way, call: Call): URL {
  const url = new URL(`xrpc/${call.name}`, `${way.base}/`)
  for (const [name, value] of Object.entries(call.query ?? {}))
    for (const one of typeof value === 'string' ? [value] : value)
      url.searchParams.append(name, one)
  return url
}

const ErrorWords = z.object({
  error: z.string().catch(''),
  message: z.string().catch(''),
})
