import { z } from 'zod'
import type { HttpClient, HttpInit } from '../../platform/http.ts'
import { lost, noAnswer, readJson } from '../answers.ts'
import { ConnectorError, type Failure, type Session } from '../contract.ts'
import type { DiscordCredential } from './credential.ts'
import { plainWords } from './words.ts'

export type DiscordSession = Session<DiscordCredential>
export type Api = { http: HttpClient; service: string; token: string; now(): Date }

export type Call = {
  method?: 'GET' | 'POST'
  /** Below `/api/v10`. */
  path: string
  query?: Record<string, string>
  json?: unknown
  form?: FormData
  /** The call makes a message: when its answer is lost, nobody knows whether it stands. */
  sends?: boolean
}
export type Answer = { status: number; body: unknown; isJson: boolean; headers: Headers }

export function apiOf(session: DiscordSession): Api {
  const { http, service, credential, now } = session
  return { http, service, token: credential.botToken, now }
}

/** Asks and parses the answer. Throws ConnectorError: every way to fail is one of the contract's. */
export async function ask<Schema extends z.ZodType>(
  api: Api,
  call: Call,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const answer = await request(api, call)
  if (answer.status >= 300) throw new ConnectorError(refusal(api, call, answer))
  const parsed = schema.safeParse(answer.body)
  if (answer.isJson && parsed.success) return parsed.data
  const detail = `${label(call)} answered ${answer.status} with something that is not Discord's`
  throw new ConnectorError(lost(call, detail), { cause: parsed.error })
}

/** Asks and gives any answer that says something of the thing asked for; trouble throws. */
export async function request(api: Api, call: Call): Promise<Answer> {
  const answer = await exchange(api, call)
  const { status } = answer
  if (status === 401 || status === 408 || status === 429 || status >= 500)
    throw new ConnectorError(refusal(api, call, answer))
  return answer
}

/** Discord's number for why it refused; 0 when it gave none. */
export function codeOf(body: unknown): number {
  return Refused.safeParse(body).data?.code ?? 0
}

function refusal(api: Api, call: Call, { status, body, headers }: Answer): Failure {
  const refused = Refused.safeParse(body).data
  const said = refused?.message || `Discord answered ${status}`
  const detail = `${label(call)}: ${said}`
  if (status === 401)
    return {
      kind: 'auth-expired',
      lost: 'token',
      detail: 'Discord no longer accepts the bot token. Make a new one and connect again.',
    }
  if (status === 429) {
    const wait = Number(refused?.retry_after ?? headers.get('retry-after') ?? 5)
    const ms = Math.min(Math.max(Number.isFinite(wait) ? wait * 1000 : 5000, 250), 3_600_000)
    const whose = refused?.global ? ' (all of the bot’s requests)' : ''
    return {
      kind: 'rate-limited',
      retryAt: new Date(api.now().getTime() + Math.ceil(ms)),
      detail: `Discord asks to wait${whose}.`,
    }
  }
  if (status === 503) return { kind: 'unavailable', detail }
  if (status >= 500 || status === 408) return lost(call, detail)
  return { kind: 'rejected', reason: plainWords(refused?.code ?? 0) ?? reasonOf(said, refused) }
}

/** With a code and a first inner error, for example `BASE_TYPE_MAX_LENGTH` on `content`. */
function reasonOf(said: string, refused: z.infer<typeof Refused> | undefined): string {
  const inner = /"message":"([^"]{1,200})"/.exec(JSON.stringify(refused?.errors ?? null))?.[1]
  return inner ? `${said}: ${inner}` : said
}

async function exchange(api: Api, call: Call): Promise<Answer> {
  const init: HttpInit = {
    method: call.method ?? 'GET',
    headers: {
      accept: 'application/json',
      authorization: `Bot ${api.token}`,
      ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
    },
  }
  if (call.form) init.body = call.form
  else if (call.json !== undefined) init.body = JSON.stringify(call.json)
  const url = new URL(`${api.service}/api/v10${call.path}`)
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value)
  try {
    const response = await api.http.fetch(url, init)
    const { status, headers } = response
    return { status, headers, ...readJson(await response.text()) }
  } catch (error) {
    throw new ConnectorError(noAnswer(call, label(call), error), { cause: error })
  }
}

function label(call: Call): string {
  return `${call.method ?? 'GET'} ${call.path}`
}

const Refused = z.object({
  code: z.number().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  errors: z.unknown().optional(),
  retry_after: z.number().optional().catch(undefined),
  global: z.boolean().optional().catch(undefined),
})
