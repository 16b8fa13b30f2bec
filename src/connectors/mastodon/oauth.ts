import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { HttpClient } from '../../platform/http.ts'
import { type Connection, ConnectorError, type Consent } from '../contract.ts'
import { type Api, ask, type Call } from './api.ts'
import { checkServer, serviceOf } from './connect.ts'
import { MastodonCredential } from './credential.ts'

const SCOPES = 'read:accounts read:notifications read:statuses write:statuses write:media'
/** What every server understands, also those that know no finer ones. */
const COARSE_SCOPES = 'read write'

/** A sign-in under way. Holds secrets: keep it on the server, bound to the browser's session. */
export const PendingSignIn = z.object({
  service: z.string(),
  redirectUri: z.string(),
  scope: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  state: z.string(),
  verifier: z.string(),
})
export type PendingSignIn = z.infer<typeof PendingSignIn>

/** Sign-in on the account's own server, instead of a pasted token. Both steps throw ConnectorError. */
export const mastodonOAuth = { begin, finish }

/** The same two steps as the core asks for them. */
export const consent: Consent = {
  fields: ['server'],
  async begin(fields, { http, now, redirectUri }) {
    const { authorizeUrl, pending } = await begin({
      server: fields.server ?? '',
      redirectUri,
      http,
      now,
    })
    return { address: authorizeUrl, state: pending.state, pending }
  },
  async finish(answer, pending, { http, now }) {
    const code = answer.get('code')
    if (!code) throw refused(answer.get('error_description') ?? 'the sign-in was not completed')
    const state = answer.get('state') ?? ''
    const issuer = answer.get('iss')
    return finish({ pending: PendingSignIn.parse(pending), code, state, issuer, http, now })
  },
}

/** Registers this installation with the server and says where to send the browser. */
async function begin(where: {
  server: string
  redirectUri: string
  http: HttpClient
  now?: () => Date
}): Promise<{ authorizeUrl: string; pending: PendingSignIn }> {
  const { redirectUri, http, now = () => new Date() } = where
  const api = { http, service: serviceOf(where.server), token: null, now }
  await checkServer(api)
  const { client, scope } = await register(api, redirectUri)
  const pending: PendingSignIn = {
    service: api.service,
    redirectUri,
    scope,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    state: randomBytes(32).toString('base64url'),
    verifier: randomBytes(48).toString('base64url'),
  }
  const url = new URL('/oauth/authorize', api.service)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: pending.clientId,
    redirect_uri: redirectUri,
    scope,
    state: pending.state,
    code_challenge: createHash('sha256').update(pending.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  return { authorizeUrl: url.href, pending }
}

/**
 * Turns what came back by the browser into a connection. `issuer` is the `iss` parameter, where the
 * server sent one (RFC 9207): a code of one server must never be shown to another.
 */
async function finish(answer: {
  pending: PendingSignIn
  code: string
  state: string
  issuer?: string | null
  http: HttpClient
  now?: () => Date
}): Promise<Connection> {
  const { pending, code, issuer, http, now = () => new Date() } = answer
  if (!isSame(answer.state, pending.state)) throw refused('this sign-in was not begun here')
  if (issuer && !(URL.canParse(issuer) && new URL(issuer).origin === pending.service))
    throw refused('another server answered this sign-in')
  const call: Call = {
    method: 'POST',
    path: '/oauth/token',
    json: {
      grant_type: 'authorization_code',
      code,
      client_id: pending.clientId,
      client_secret: pending.clientSecret,
      redirect_uri: pending.redirectUri,
      scope: pending.scope,
      code_verifier: pending.verifier,
    },
  }
  const token = await ask({ http, service: pending.service, token: null, now }, call, Token)
  const credential = { accessToken: token.access_token, scope: token.scope ?? null }
  return { service: pending.service, credential: MastodonCredential.parse(credential) }
}

async function register(api: Api, redirectUri: string) {
  const call = (scopes: string): Call => ({
    method: 'POST',
    path: '/api/v1/apps',
    json: { client_name: 'Parley', redirect_uris: redirectUri, scopes },
  })
  try {
    return { client: await ask(api, call(SCOPES), Client), scope: SCOPES }
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.failure.kind !== 'rejected') throw error
    return { client: await ask(api, call(COARSE_SCOPES), Client), scope: COARSE_SCOPES }
  }
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function refused(reason: string): ConnectorError {
  return new ConnectorError({ kind: 'rejected', reason })
}

const Client = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) })
const Token = z.object({ access_token: z.string().min(1), scope: z.string().optional() })
