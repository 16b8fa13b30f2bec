import {
  asAtprotoDid,
  asAtprotoOAuthScope,
  type OAuthServerAgent,
  type SessionStore,
} from '@atproto/oauth-client'
import type { HttpClient, HttpInit } from '../../platform/http.ts'
import { ConnectorError, type Session } from '../contract.ts'
import { type BlueskyCredential, Grant } from './credential.ts'
import { type ClientTools, clientIdOf, createClient } from './oauth-client.ts'
import { SigningKey, storedKey } from './oauth-key.ts'
import { isOver, troubleOf } from './oauth-trouble.ts'

type BlueskySession = Session<BlueskyCredential>
type LibrarySession = Parameters<SessionStore['set']>[1]

/** Calls are signed by the sign-in's own key alone, so they may be made as any local program. */
const NOBODY = clientIdOf('http://127.0.0.1')
/** A token is renewed this long before it ends, so that none ends on its way. */
const EARLY_MS = 60_000

/** Tokens that the database did not take, by the token they came from: nobody else has them. */
const unsaved = new Map<string, Grant>()

/** What the library calls a session, in the form that is stored. */
export function grantOf(
  { dpopKey, authMethod, tokenSet }: LibrarySession,
  clientId: string,
): Grant {
  const { sub, iss, aud, scope, access_token, refresh_token, expires_at } = tokenSet
  return Grant.parse({
    kind: 'oauth',
    did: sub,
    clientId,
    issuer: iss,
    dpopKey: storedKey(dpopKey),
    authMethod,
    tokens: {
      access: access_token,
      ...(refresh_token === undefined ? {} : { refresh: refresh_token }),
      ...(expires_at === undefined ? {} : { expiresAt: expires_at }),
      scope,
      pds: new URL(aud).origin,
    },
  })
}

/** True when its token has ended, or will before an answer is back. */
export function isStale({ tokens, ended }: Grant, now: Date): boolean {
  const until = tokens.expiresAt ? Date.parse(tokens.expiresAt) : Number.POSITIVE_INFINITY
  return ended !== undefined || until - EARLY_MS < now.getTime()
}

/**
 * A way out for the calls of one account: each is signed with the sign-in's key and bound to its token
 * (DPoP), again with the server's nonce where it asks for one. A refused token is the caller's to renew.
 */
export async function boundTo(session: BlueskySession, grant: Grant): Promise<HttpClient> {
  const { http } = session
  let limits: HttpInit = {}
  const limited: HttpClient = {
    ...http,
    fetch: (input, init) => http.fetch(input, { ...init, ...limits }),
  }
  const sessionStore = {
    get: () => withoutRefresh(grant),
    set: () => undefined,
    del: () => undefined,
  }
  try {
    const tools = toolsOf({ ...session, http: limited }, grant)
    const client = await createClient(tools, NOBODY, { sessionStore })
    const bound = await client.restore(grant.did, false)
    return {
      ...http,
      fetch(input, init = {}) {
        const { timeoutMs, maxBytes } = init
        limits = {
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
          ...(maxBytes === undefined ? {} : { maxBytes }),
        }
        const { pathname, search } = new URL(input instanceof Request ? input.url : input)
        return bound.fetchHandler(`${pathname}${search}`, init)
      },
    }
  } catch (error) {
    throw troubleOf(error, {
      now: session.now(),
      otherwise: (detail) => ({ kind: 'unavailable', detail }),
    })
  }
}

/**
 * The credential with another token than `failed`: what another process stored meanwhile, else a refreshed
 * one, stored before it is given. A refresh token works once, and the server ends the sign-in when it sees
 * one again: of all processes only the one whose turn it is may use it.
 * @throws ConnectorError `auth-expired` once the server says that it is over
 */
export function renewGrant(
  session: BlueskySession,
  grant: Grant,
  failed: string | null,
): Promise<BlueskyCredential> {
  return session.oauth
    .alone(`bluesky:${grant.did}`, () => renewInTurn(session, failed))
    .catch((error: unknown) => {
      if (error instanceof ConnectorError) throw error
      const detail = 'the sign-in could not be renewed now; nothing was sent'
      throw new ConnectorError({ kind: 'unavailable', detail }, { cause: error })
    })
}

