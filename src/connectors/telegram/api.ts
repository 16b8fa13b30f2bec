import { z } from 'zod'
import type { HttpClient, HttpInit } from '../../platform/http.ts'
import { lost, noAnswer, readJson } from '../answers.ts'
import { ConnectorError, type Failure, type Session } from '../contract.ts'
import type { TelegramCredential } from './credential.ts'
import { Refusal } from './schemas.ts'

export type TelegramSession = Session<TelegramCredential>
/** Who asks whom. */
export type Api = { http: HttpClient; service: string; token: string; now(): Date }

export type Call = {
  /** A method of the Bot API, for example `getMe`. */
  method: string
  json?: Record<string, unknown>
  form?: FormData
  /** The call makes a message: when its answer is lost, nobody knows whether it stands. */
  sends?: boolean
}

export function apiOf({ http, service, credential, now }: TelegramSession): Api {
  return { http, service, token: credential.token, now }
}

/**
 * Calls a method and parses its result. Throws ConnectorError: every way to fail is one of the contract's.
 * The bot's token is a part of the address, so no error carries an address or what the client threw.
 */
export async function ask<Schema extends z.ZodType>(
  api: Api,
  call: Call,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const { status, body } = await exchange(api, call)
  const answer = Envelope.safeParse(body)
  if (status === 200 && answer.success && answer.data.ok) {
    const result = schema.safeParse(answer.data.result)
    if (result.success) return result.data
  }
  const refusal = Refusal.safeParse(body)
  if (status !== 200 && refusal.success && answer.success)
    throw new RefusedError(failureOf(api, call, status, refusal.data), refusal.data)
  throw new ConnectorError(strange(call, status))
}

/** The bytes of a file by the path that `getFile` gave. Throws ConnectorError. */
export async function download(api: Api, path: string, maxBytes: number): Promise<Uint8Array> {
  const url = `${api.service}/file/bot${api.token}/${path.split('/').map(encodeURIComponent).join('/')}`
  const label = { method: 'file' }
  try {
    const response = await api.http.fetch(url, { maxBytes })
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
    throw new ConnectorError(
      response.status >= 500 || response.status === 429
        ? { kind: 'unavailable', detail: `Telegram answered ${response.status} for this file` }
        : { kind: 'rejected', reason: 'Telegram does not have this file any more.' },
    )
  } catch (error) {
    throw error instanceof ConnectorError
      ? error
      : new ConnectorError(noAnswerFrom(api, label, error))
  }
}

/** A refusal with what Telegram adds to it. */
export class RefusedError extends ConnectorError {
  readonly refusal: Refusal

  constructor(failure: Failure, refusal: Refusal) {
    super(failure)
    this.refusal = refusal
  }
}

async function exchange(api: Api, call: Call): Promise<{ status: number; body: unknown }> {
  const init: HttpInit = { method: 'POST', headers: { accept: 'application/json' } }
  if (call.form) init.body = call.form
  else {
    init.headers = { accept: 'application/json', 'content-type': 'application/json' }
    init.body = JSON.stringify(call.json ?? {})
  }
  try {
    const response = await api.http.fetch(`${api.service}/bot${api.token}/${call.method}`, init)
    return { status: response.status, body: readJson(await response.text()).body }
  } catch (error) {
    throw new ConnectorError(noAnswerFrom(api, call, error))
  }
}

function failureOf(api: Api, call: Call, status: number, refusal: Refusal): Failure {
  const words = plain(refusal.description)
  const detail = `${call.method}: ${words || `Telegram answered ${status}`}`
  switch (status) {
    case 401:
    // A token that is not even shaped like one of a bot that exists is not found.
    case 404:
      return { kind: 'auth-expired', lost: 'token', detail }
    case 403:
      return { kind: 'rejected', reason: forbidden(words) }
    case 409:
      return { kind: 'unavailable', detail: conflict(words) }
    case 429: {
      const wait = Math.min(Math.max(refusal.parameters?.retry_after ?? 30, 1), 3600)
      const retryAt = new Date(api.now().getTime() + wait * 1000)
      return { kind: 'rate-limited', retryAt, detail }
    }
    default:
      if (status >= 500) return lost(call, detail)
      return { kind: 'rejected', reason: words || `Telegram refused it (${status}).` }
  }
}

function forbidden(words: string): string {
  if (/blocked by the user/i.test(words))
    return 'This person has blocked the bot, so nothing can be sent to them.'
  if (/deactivated/i.test(words)) return 'This person’s Telegram account does not exist any more.'
  if (/initiate conversation/i.test(words))
    return 'A bot cannot write first: this person has to write to it before it may answer.'
  if (/kicked|not a member/i.test(words))
    return 'The bot was removed from this group, so nothing can be sent there.'
  return words || 'Telegram does not let the bot do this.'
}

function conflict(words: string): string {
  return /webhook/i.test(words)
    ? 'Telegram brings this bot’s messages to an address, so they cannot be asked for. Parley ends that by itself; if it comes back, another program uses this bot.'
    : 'Another program asks for this bot’s messages as well. A bot can serve one program only.'
}

/** Telegram's words without the name of the HTTP status in front. */
function plain(description: string): string {
  return description.replace(/^(Bad Request|Forbidden|Conflict|Unauthorized): /, '').slice(0, 400)
}

function strange(call: Call, status: number): Failure {
  const detail = `${call.method}: the answer (${status}) is not the Bot API’s`
  return status === 503 ? { kind: 'unavailable', detail } : lost(call, detail)
}

/** What the client says names the address, and with it the token. */
function noAnswerFrom({ token }: Api, call: Call, error: unknown): Failure {
  const failure = noAnswer(call, call.method, error)
  return { ...failure, detail: failure.detail.replaceAll(token, '…') }
}

const Envelope = z.object({ ok: z.boolean(), result: z.unknown().optional() })
