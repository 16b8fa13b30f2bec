import type { z } from 'zod'
import { ConnectorError } from '../contract.ts'
import { accessOf, type BlueskyCredential } from './credential.ts'
import { boundTo, isStale } from './oauth-session.ts'
import { type BlueskySession, isLocked, refused, renew } from './tokens.ts'
import { type Answer, type Call, exchange, parse, type Way } from './xrpc.ts'

export type { BlueskySession } from './tokens.ts'
export type { Answer, Call } from './xrpc.ts'

/** A session in use: `credential` is the newest this call knows of. */
export type Api = { session: BlueskySession; credential: BlueskyCredential }

/** Stored tokens, refreshed ones, a new login: more than that would only repeat. */
const MOST_RENEWALS = 2

export function apiOf(session: BlueskySession): Api {
  return { session, credential: session.credential }
}

/** Asks and parses. Throws ConnectorError: every way to fail is one of the contract's. */
export async function ask<Schema extends z.ZodType>(
  api: Api,
  call: Call,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const answer = await request(api, call)
  if (answer.status >= 300) throw rejected(answer)
  return parse(call, answer.body, schema)
}

/** A call with the account's tokens, renewed as needed. Gives successes and refusals of this one call. */
export async function request(api: Api, call: Call): Promise<Answer> {
  for (let renewals = 0; ; renewals++) {
    if (isUnusable(api))
      api.credential = await renew(api.session, api.credential, accessOf(api.credential))
    const answer = await exchange(await wayOf(api), call)
    if (answer.status < 300) return answer
    if (isLocked(answer)) throw refused(answer)
    if (isScope(answer)) throw lacks(api, call, answer)
    if (!isTokenTrouble(answer)) return answer
    if (renewals === MOST_RENEWALS) throw stillRefused(call, answer)
    api.credential = await renew(api.session, api.credential, accessOf(api.credential))
  }
}

/** A refusal of one call, in the network's words. */
export function rejected(answer: Answer): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason: answer.words }, { cause: answer.error })
}

/** True when the server says that it has no such record (older ones have no error name for it). */
export function isMissing({ status, error, words }: Answer): boolean {
  return (
    status === 400 && (error === 'RecordNotFound' || words.startsWith('Could not locate record'))
  )
}

function isUnusable({ credential, session }: Api): boolean {
  return credential.kind === 'oauth'
    ? isStale(credential, session.now())
    : credential.tokens === undefined
}

/** The one place where the two kinds of sign-in differ for a call: how it is signed, and where it goes. */
async function wayOf({ session, credential }: Api): Promise<Way> {
  const { http, service } = session
  const now = () => session.now()
  if (credential.kind === 'app-password')
    return { http, base: credential.pds ?? service, token: accessOf(credential), now }
  const bound = await boundTo(session, credential)
  return { http: bound, base: credential.tokens.pds, token: null, now }
}

function isTokenTrouble({ status, error }: Answer): boolean {
  return (
    status === 401 ||
    error === 'ExpiredToken' ||
    error === 'InvalidToken' ||
    error === 'AccountNotFound'
  )
}

/**
 * The reference PDS says `InvalidToken: Bad token method` to an app password that may not do this, and
 * 403 `ScopeMissingError` to a sign-in.
 */
function isScope({ status, error, words }: Answer): boolean {
  if (status === 403 && /scope/i.test(`${error} ${words}`)) return true
  return error === 'InvalidToken' && /bad token (method|scope)/i.test(words)
}

function lacks({ credential }: Api, call: Call, answer: Answer): ConnectorError {
  const what = credential.kind === 'oauth' ? 'This sign-in' : 'The app password'
  const detail = `${what} does not allow ${call.name} (${answer.words}).`
  return new ConnectorError({ kind: 'auth-expired', lost: 'scope', detail })
}

/**
 * The login was accepted a moment ago, and the call is refused all the same. Where another service
 * stands behind the server, that one is in trouble (it cannot verify us), and not our credential.
 */
function stillRefused(call: Call, answer: Answer): ConnectorError {
  const detail = `${call.name}: ${answer.words}`
  const isPassedOn = call.proxy !== undefined || call.name.startsWith('app.bsky.')
  return new ConnectorError(
    isPassedOn ? { kind: 'unavailable', detail } : { kind: 'auth-expired', lost: 'token', detail },
  )
}
