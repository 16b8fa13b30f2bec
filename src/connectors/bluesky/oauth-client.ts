import { createHash, randomBytes } from 'node:crypto'
import {
  type OAuthAuthorizationServerMetadata,
  OAuthClient,
  type OAuthClientMetadataInput,
  type OAuthProtectedResourceMetadata,
  oauthClientMetadataSchema,
  type SessionStore,
  type StateStore,
} from '@atproto/oauth-client'
import type { HttpClient } from '../../platform/http.ts'
import type { ConsentStanding, Json, OAuthTools } from '../contract.ts'
import { newDpopKey, SigningKey } from './oauth-key.ts'
import { createMemory } from './oauth-memory.ts'

/** Posts, notifications and profile by `generic`; private messages are a scope of their own. */
export const SCOPE = 'atproto transition:generic transition:chat.bsky'

const returnPath = '/connect/return'
const metadataPath = '/oauth/client-metadata.json'

// Of servers, not of accounts: nonces that a server asked for, and what it says of itself.
const dpopNonceCache = createMemory<string>({ ttlMs: 5 * 60_000, max: 1000 })
const authorizationServerMetadataCache = createMemory<OAuthAuthorizationServerMetadata>({
  ttlMs: 5 * 60_000,
  max: 1000,
})
const protectedResourceMetadataCache = createMemory<OAuthProtectedResourceMetadata | null>({
  ttlMs: 60_000,
  max: 1000,
})

/** By which of its three ways an address of Parley can be known to servers of the AT protocol. */
export function standing(publicUrl: string): ConsentStanding {
  const { protocol, hostname } = new URL(publicUrl)
  if (protocol === 'https:' && isPublicName(hostname)) return 'lasting'
  // https://atproto.com/specs/oauth: clients in development, which also serve a computer of one's own.
  if (protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(hostname)) return 'short'
  return 'unavailable'
}

/** Who this installation is to servers: the address of its document, or that of any local program. */
export function clientIdOf(publicUrl: string): string {
  if (standing(publicUrl) === 'lasting') return `${publicUrl}${metadataPath}`
  const query = new URLSearchParams({ scope: SCOPE, redirect_uri: `${publicUrl}${returnPath}` })
  return `http://localhost?${query}`
}

/** The document at `clientIdOf` an installation that servers can reach; null for any other. */
export function clientMetadata(publicUrl: string): Json {
  if (standing(publicUrl) !== 'lasting') return null
  return {
    client_id: clientIdOf(publicUrl),
    client_name: 'Parley',
    client_uri: publicUrl,
    redirect_uris: [`${publicUrl}${returnPath}`],
    scope: SCOPE,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'web',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks_uri: `${publicUrl}/oauth/jwks.json`,
    dpop_bound_access_tokens: true,
  }
}

export type ClientTools = {
  http: HttpClient
  oauth: OAuthTools
  /** Resolves handles; base URL. */
  service: string
}

export type Stores = { stateStore?: StateStore; sessionStore?: SessionStore }

/** The library's client, as the one that servers know by `clientId`. It keeps nothing but by `stores`. */
export async function createClient(
  { http, oauth, service }: ClientTools,
  clientId: string,
  { stateStore = nothing(), sessionStore = nothing() }: Stores,
): Promise<OAuthClient> {
  const isLocalClient = clientId.startsWith('http:')
  const keys = isLocalClient ? [] : await oauth.keys()
  return new OAuthClient({
    responseMode: 'query',
    clientMetadata: isLocalClient ? localMetadata(clientId) : confidential(oauth.publicUrl),
    keyset: keys.map((key) => new SigningKey(key)),
    // The address was checked when it was typed: without https only on this machine.
    allowHttp: isLocal(service),
    stateStore,
    sessionStore,
    handleResolver: service,
    ...(oauth.directory === null ? {} : { plcDirectoryUrl: oauth.directory }),
    fetch: (input, init) => http.fetch(input, init),
    dpopNonceCache,
    authorizationServerMetadataCache,
    protectedResourceMetadataCache,
    runtimeImplementation: {
      createKey: () => new SigningKey(newDpopKey()),
      getRandomValues: (length) => randomBytes(length),
      digest: (data, { name }) => createHash(name).update(data).digest(),
      // Whoever refreshes holds the lock of all processes already (oauth-session.ts).
      requestLock: async (_name, work) => work(),
    },
  })
}

/** True for a server on this machine: in tests, and for whoever builds one. */
export function isLocal(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

function confidential(publicUrl: string): OAuthClientMetadataInput {
  const document = clientMetadata(publicUrl)
  if (document === null) throw new Error('servers do not know this installation by an address')
  return oauthClientMetadataSchema.parse(document)
}

/** A program on somebody's own computer; what its id does not say is fixed by the specification. */
function localMetadata(clientId: string): OAuthClientMetadataInput {
  const redirectUri = new URL(clientId).searchParams.get('redirect_uri') ?? ''
  return oauthClientMetadataSchema.parse({
    client_id: clientId,
    redirect_uris: [redirectUri],
    scope: SCOPE,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
  })
}

/** Servers take no client that is an IP address or a name of nobody's (reference: client-utils.ts). */
function isPublicName(hostname: string): boolean {
  const last = hostname.split('.').at(-1) ?? ''
  const isName = hostname.includes('.') && !/^[\d.]+$/.test(hostname) && !hostname.startsWith('[')
  return isName && !['test', 'local', 'localhost', 'invalid', 'example'].includes(last)
}

function nothing<Value>() {
  return {
    get: (): Value | undefined => undefined,
    set: () => undefined,
    del: () => undefined,
  }
}
