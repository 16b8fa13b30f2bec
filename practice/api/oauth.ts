import { createHash, randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Network } from '../network.ts'
import {
  findApp,
  getToken,
  insertApp,
  insertToken,
  type OAuthApp,
  redeemCode,
  revokeToken,
} from '../store/access.ts'
import { getShop } from '../store/accounts.ts'
import { requireToken } from './auth.ts'
import { ApiError } from './errors.ts'
import { list, type Params, params, text } from './params.ts'

const codeLifeMs = 10 * 60 * 1000
const scopesSupported = ['read', 'write', 'follow', 'push', 'profile']
const partScopes = ['accounts', 'notifications', 'statuses', 'media', 'favourites', 'conversations']

/** Apps, tokens and their revocation (the consent page is in page/consent.ts). */
export function registerOAuth(app: FastifyInstance, net: Network): void {
  app.get('/.well-known/oauth-authorization-server', async () => {
    if (!net.modes.get().discovery) throw new ApiError(404, 'Not Found')
    return discovery(net.base())
  })
  app.post('/api/v1/apps', async (request) => createApp(net, await params(request)))
  app.get('/api/v1/apps/verify_credentials', async (request) => {
    const { app: own } = requireToken(net, request)
    return {
      name: own?.name,
      website: own?.website ?? null,
      scopes: own?.scopes.split(' '),
      vapid_key: '',
    }
  })
  app.post('/oauth/token', async (request) => giveToken(net, await clientParams(request)))
  app.post('/oauth/revoke', async (request) => {
    const asked = await clientParams(request)
    const own = clientOf(net, asked)
    const token = getToken(net.db, text.parse(asked.token))
    if (!token || token.app_id !== own.id) {
      throw new ApiError(403, 'unauthorized_client', {
        error_description: 'You are not authorized to revoke this token',
      })
    }
    revokeToken(net.db, token.token, net.now())
    net.hub.closeAll()
    return {}
  })
}

/** The scopes that are in `asked` and known; throws invalid_scope otherwise. */
export function checkScopes(asked: string, allowed: string): string {
  const granted = allowed.split(/[\s+]+/)
  const wanted = asked.split(/[\s+]+/).filter((scope) => scope !== '')
  const covered = (scope: string) => {
    const [whole = ''] = scope.split(':')
    return granted.includes(scope) || granted.includes(whole)
  }
  if (wanted.length === 0 || !wanted.every(covered)) {
    throw new ApiError(400, 'invalid_scope', {
      error_description: 'The requested scope is invalid, unknown, or malformed.',
    })
  }
  return wanted.join(' ')
}

function createApp(net: Network, asked: Params) {
  const input = z
    .object({
      client_name: text,
      redirect_uris: z.preprocess(
        (value) => (typeof value === 'string' ? value.split(/\s+/) : value),
        list,
      ),
      scopes: z.string().default('read'),
      website: z.string().nullish(),
    })
    .parse(asked)
  if (input.client_name === '') {
    throw new ApiError(422, "Validation failed: Application name can't be blank")
  }
  if (input.redirect_uris.length === 0) {
    throw new ApiError(422, "Validation failed: Redirect URI can't be blank")
  }
  if (!input.redirect_uris.every((uri) => uri.startsWith('urn:') || URL.canParse(uri))) {
    throw new ApiError(422, 'Validation failed: Redirect URI must be an absolute URI.')
  }
  const app: OAuthApp = {
    id: net.nextId(),
    client_id: secret(),
    client_secret: secret(),
    name: input.client_name,
    website: input.website ?? null,
    redirect_uris: input.redirect_uris,
    scopes: checkScopes(input.scopes, scopesSupported.join(' ')),
  }
  insertApp(net.db, app)
  return {
    id: app.id,
    name: app.name,
    website: app.website,
    scopes: app.scopes.split(' '),
    redirect_uri: app.redirect_uris.join('\n'),
    redirect_uris: app.redirect_uris,
    client_id: app.client_id,
    client_secret: app.client_secret,
    client_secret_expires_at: 0,
    vapid_key: '',
  }
}

function giveToken(net: Network, asked: Params) {
  const own = clientOf(net, asked)
  const kind = text.parse(asked.grant_type)
  if (kind === 'client_credentials') {
    const scopes = checkScopes(text.parse(asked.scope) || 'read', own.scopes)
    return issue(net, own, { scopes, accountId: null })
  }
  if (kind !== 'authorization_code') {
    throw new ApiError(400, 'unsupported_grant_type', {
      error_description:
        'The authorization grant type is not supported by the authorization server.',
    })
  }
  const code = redeemCode(net.db, text.parse(asked.code))
  const fits =
    code !== undefined &&
    code.app_id === own.id &&
    code.redirect_uri === asked.redirect_uri &&
    code.at > net.now() - codeLifeMs &&
    (code.challenge === null || code.challenge === challengeOf(text.parse(asked.code_verifier)))
  if (!fits) {
    throw new ApiError(400, 'invalid_grant', {
      error_description:
        'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
    })
  }
  return issue(net, own, { scopes: code.scopes, accountId: getShop(net.db).id })
}

function issue(net: Network, app: OAuthApp, grant: { scopes: string; accountId: string | null }) {
  const token = secret()
  const createdAt = net.now()
  insertToken(net.db, {
    token,
    app_id: app.id,
    account_id: grant.accountId,
    scopes: grant.scopes,
    created_at: createdAt,
    revoked_at: null,
  })
  const created = Math.floor(createdAt / 1000)
  return { access_token: token, token_type: 'Bearer', scope: grant.scopes, created_at: created }
}

function clientOf(net: Network, asked: Params): OAuthApp {
  const app = findApp(net.db, text.parse(asked.client_id))
  if (!app || app.client_secret !== asked.client_secret) {
    throw new ApiError(401, 'invalid_client', {
      error_description:
        'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
    })
  }
  return app
}

/** A client may also name itself by HTTP Basic. */
async function clientParams(request: FastifyRequest): Promise<Params> {
  const asked = await params(request)
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic === undefined) return asked
  const [id = '', password = ''] = Buffer.from(basic, 'base64').toString().split(':')
  return {
    client_id: decodeURIComponent(id),
    client_secret: decodeURIComponent(password),
    ...asked,
  }
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

export function secret(): string {
  return randomBytes(32).toString('base64url')
}

function discovery(base: string) {
  const parts = partScopes.flatMap((part) => [`read:${part}`, `write:${part}`])
  return {
    issuer: `${base}/`,
    service_documentation: 'https://docs.joinmastodon.org/',
    authorization_endpoint: `${base}/oauth/authorize`,
    token_endpoint: `${base}/oauth/token`,
    app_registration_endpoint: `${base}/api/v1/apps`,
    revocation_endpoint: `${base}/oauth/revoke`,
    scopes_supported: [...scopesSupported, ...parts],
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  }
}
