import type { FastifyRequest } from 'fastify'
import { AppError } from '../../platform/errors.ts'
import type { Actor } from '../access/index.ts'
import type { Factor } from './auth-tables.ts'
import type { Membership } from './membership.ts'

/** Somebody with an open session, perhaps without a second factor yet. */
export type SignedIn = {
  userId: string
  sessionId: string
  name: string
  email: string
  factor: Factor | null
  secondFactor: boolean
  /** A provider of single sign-on opened it: it reaches one workspace and changes no other way in. */
  viaSso: boolean
  memberships: Membership[]
  /** Who they are in the workspace this request is about. */
  actor: Extract<Actor, { kind: 'member' }>
}

export type Caller =
  | { kind: 'nobody' }
  | { kind: 'session'; session: SignedIn }
  | { kind: 'key'; actor: Extract<Actor, { kind: 'key' }> }

const callers = new WeakMap<FastifyRequest, Caller>()

/** Remembers who is asking, for the handlers of this request. Called by the guard. */
export function rememberCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller)
}

export function rememberedCaller(request: FastifyRequest): Caller | undefined {
  return callers.get(request)
}

/**
 * Who acts in this request: the guard let them in.
 * @throws not-signed-in on an open route that nobody signed in for
 */
export function actorOf(request: FastifyRequest): Actor {
  const caller = callers.get(request)
  if (caller?.kind === 'key') return caller.actor
  return signedInOf(request).actor
}

/** The session behind this request. @throws not-signed-in for API keys and nobody */
export function signedInOf(request: FastifyRequest): SignedIn {
  const caller = callers.get(request)
  if (caller?.kind !== 'session') throw new AppError('not-signed-in', 'Sign in first.')
  return caller.session
}
