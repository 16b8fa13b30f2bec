import { z } from 'zod'
import { Problem } from '../../../contract/http.ts'
import { currentLocale } from './i18n.ts'
import { serverWords } from './server-words.ts'

/** better-auth answers its own shape of error. */
const AuthError = z.object({ code: z.string().optional(), message: z.string() })

export type FieldError = { field: string; message: string }

/**
 * A request that did not succeed. `status` 0: the server was not reached. `detail` is a sentence for
 * people, in the reader's language; `fields` name what is at fault.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly fields: FieldError[]
  /** The whole problem document, for what only some have; parse it before use. */
  readonly problem: unknown

  constructor(init: {
    status: number
    code: string
    detail: string
    fields?: FieldError[]
    problem?: unknown
  }) {
    super(init.detail)
    this.status = init.status
    this.code = init.code
    this.detail = init.detail
    this.fields = init.fields ?? []
    this.problem = init.problem
  }
}

export type RequestInitJson = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Lets the request outlive the page (a draft kept while the window closes). */
  keepalive?: boolean
}

/** Calls the API and parses the answer. Throws ApiError; a wrong answer throws with code `unexpected-answer`. */
export async function request<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  init: RequestInitJson = {},
): Promise<z.infer<Schema>> {
  const response = await send(path, init)
  const body: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new ApiError({
    status: response.status,
    code: 'unexpected-answer',
    detail: `${path}: ${z.prettifyError(parsed.error)}`,
  })
}

/** Calls the API where only success matters. */
export async function command(path: string, init: RequestInitJson): Promise<void> {
  await send(path, init)
}

async function send(path: string, init: RequestInitJson): Promise<Response> {
  const response = await reach(path, init)
  if (response.ok) return response
  throw await toApiError(response)
}

async function reach(path: string, init: RequestInitJson): Promise<Response> {
  const isForm = init.body instanceof FormData
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': currentLocale(),
    ...init.headers,
  }
  const isBytes = init.body instanceof Blob
  if (isBytes) headers['content-type'] = 'application/octet-stream'
  else if (init.body !== undefined && !isForm) headers['content-type'] = 'application/json'
  const options: RequestInit = { method: init.method ?? 'GET', headers }
  if (init.body instanceof FormData || init.body instanceof Blob) options.body = init.body
  else if (init.body !== undefined) options.body = JSON.stringify(init.body)
  if (init.signal) options.signal = init.signal
  if (init.keepalive) options.keepalive = true
  try {
    return await fetch(path, options)
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError({ status: 0, code: 'unreachable', detail: '' })
  }
}

async function toApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const { status } = response
  const problem = Problem.safeParse(body)
  if (problem.success) {
    const { code, detail, errors } = problem.data
    const fields = (errors ?? []).map(({ field, message }) => ({
      field,
      message: serverWords(message),
    }))
    return new ApiError({ status, code, detail: serverWords(detail), fields, problem: body })
  }
  const auth = AuthError.safeParse(body)
  if (auth.success)
    return new ApiError({ status, code: auth.data.code ?? 'refused', detail: auth.data.message })
  return new ApiError({ status, code: `http-${status}`, detail: '' })
}

/** A query string from what is set; `?` included when there is any. */
export function query(values: Record<string, string | number | undefined>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== '') params.set(name, String(value))
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
