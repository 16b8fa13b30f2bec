import * as client from 'openid-client'
import { z } from 'zod'
import type { SsoProblem } from '../../../contract/sso.ts'
import type { Clock } from '../../platform/clock.ts'
import { type HttpClient, HttpError } from '../../platform/http.ts'
import { isLoopback } from '../../platform/http-origin.ts'
import { SsoRefusal } from './problem.ts'

export type Connection = { issuer: string; clientId: string; clientSecret: string }

/** What a provider vouches for. `email` is in lower case. */
export type Claims = {
  subject: string
  email: string | null
  emailVerified: boolean
  name: string | null
  amr: string[]
  acr: string | null
}

/** What ties an answer to the request of one browser: PKCE's verifier, `state` and `nonce`. */
export type Ties = { state: string; nonce: string; verifier: string }

type Tools = { http: HttpClient; clock: Clock }

const IdClaims = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().max(320).nullish().catch(null),
  // Some providers write it as text.
  email_verified: z
    .union([z.boolean(), z.literal('true').transform(() => true)])
    .nullish()
    .catch(null),
  name: z.string().max(500).nullish().catch(null),
  amr: z.array(z.string()).nullish().catch(null),
  acr: z.string().nullish().catch(null),
})
type IdClaims = z.infer<typeof IdClaims>

/**
 * Reads a provider's own description (OpenID Connect Discovery), by the guarded way out.
 * @throws SsoRefusal `away` or `misconfigured`, with the library's error as cause
 */
export async function discover(
  { http, clock }: Tools,
  { issuer, clientId, clientSecret }: Connection,
): Promise<client.Configuration> {
  const url = new URL(issuer)
  // Plain http is for a provider on this machine; the guarded client asks for the operator's word too.
  const insecure = url.protocol === 'http:' && isLoopback(url.hostname)
  const options = { [client.customFetch]: guarded(http), timeout: 15 }
  const found = await inOurWords(() =>
    client.discovery(url, clientId, undefined, undefined, {
      ...options,
      ...(insecure && { execute: [client.allowInsecureRequests] }),
    }),
  )
  const metadata = found.serverMetadata()
  // An issuer that stands for many tenants (Microsoft's "common") vouches for everybody's customers.
  if (metadata.issuer.includes('{')) throw new SsoRefusal('misconfigured')
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const authenticate = methods.includes('client_secret_basic')
    ? client.ClientSecretBasic(clientSecret)
    : client.ClientSecretPost(clientSecret)
  // The tolerance for clocks that differ is the library's, 30 seconds.
  const skew = Math.round((clock().getTime() - Date.now()) / 1000)
  const known = {
    client_secret: clientSecret,
    [client.clockSkew]: skew,
    [client.clockTolerance]: 30,
  }
  const configuration = new client.Configuration(metadata, clientId, known, authenticate)
  configuration[client.customFetch] = guarded(http)
  configuration.timeout = 15
  // The line to the token endpoint is encrypted; the signature of the ID token is checked all the same.
  client.enableNonRepudiationChecks(configuration)
  if (insecure) client.allowInsecureRequests(configuration)
  return configuration
}

/** The provider's page that the browser goes to. */
export async function signInAddress(
  configuration: client.Configuration,
  { state, nonce, verifier }: Ties,
  redirectUri: string,
): Promise<string> {
  const challenge = await client.calculatePKCECodeChallenge(verifier)
  return client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state,
    nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).href
}

/**
 * Exchanges what the browser brought back: checks `iss` (RFC 9207), `state`, the code with PKCE, and the
 * ID token's signature, issuer, audience, nonce and times.
 * @throws SsoRefusal
 */
export async function readAnswer(
  configuration: client.Configuration,
  returned: URL,
  { state, nonce, verifier }: Ties,
): Promise<Claims> {
  return inOurWords(async () => {
    const tokens = await client.authorizationCodeGrant(configuration, returned, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const claims = IdClaims.parse(tokens.claims())
    // Many providers keep the address out of the ID token and answer it at their user info endpoint.
    const hasInfo = configuration.serverMetadata().userinfo_endpoint !== undefined
    if (claims.email || !hasInfo) return toClaims(claims, claims)
    const info = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
    return toClaims(claims, IdClaims.parse(info))
  })
}

function toClaims(token: IdClaims, about: IdClaims): Claims {
  return {
    subject: token.sub,
    email: about.email?.trim().toLowerCase() || null,
    emailVerified: about.email_verified === true,
    name: about.name?.trim().slice(0, 200) || token.name?.trim().slice(0, 200) || null,
    amr: token.amr ?? [],
    acr: token.acr ?? null,
  }
}

/** A fetch for the library that goes the guarded way. No answer of a provider is larger than this. */
function guarded(http: HttpClient): client.CustomFetch {
  return (url, { method, headers, body, redirect, signal }) =>
    http.fetch(url, {
      method,
      headers,
      redirect,
      maxBytes: 1024 * 1024,
      ...(body && { body: toBody(body) }),
      ...(signal && { signal }),
    })
}

function toBody(body: NonNullable<client.FetchBody>): string | URLSearchParams {
  if (typeof body === 'string' || body instanceof URLSearchParams) return body
  throw new TypeError('the library sends forms only')
}

async function inOurWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    throw new SsoRefusal(problemOf(cause), { cause })
  }
}

/** Which of our sentences fits what the library met. */
function problemOf(error: unknown): SsoProblem {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof HttpError) return at.kind === 'refused' ? 'misconfigured' : 'away'
    if (at instanceof client.AuthorizationResponseError)
      return at.error === 'access_denied' ? 'denied' : 'misconfigured'
    if (at instanceof client.ResponseBodyError)
      // A code that was used or is too old; everything else is about our own client id and secret.
      return at.error === 'invalid_grant' ? 'expired' : 'misconfigured'
    if (at instanceof client.WWWAuthenticateChallengeError) return 'misconfigured'
    const code = 'code' in at ? at.code : undefined
    if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') return 'clock'
    if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return 'away'
    if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON')
      return statusOf(at) >= 500 ? 'away' : 'misconfigured'
  }
  return 'not-genuine'
}

function statusOf(error: Error): number {
  return error.cause instanceof Response ? error.cause.status : 0
}
