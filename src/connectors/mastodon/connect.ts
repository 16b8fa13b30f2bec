import type { HttpClient } from '../../platform/http.ts'
import { HttpError } from '../../platform/http.ts'
import { type ConnectField, type Connection, ConnectorError } from '../contract.ts'
import { type Api, ask } from './api.ts'
import { MastodonCredential } from './credential.ts'
import { askInstance } from './limits.ts'
import { RemoteAccount } from './schemas.ts'

export const connectFields: readonly ConnectField[] = [
  { name: 'server', secret: false, example: 'mastodon.social' },
  { name: 'token', secret: true, example: 'sKq3Zt…' },
]

/** Connects by a server's name and an access token made in its settings. Throws ConnectorError. */
export async function connect(
  fields: Record<string, string>,
  { http, now }: { http: HttpClient; now(): Date },
): Promise<Connection> {
  const service = serviceOf(fields.server ?? '')
  const token = (fields.token ?? '').trim()
  if (token === '' || /\s/.test(token)) throw wrong('token', 'paste the access token here')
  const api = { http, service, token, now }
  await checkServer(api)
  try {
    await ask(api, { path: '/api/v1/accounts/verify_credentials' }, RemoteAccount)
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.failure.kind !== 'auth-expired') throw error
    throw wrong('token', 'the server does not accept this access token', error)
  }
  return { service, credential: MastodonCredential.parse({ accessToken: token }) }
}

/** Throws `rejected` when no server of this kind answers there; passing trouble stays what it is. */
export async function checkServer(api: Api): Promise<void> {
  try {
    await askInstance({ ...api, token: null })
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error
    const { failure, cause } = error
    if (cause instanceof HttpError && cause.kind === 'refused')
      throw wrong('server', 'this address is not allowed', error)
    const answeredSomethingElse = failure.kind === 'unavailable' && !(cause instanceof HttpError)
    if (failure.kind === 'rejected' || (answeredSomethingElse && cause !== undefined))
      throw wrong('server', 'no server that speaks the Mastodon API answers at this address', error)
    throw error
  }
}

/** The base URL of a server as people type it: `mastodon.social`, a profile's address, `@me@server`. */
export function serviceOf(typed: string): string {
  const text = typed.trim().replace(/^@?[^@/\s]+@(?=[^@/\s]+$)/, '')
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`
  if (text === '' || !URL.canParse(address))
    throw wrong('server', 'write its name, for example mastodon.social')
  const url = new URL(address)
  return `${url.protocol}//${url.host}`
}

function wrong(field: string, why: string, cause?: unknown): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason: `${field}: ${why}` }, { cause })
}
