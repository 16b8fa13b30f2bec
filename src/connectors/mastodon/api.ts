import { z } from 'zod'
import type { HttpClient, HttpInit } from '../../platform/http.ts'
import { lost, noAnswer, readJson } from '../answers.ts'
import { ConnectorError, type Failure, type Session } from '../contract.ts'
import type { MastodonCredential } from './credential.ts'

export type MastodonSession = Session<MastodonCredential>
/** Who asks whom. `token: null` for what anybody may ask. */
export type Api = { http: HttpClient; service: string; token: string | null; now(): Date }

export type Call = {
  method?: 'GET' | 'POST'
  path: string
  query?: Record<string, string | readonly string[]>
  json?: unknown
  form?: FormData
  headers?: Record<string, string>
  /** The call makes a post: when its answer is lost, nobody knows whether it stands. */
  sends?: boolean
}
export type Answer = { status: number; body: unknown; isJson: boolean }

const PASSING = [408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530]

export function apiOf(session: MastodonSession): Api {
  const { http, service, credential, now } = session
  return { http, service, token: credential.accessToken, now }
}

/** Asks and parses the answer. Throws ConnectorError: every way to fail is one of the contract's. */
export async function ask<Schema extends z.ZodType>(
  api: Api,
  call: Call,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const answer = await request(api, call)
  if (answer.status >= 300) throw refusal(api, call, answer)
  const parsed = schema.safeParse(answer.body)
  if (answer.isJson && parsed.success) return parsed.data
  const detail = `${label(call)} answered ${answer.status} with something that is not the API's`
  throw new ConnectorError(lost(call, detail), { cause: parsed.error })
}

/** Asks and gives any answer of the server that is not passing trouble (those throw). */
export async function request(api: Api, call: Call): Promise<Answer & { headers: Headers }> {
  const response = await exchange(api, call)
  const { status, headers } = response
  const { body, isJson } = await readBody(response, call)
  const answer = { status, headers, body, isJson }
  if (status === 401 || status === 403 || status === 429 || PASSING.includes(status))
    throw refusal(api, call, answer)
  return answer
}

/** Opens a stream: the answer with its body unread. Throws ConnectorError. */
export async function open(api: Api, call: Call, signal: AbortSignal): Promise<Response> {
  const response = await exchange(api, call, { timeoutMs: null, signal })
  if (response.ok) return response
  const { body, isJson } = await readBody(response, call)
  throw refusal(api, call, { status: response.status, headers: response.headers, body, isJson })
}

/** What the server said against a call, in its own words; for people. */
export function wordsOf(body: unknown, status: number): string {
  const parsed = ErrorWords.safeParse(body)
  if (!parsed.success) return `the server answered ${status}`
  const { error, error_description, message } = parsed.data
  const words = [error, error_description, message].filter((word) => word !== undefined)
  return [...new Set(words)].join(': ').slice(0, 400) || `the server answered ${status}`
}

function refusal(api: Api, call: Call, answer: Answer & { headers: Headers }): ConnectorError {
  const words = wordsOf(answer.body, answer.status)
  const detail = `${label(call)}: ${words}`
  return new ConnectorError(classify())

  function classify(): Failure {
    const { status } = answer
    if (status === 401) return { kind: 'auth-expired', lost: 'token', detail }
    if (status === 403) return forbidden(words, detail)
    if (status === 429)
      return { kind: 'rate-limited', retryAt: retryAt(answer.headers, api.now()), detail }
    if (status === 503) return { kind: 'unavailable', detail }
    if (status >= 500 || status === 408) return lost(call, detail)
    if (status === 425) return { kind: 'unavailable', detail }
    return { kind: 'rejected', reason: words }
  }
}

/**
 * 403 has three meanings, and only words tell them apart: a permission the token lacks, an account
 * that is locked out (mastodon: app/controllers/concerns/api/access_token_tracking_concern.rb and
 * api/base_controller.rb), or a refusal of this one thing.
 */
function forbidden(words: string, detail: string): Failure {
  if (/scope|insufficient permission/i.test(words))
    return { kind: 'auth-expired', lost: 'scope', detail }
  if (/login is currently|pending approval|confirmed e-?mail|suspended/i.test(words))
    return { kind: 'auth-expired', lost: 'token', detail }
  return { kind: 'rejected', reason: words }
}

async function exchange(api: Api, call: Call, extra: HttpInit = {}): Promise<Response> {
  const init: HttpInit = { method: call.method ?? 'GET', headers: headersOf(api, call), ...extra }
  if (call.form) init.body = call.form
  else if (call.json !== undefined) init.body = JSON.stringify(call.json)
  try {
    return await api.http.fetch(addressOf(api, call), init)
  } catch (error) {
    throw new ConnectorError(noAnswer(call, label(call), error), { cause: error })
  }
}

async function readBody(response: Response, call: Call) {
  try {
    return readJson(await response.text())
  } catch (error) {
    throw new ConnectorError(noAnswer(call, label(call), error), { cause: error })
  }
}

/** The server's clock need not be ours: its `Date` header turns its time into a distance. */
function retryAt(headers: Headers, now: Date): Date {
  const theirs = Date.parse(headers.get('date') ?? '') || now.getTime()
  const waits = [headers.get('retry-after'), headers.get('x-ratelimit-reset')].map((value) =>
    millisecondsUntil(value, theirs),
  )
  const wait = Math.max(...waits.filter((ms) => ms !== null), 0) || 60_000
  return new Date(now.getTime() + Math.min(Math.max(wait, 1_000), 3_600_000))
}

/** Seconds from now, seconds since 1970 (GoToSocial), an ISO time (Mastodon) or an HTTP date. */
function millisecondsUntil(value: string | null, now: number): number | null {
  if (value === null || value === '') return null
  const number = Number(value)
  if (Number.isFinite(number)) return number > 1e9 ? number * 1000 - now : number * 1000
  const time = Date.parse(value)
  return Number.isNaN(time) ? null : time - now
}

function headersOf(api: Api, call: Call): Record<string, string> {
  return {
    accept: 'application/json',
    ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(api.token === null ? {} : { authorization: `Bearer ${api.token}` }),
    ...call.headers,
  }
}

function addressOf(api: Api, call: Call): URL {
  const url = new URL(call.path, `${api.service}/`)
  for (const [name, value] of Object.entries(call.query ?? {}))
    for (const one of typeof value === 'string' ? [value] : value)
      url.searchParams.append(name, one)
  return url
}

function label(call: Call): string {
  return `${call.method ?? 'GET'} ${call.path}`
}

const ErrorWords = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
})