async function renewInTurn(
  session: BlueskySession,
  failed: string | null,
): Promise<BlueskyCredential> {
  const stored = await session.loadCredential()
  if (stored.kind !== 'oauth') return stored
  const rescued = unsaved.get(stored.tokens.access)
  if (rescued) return keep(session, stored, rescued)
  if (stored.ended !== undefined) throw over(stored.ended)
  if (stored.tokens.access !== failed && !isStale(stored, session.now())) return stored
  try {
    const server = await serverOf(session, stored)
    const tokenSet = await server.refresh(tokenSetOf(stored))
    const fresh = { dpopKey: server.dpopKey, authMethod: server.authMethod, tokenSet }
    return keep(session, stored, grantOf(fresh, stored.clientId))
  } catch (error) {
    if (!isOver(error)) throw notRenewed(error, session)
    // Reading once more costs nothing, and forgives a turn that was lost with its connection.
    const again = await session.loadCredential()
    if (again.kind !== 'oauth' || again.tokens.access !== stored.tokens.access) return again
    const ended = troubleOf(error, {
      now: session.now(),
      otherwise: (words) => ({ kind: 'rejected', reason: words }),
    }).message
    await session.saveCredential({ ...stored, ended })
    throw over(ended)
  }
}

/** Stores new tokens; when that fails they stay in memory for the next try, since the old ones are used up. */
async function keep(session: BlueskySession, before: Grant, fresh: Grant): Promise<Grant> {
  unsaved.set(before.tokens.access, fresh)
  await session.saveCredential(fresh)
  unsaved.delete(before.tokens.access)
  return fresh
}

/** Ends the sign-in at the server. Throws ConnectorError when it does not hear. */
export async function revokeGrant(session: BlueskySession, grant: Grant): Promise<void> {
  if (grant.ended !== undefined) return
  try {
    const server = await serverOf(session, grant)
    await server.request('revocation', { token: grant.tokens.refresh ?? grant.tokens.access })
  } catch (error) {
    throw notRenewed(error, session)
  }
}

async function serverOf(session: BlueskySession, grant: Grant): Promise<OAuthServerAgent> {
  const { clientId, issuer, authMethod, dpopKey } = grant
  const { publicUrl, keys } = session.oauth
  if (authMethod.method === 'private_key_jwt') {
    if (clientId !== clientIdOf(publicUrl))
      throw lost('Parley had another public address when this account was connected.')
    if (!(await keys()).some(({ kid }) => kid === authMethod.kid))
      throw lost('The key that Parley had when this account was connected is gone.')
  }
  const client = await createClient(toolsOf(session, grant), clientId, {})
  return client.serverFactory.fromIssuer(issuer, authMethod, new SigningKey(dpopKey))
}

function toolsOf({ http, oauth }: BlueskySession, { issuer }: Grant): ClientTools {
  return { http, oauth, service: issuer }
}

function tokenSetOf({ did, issuer, tokens }: Grant): LibrarySession['tokenSet'] {
  const { access, refresh, expiresAt, scope, pds } = tokens
  return {
    sub: asAtprotoDid(did),
    iss: issuer,
    aud: pds,
    scope: asAtprotoOAuthScope(scope),
    access_token: access,
    token_type: 'DPoP',
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
  }
}

/** For calls: the library would refresh by itself what it knows to be stale, and not in turn. */
function withoutRefresh(grant: Grant): LibrarySession {
  const { refresh_token: _used, expires_at: _until, ...tokenSet } = tokenSetOf(grant)
  return { dpopKey: new SigningKey(grant.dpopKey), authMethod: { method: 'none' }, tokenSet }
}

function notRenewed(error: unknown, session: BlueskySession): ConnectorError {
  if (error instanceof TypeError && error.message === 'Issuer mismatch')
    return lost('The account lives on another server now.')
  return troubleOf(error, {
    now: session.now(),
    otherwise: (words) => ({
      kind: 'unavailable',
      detail: `the server does not renew the sign-in now: ${words}`,
    }),
  })
}

function over(words: string): ConnectorError {
  return lost(`Bluesky ended the sign-in of this account. The server says: ${words}`)
}

function lost(why: string): ConnectorError {
  return new ConnectorError({
    kind: 'auth-expired',
    lost: 'token',
    detail: `${why} Sign in again to go on.`,
  })
}
