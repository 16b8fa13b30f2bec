import {
  type InternalStateData,
  OAuthCallbackError,
  OAuthResolverError,
  type SessionStore,
} from '@atproto/oauth-client'
import { z } from 'zod'
import {
  type Connection,
  ConnectorError,
  type Consent,
  type ConsentTools,
  type Json,
} from '../contract.ts'
import { DEFAULT_SERVICE, identifierOf, serviceOf, wrong } from './connect.ts'
import { AuthMethod, DpopKey, type Grant } from './credential.ts'
import {
  type ClientTools,
  clientIdOf,
  clientMetadata,
  createClient,
  isLocal,
  standing,
} from './oauth-client.ts'
import { SigningKey, storedKey } from './oauth-key.ts'
import { grantOf } from './oauth-session.ts'
import { troubleOf } from './oauth-trouble.ts'

/** A sign-in under way. Holds secrets. */
const Pending = z.object({
  state: z.string(),
  service: z.url(),
  clientId: z.string(),
  issuer: z.url(),
  dpopKey: DpopKey,
  authMethod: AuthMethod,
  verifier: z.string(),
})
type Pending = z.infer<typeof Pending>

/** Signing in on Bluesky's own page. Both steps throw ConnectorError. */
export const consent: Consent = { fields: ['handle'], begin, finish, standing, clientMetadata }

/**
 * Pushes the request to the account's own server (PAR, PKCE, DPoP) and says where to send the browser.
 * `handle` is an account, or the address of a server for whoever signs in there by name.
 */
async function begin(
  fields: Record<string, string>,
  tools: ConsentTools,
): Promise<{ address: string; state: string; pending: Json }> {
  const { service, account } = whereFrom(fields)
  if (standing(tools.oauth.publicUrl) === 'unavailable') throw noWayBack(tools.oauth.publicUrl)
  const clientId = clientIdOf(tools.oauth.publicUrl)
  const begun: { pending?: Pending } = {}
  const stateStore = {
    get: () => undefined,
    set(state: string, data: InternalStateData) {
      begun.pending = pendingOf(state, data, { service, clientId })
    },
    del: () => undefined,
  }
  try {
    const client = await createClient(clientTools(tools, service), clientId, { stateStore })
    const address = await client.authorize(account)
    if (!begun.pending) throw new Error('the library kept no state')
    const { state } = begun.pending
    return { address: address.href, state, pending: jsonOf(begun.pending) }
  } catch (error) {
    throw notBegun(error, tools, service)
  }
}

/** Turns what came back by the browser into a connection: state, issuer, code, and whose account it is. */
async function finish(
  answer: URLSearchParams,
  stored: Json,
  tools: ConsentTools,
): Promise<Connection> {
  const pending = Pending.parse(stored)
  const { state, service, clientId, issuer, dpopKey, authMethod, verifier } = pending
  const kept: { grant?: Grant } = {}
  const stateStore = {
    get: (key: string) =>
      key === state
        ? { iss: issuer, dpopKey: new SigningKey(dpopKey), authMethod, verifier }
        : undefined,
    set: () => undefined,
    del: () => undefined,
  }
  const sessionStore: SessionStore = {
    get: () => undefined,
    set(_did, session) {
      kept.grant = grantOf(session, clientId)
    },
    del: () => undefined,
  }
  try {
    const stores = { stateStore, sessionStore }
    const client = await createClient(clientTools(tools, service), clientId, stores)
    await client.callback(answer)
  } catch (error) {
    throw notFinished(error, answer, tools.now())
  }
  if (!kept.grant) throw new Error('the library kept no session')
  return { service: kept.grant.issuer, credential: kept.grant }
}

function pendingOf(
  state: string,
  { iss, dpopKey, authMethod, verifier }: InternalStateData,
  where: { service: string; clientId: string },
): Pending {
  return Pending.parse({
    ...where,
    state,
    issuer: iss,
    dpopKey: storedKey(dpopKey),
    authMethod,
    verifier,
  })
}

/** As JSON has it: what is undefined is not there. */
function jsonOf(pending: Pending): Json {
  const { dpopKey, ...rest } = pending
  const { kid, ...key } = dpopKey
  return { ...rest, dpopKey: { ...key, ...(kid === undefined ? {} : { kid }) } }
}

/** What was typed: an account, or a server on which to sign in. */
function whereFrom(fields: Record<string, string>): { service: string; account: string } {
  const typed = (fields.handle ?? '').trim()
  const isServer = /^https?:\/\/[^/]+\/?$/i.test(typed)
  const service = serviceOf(isServer ? typed : (fields.service ?? ''))
  if (service.startsWith('http:') && !isLocal(service))
    throw wrong(isServer ? 'handle' : 'service', 'the address must begin with https://')
  if (isServer) return { service, account: service }
  const account = identifierOf(typed, service)
  if (account.includes('@'))
    throw wrong('handle', 'write the handle, like yourshop.bsky.social, not an e-mail address')
  return { service, account }
}

function clientTools({ http, oauth }: ConsentTools, service: string): ClientTools {
  return { http, oauth, service }
}

function noWayBack(publicUrl: string): ConnectorError {
  const reason = `Bluesky sends people back only to an address that begins with https://, or to Parley on this computer at http://127.0.0.1. Parley’s address is ${publicUrl}. Set PARLEY_PUBLIC_URL, or connect with an app password.`
  return new ConnectorError({ kind: 'rejected', reason })
}

function notBegun(error: unknown, { now }: ConsentTools, service: string): ConnectorError {
  const unknown = error instanceof OAuthResolverError
  return troubleOf(error, {
    now: now(),
    otherwise: (words) => ({
      kind: 'rejected',
      reason: unknown
        ? service === DEFAULT_SERVICE
          ? 'handle: no account of this name was found; write it like yourshop.bsky.social'
          : `handle: no account of this name, or no server that offers signing in, was found (${words})`
        : `Bluesky does not let Parley begin a sign-in. The server says: ${words}`,
    }),
  })
}

function notFinished(error: unknown, answer: URLSearchParams, now: Date): ConnectorError {
  if (answer.get('error') === 'access_denied')
    return new ConnectorError(
      { kind: 'rejected', reason: 'Nothing was connected: on Bluesky’s page the answer was no.' },
      { cause: error },
    )
  // The library's own words are for programmers, except where it passes on the server's.
  const cause = error instanceof OAuthCallbackError ? (error.cause ?? error) : error
  return troubleOf(cause, {
    now,
    otherwise: (words) => ({ kind: 'rejected', reason: plainly(words) }),
  })
}

function plainly(words: string): string {
  if (/issuer/i.test(words) || /^iss /.test(words)) return 'another server answered this sign-in'
  if (/"code"/.test(words)) return 'the sign-in was not completed'
  return `The sign-in was not completed. The server says: ${words}`
}
