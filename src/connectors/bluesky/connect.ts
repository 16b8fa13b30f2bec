import { type HttpClient, HttpError } from '../../platform/http.ts'
import { type ConnectField, type Connection, ConnectorError } from '../contract.ts'
import type { AppPassword } from './credential.ts'
import { login, withTokens } from './tokens.ts'
import { NOT_THE_API } from './xrpc.ts'

export const connectFields: readonly ConnectField[] = [
  { name: 'handle', secret: false, example: 'yourshop.bsky.social' },
  { name: 'password', secret: true, example: 'abcd-efgh-ijkl-mnop' },
  { name: 'service', secret: false, example: 'https://bsky.social' },
]
/** Bluesky's own server. */
export const DEFAULT_SERVICE = 'https://bsky.social'

/** Logs in with handle and app password; an empty service is Bluesky's own. Throws ConnectorError. */
export async function connect(
  fields: Record<string, string>,
  { http, now }: { http: HttpClient; now(): Date },
): Promise<Connection> {
  const service = serviceOf(fields.service ?? '')
  const identifier = identifierOf(fields.handle ?? '', service)
  const password = (fields.password ?? '').trim()
  if (password === '') throw wrong('password', 'paste the app password here')
  const credential: AppPassword = { kind: 'app-password', identifier, password }
  try {
    const fresh = await login({ http, service, now }, credential)
    return { service, credential: withTokens(credential, fresh) }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error
    throw explained(error, service)
  }
}

/** Handles as people paste them: with @, as a profile's address, with invisible marks, half of one. */
export function identifierOf(typed: string, service: string): string {
  const text = typed
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim()
    .replace(/^https?:\/\/[^/]+\/profile\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/^@/, '')
  if (text === '' || /\s/.test(text)) throw wrong('handle', 'write it like yourshop.bsky.social')
  if (text.startsWith('did:')) return text
  const isHalf = !/[.@]/.test(text) && service === DEFAULT_SERVICE
  return (isHalf ? `${text}.bsky.social` : text).toLowerCase()
}

/** The base URL of a server as people type it. Throws ConnectorError. */
export function serviceOf(typed: string): string {
  const text = typed.trim()
  if (text === '') return DEFAULT_SERVICE
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`
  if (!URL.canParse(address)) throw wrong('service', 'write it like https://bsky.social')
  return new URL(address).origin
}

/** The failure of a login, naming the field at fault; trouble that passes stays what it is. */
function explained(error: ConnectorError, service: string): ConnectorError {
  const { failure, cause } = error
  if (failure.kind === 'auth-expired') {
    const isWrong = cause === 'AuthenticationRequired'
    const why = isWrong ? 'the handle or the app password is wrong' : failure.detail
    // The server of an API that is not there refuses too; it just has no word for a login.
    if (cause === 'MethodNotImplemented' || cause === 'XRPCNotSupported')
      return wrong('service', `no Bluesky server answers at ${service}`, error)
    return wrong('password', why, error)
  }
  if (cause instanceof HttpError && cause.kind === 'refused')
    return wrong('service', 'this address is not allowed', error)
  if (cause === NOT_THE_API)
    return wrong('service', `no Bluesky server answers at ${service}`, error)
  return error
}

/** A refusal that names the field at fault. */
export function wrong(field: string, why: string, cause?: unknown): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason: `${field}: ${why}` }, { cause })
}
