import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { KeyId, WorkspaceId } from '../../../contract/ids.ts'
import { Scope } from '../../../contract/session.ts'
import type { Clock } from '../../platform/clock.ts'
import { hashToken } from '../../platform/crypto.ts'
import type { Db } from '../../platform/db.ts'
import { AppError } from '../../platform/errors.ts'
import type { Access, Guard } from '../../platform/http-routes.ts'
import { actorTag, authorize, can } from '../access/index.ts'
import { type Auth, sessionLife } from './auth.ts'
import { endSession, findKeyByHash, openSession, touchKey, touchSession } from './auth-store.ts'
import { type Caller, rememberCaller, type SignedIn } from './http.ts'
import { type Membership, reachable, toMembership } from './membership.ts'
import { readSessionToken } from './session-cookie.ts'

export type AuthenticateDeps = { db: Db; auth: Auth; clock: Clock }

/** The guard of the HTTP server: finds out who is asking, and whether they may. */
export function createGuard(deps: AuthenticateDeps): Guard {
  return async (request, access) => {
    if (access === 'open') return null
    const caller = await findCaller(deps, request)
    rememberCaller(request, caller)
    return admit(caller, access)
  }
}

/**
 * Who is asking: an API key when the request carries one, else the session of its cookie.
 * @throws not-signed-in for a key that is not valid; not-found for a workspace that is not theirs
 */
export async function findCaller(deps: AuthenticateDeps, request: FastifyRequest): Promise<Caller> {
  const { authorization } = request.headers
  if (authorization !== undefined) return findKey(deps, authorization)
  const session = await findOpenSession(deps, request)
  return session === null ? { kind: 'nobody' } : { kind: 'session', session }
}

/** The open session behind a request to a route that asks for none; null without a second factor. */
export async function findSession(
  deps: AuthenticateDeps,
  request: FastifyRequest,
): Promise<SignedIn | null> {
  const session = await findOpenSession(deps, request)
  return session?.secondFactor === true ? session : null
}

/** Throws unless the caller may use a route of this access. @returns the key to count requests by */
function admit(caller: Caller, access: Exclude<Access, 'open'>): string {
  switch (caller.kind) {
    case 'nobody':
      throw new AppError('not-signed-in', 'Sign in first, or send an API key.')
    case 'key':
      if (access === 'enrolling' || access === 'signed-in')
        throw new AppError('forbidden', 'This is for people who are signed in, not for API keys.')
      authorize(caller.actor, can(caller.actor, access))
      return actorTag(caller.actor)
    case 'session': {
      const { actor, secondFactor } = caller.session
      if (access === 'signed-in') authorize(actor, secondFactor)
      else if (access !== 'enrolling') authorize(actor, can(actor, access))
      return actorTag(actor)
    }
  }
}

async function findKey({ db, clock }: AuthenticateDeps, authorization: string): Promise<Caller> {
  const token = /^Bearer (parley_[\w-]{20,100})$/i.exec(authorization)?.[1]
  const row = token === undefined ? undefined : await findKeyByHash(db, hashToken(token))
  if (!row)
    throw new AppError('not-signed-in', 'This API key is not valid. It may have been revoked.')
  const now = clock()
  const stale = row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > 60_000
  if (stale) await touchKey(db, { workspaceId: row.workspace_id, id: row.id, at: now })
  return {
    kind: 'key',
    actor: {
      kind: 'key',
      workspaceId: WorkspaceId.parse(row.workspace_id),
      keyId: KeyId.parse(row.id),
      name: row.name,
      scopes: z.array(Scope).parse(row.scopes),
    },
  }
}

async function findOpenSession(
  deps: AuthenticateDeps,
  request: FastifyRequest,
): Promise<SignedIn | null> {
  const token = await readSessionToken(deps.auth, request.headers.cookie)
  const found = token === null ? null : await openSession(deps.db, token)
  if (found === null) return null
  const { session: row } = found
  const now = deps.clock()
  const tooOld = now.getTime() - row.createdAt.getTime() > sessionLife.absoluteSeconds * 1000
  const idleMs = now.getTime() - row.updatedAt.getTime()
  if (tooOld || idleMs > sessionLife.idleMs) {
    await endSession(deps.db, row.userId, row.id)
    return null
  }
  if (idleMs > 60_000) await touchSession(deps.db, row.id, now)
  const memberships = reachable(found.memberships.map(toMembership), row.ssoWorkspace)
  const here = chooseMembership(memberships, request.headers['parley-workspace'])
  if (here === null) return null
  const secondFactor =
    row.factor === 'sso' || (row.factor !== null && row.twoFactorEnabled === true)
  return {
    userId: row.userId,
    sessionId: row.id,
    name: row.name,
    email: row.email,
    factor: row.factor,
    secondFactor,
    viaSso: row.ssoWorkspace !== null,
    memberships,
    actor: {
      kind: 'member',
      workspaceId: here.workspaceId,
      memberId: here.memberId,
      userId: row.userId,
      name: here.name,
      role: here.role,
      secondFactor,
    },
  }
}

function chooseMembership(
  memberships: readonly Membership[],
  wanted: string | string[] | undefined,
): Membership | null {
  if (wanted === undefined) return memberships[0] ?? null
  const found = memberships.find(({ workspaceId }) => workspaceId === wanted)
  if (!found) throw new AppError('not-found', 'There is no such workspace.')
  return found
}
