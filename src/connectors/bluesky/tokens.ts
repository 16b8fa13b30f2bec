import { z } from 'zod'
import type { HttpClient } from '../../platform/http.ts'
import { ConnectorError, type Session } from '../contract.ts'
import { type AppPassword, BlueskyCredential } from './credential.ts'
import { renewGrant } from './oauth-session.ts'
import { type Answer, type Call, exchange, parse } from './xrpc.ts'

export type BlueskySession = Session<BlueskyCredential>
type Tools = { http: HttpClient; service: string; now(): Date }

/** A server allows 300 logins a day for one account; a refused password is tried at most 144 times. */
const REFUSED_FOR_MS = 10 * 60_000
const LOCKED = ['AccountTakedown', 'AccountDeactivated', 'AccountSuspended']

/** Renewals under way in this process: a refresh token works once. */
const underWay = new Map<string, Promise<BlueskyCredential>>()

const NewTokens = z.object({
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
  did: z.string().startsWith('did:'),
  handle: z.string(),
  didDoc: z.unknown().optional(),
  active: z.boolean().optional(),
})
type NewTokens = z.infer<typeof NewTokens>

/**
 * A credential with other tokens than `failed` (null: there were none): those that another process
 * stored meanwhile, else refreshed ones, else those of a new login. Stored before it is given.
 * Throws ConnectorError; `auth-expired` when the password or the sign-in is no longer accepted.
 */
export function renew(
  session: BlueskySession,
  credential: BlueskyCredential,
  failed: string | null,
): Promise<BlueskyCredential> {
  const key = accountKey(session, credential)
  const known = underWay.get(key)
  if (known) return known
  const renewing =
    credential.kind === 'oauth'
      ? renewGrant(session, credential, failed)
      : renewNow(session, failed)
  const renewal = renewing.finally(() => underWay.delete(key))
  underWay.set(key, renewal)
  return renewal
}

function accountKey({ service }: BlueskySession, credential: BlueskyCredential): string {
  if (credential.kind === 'oauth') return JSON.stringify([credential.did, credential.clientId])
  return JSON.stringify([service, credential.identifier, credential.password])
}

/** Logs in. Throws ConnectorError: `auth-expired` in plain words for every refusal. */
export async function login(
  tools: Tools,
  { identifier, password }: { identifier: string; password: string },
): Promise<NewTokens> {
  const call: Call = {
    name: 'com.atproto.server.createSession',
    json: { identifier, password },
  }
  const answer = await exchange({ ...tools, base: tools.service, token: null }, call)
  if (answer.status >= 300) throw refused(answer)
  return parse(call, answer.body, NewTokens)
}

/** The credential with new tokens; `pds` follows the account when it moves. */
export function withTokens(credential: AppPassword, fresh: NewTokens): AppPassword {
  const { kind, password } = credential
  const { accessJwt, refreshJwt, handle } = fresh
  const pds = homeOf(fresh)
  // Handles change; e-mail addresses and DIDs were meant as they are.
  const follows = !/^did:|@/.test(credential.identifier) && handle.includes('.')
  const identifier = follows && handle !== 'handle.invalid' ? handle : credential.identifier
  return {
    kind,
    identifier,
    password,
    tokens: { accessJwt, refreshJwt },
    ...(pds === null ? {} : { pds }),
  }
}

/** What to tell a person whose account the server will not let in. */
export function refused(answer: Answer): ConnectorError {
  const said = `The server says: ${answer.words}`
  const why =
    answer.error === 'AuthFactorTokenRequired'
      ? 'This account asks for a code by e-mail when signing in with its own password. Make an app password and use that.'
      : LOCKED.includes(answer.error)
        ? `The account is locked, taken down or deactivated. ${said}`
        : `Bluesky does not accept this account's app password. ${said}`
  return new ConnectorError(
    { kind: 'auth-expired', lost: 'token', detail: why },
    { cause: answer.error },
  )
}

/** True when the account as such is shut: no other token would help. */
export function isLocked(answer: Answer): boolean {
  return LOCKED.includes(answer.error)
}

async function renewNow(
  session: BlueskySession,
  failed: string | null,
): Promise<BlueskyCredential> {
  const stored = await load(session)
  // Signed in on Bluesky's page meanwhile.
  if (stored.kind === 'oauth') return stored
  if (stored.tokens && stored.tokens.accessJwt !== failed) return stored
  if (stored.tokens) {
    const fresh = await refresh(session, stored.tokens.refreshJwt)
    if (fresh) return save(session, withTokens(stored, fresh))
    const again = await load(session)
    if (again.kind === 'oauth') return again
    if (again.tokens && again.tokens.accessJwt !== stored.tokens.accessJwt) return again
  }
  return save(session, withTokens(stored, await loginAgain(session, stored)))
}

/** null: this refresh token does not work any more. */
async function refresh(session: BlueskySession, refreshJwt: string): Promise<NewTokens | null> {
  const { http, service: base, now } = session
  const call: Call = { name: 'com.atproto.server.refreshSession', post: true }
  const answer = await exchange({ http, base, now: () => now(), token: refreshJwt }, call)
  if (answer.status < 300) return parse(call, answer.body, NewTokens)
  if (isLocked(answer)) throw refused(answer)
  return null
}

async function loginAgain(session: BlueskySession, stored: AppPassword): Promise<NewTokens> {
  const { kind, identifier, password, refusedAt } = stored
  const now = session.now()
  if (refusedAt && now.getTime() - Date.parse(refusedAt) < REFUSED_FOR_MS)
    throw new ConnectorError({
      kind: 'auth-expired',
      lost: 'token',
      detail: 'Bluesky does not accept the app password of this account any more.',
    })
  try {
    const fresh = await login(session, { identifier, password })
    const { remoteId } = session.account
    if (remoteId === '' || remoteId === fresh.did) return fresh
    const detail = `The handle ${identifier} belongs to another account now.`
    throw new ConnectorError({ kind: 'auth-expired', lost: 'token', detail })
  } catch (error) {
    const isRefusal = error instanceof ConnectorError && error.cause === 'AuthenticationRequired'
    if (isRefusal) await save(session, { kind, identifier, password, refusedAt: now.toISOString() })
    throw error
  }
}

/** The server that holds the account's data, when its DID document names one by https. */
function homeOf({ did, didDoc }: NewTokens): string | null {
  const document = DidDocument.safeParse(didDoc)
  if (!document.success || document.data.id !== did) return null
  const pds = document.data.service.find(
    ({ id, type }) => id.endsWith('#atproto_pds') && type === 'AtprotoPersonalDataServer',
  )
  const endpoint = pds?.serviceEndpoint
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return null
  const url = new URL(endpoint)
  return url.protocol === 'https:' ? url.origin : null
}

async function load(session: BlueskySession): Promise<BlueskyCredential> {
  try {
    return BlueskyCredential.parse(await session.loadCredential())
  } catch (cause) {
    throw notKept('read', cause)
  }
}

async function save(
  session: BlueskySession,
  credential: BlueskyCredential,
): Promise<BlueskyCredential> {
  try {
    await session.saveCredential(credential)
    return credential
  } catch (cause) {
    throw notKept('stored', cause)
  }
}

function notKept(what: string, cause: unknown): ConnectorError {
  const detail = `the credential could not be ${what}; nothing was sent`
  return new ConnectorError({ kind: 'unavailable', detail }, { cause })
}

const DidDocument = z.object({
  id: z.string(),
  service: z
    .array(z.object({ id: z.string(), type: z.string(), serviceEndpoint: z.unknown() }))
    .default([]),
})
