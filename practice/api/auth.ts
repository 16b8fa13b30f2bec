import type { FastifyRequest } from 'fastify'
import type { Network } from '../network.ts'
import { getApp, getToken, type OAuthApp, type Token } from '../store/access.ts'
import { type Account, getAccount } from '../store/accounts.ts'
import { ApiError } from './errors.ts'
import { queryOf } from './params.ts'

/** Who asks, when their token is good for one of `scopes` (a whole scope such as `read` covers
 * its parts). Throws Mastodon's 401, 403 and 422. */
export function requireUser(net: Network, request: FastifyRequest, ...scopes: string[]): User {
  const { token, app } = requireToken(net, request, ...scopes)
  const account = token.account_id === null ? undefined : getAccount(net.db, token.account_id)
  if (!account) throw new ApiError(422, 'This method requires an authenticated user')
  return { account, app, token }
}

/** A valid token of a user or an app. */
export function requireToken(net: Network, request: FastifyRequest, ...scopes: string[]) {
  const sent = sentToken(request)
  const token = sent === undefined ? undefined : getToken(net.db, sent)
  if (!token || token.revoked_at !== null) throw new ApiError(401, 'The access token is invalid')
  if (scopes.length > 0 && !allows(net, token, scopes)) {
    throw new ApiError(403, 'This action is outside the authorized scopes')
  }
  return { token, app: getApp(net.db, token.app_id) }
}

/** The reader of a public page of the API: its account when a token came along, else null. */
export function readerId(net: Network, request: FastifyRequest): string | null {
  if (sentToken(request) === undefined) return null
  return requireToken(net, request, 'read', 'read:statuses').token.account_id
}

function sentToken(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const query = queryOf(request).access_token
  return bearer ?? (typeof query === 'string' ? query : undefined)
}

function allows(net: Network, token: Token, needed: string[]): boolean {
  const lost = (scope: string) => {
    const fault = net.faults
      .active('lost-scope', 'any')
      .find((each) => each.scopes.some((gone) => gone === scope || scope.startsWith(`${gone}:`)))
    return fault !== undefined && net.faults.take('lost-scope', 'any') !== undefined
  }
  const granted = token.scopes.split(' ')
  const held = needed.filter(
    (scope) => granted.includes(scope) || granted.includes(scope.split(':')[0] ?? scope),
  )
  return held.length > 0 && !needed.some(lost)
}

export type User = { account: Account; app: OAuthApp | undefined; token: Token }
