import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  BackupCode,
  BackupCodes,
  EnrolInput,
  NewFactor,
  PasswordAgain,
  PasswordChange,
  SignInInput,
  SignInStep,
  TotpCode,
} from '../../../contract/sign-in.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http-server.ts'
import { hasPasskey } from './auth-store.ts'
import type { Factor } from './auth-tables.ts'
import { findCaller } from './authenticate.ts'
import type { MembersDeps } from './deps.ts'
import { forwardToAuth } from './forward.ts'
import { countTry, forgetTries } from './guess-limit.ts'
import { signedInOf } from './http.ts'
import { checkPassword, normalPassword } from './password.ts'
import { refuseWaysIn } from './policy.ts'
import { recordForUser } from './record-for-user.ts'

const tags = ['sign-in']
const Nothing = z.undefined().describe('Done')
const AnsweredUser = z.object({ user: z.object({ id: z.string() }) })
const SignedInAnswer = z.union([z.object({ twoFactorRedirect: z.literal(true) }), AnsweredUser])
/** Tries a minute from one address, beside the account's own back-off. */
export function signInLimit({ signInsPerMinute = 20 }: Pick<MembersDeps, 'signInsPerMinute'>) {
  return { rateLimit: { max: signInsPerMinute, timeWindow: 60_000 } }
}

/** Signing in and out with a password and an authenticator app: /api/auth/…, each endpoint by name. */
export function registerSignIn(app: App, deps: MembersDeps): void {
  registerPasswords(app, deps)
  registerCodes(app, deps)
  registerFactor(app, deps)
}

/** Signs in with a password that is known to be theirs to try, and sets the cookie. */
export async function signInWith(
  deps: MembersDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { email, password }: { email: string; password: string },
): Promise<SignInStep> {
  const answer = await forward(deps, request, reply, '/sign-in/email', { email, password })
  const signedIn = SignedInAnswer.parse(answer)
  return { next: 'twoFactorRedirect' in signedIn ? 'second-factor' : 'enrol' }
}

function registerPasswords(app: App, deps: MembersDeps): void {
  app.post(
    '/api/auth/sign-in/email',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Sign in with a password; a second factor follows',
        tags,
        body: SignInInput,
        response: { 200: SignInStep },
      },
    },
    async (request, reply) => {
      await countTry(deps.db, request.body.email, deps.clock)
      const step = await signInWith(deps, request, reply, request.body)
      await forgetTries(deps.db, request.body.email)
      return step
    },
  )
  app.post(
    '/api/auth/sign-out',
    {
      config: { access: 'enrolling' },
      schema: { summary: 'Sign out', tags, response: { 204: Nothing } },
    },
    async (request, reply) => {
      await forward(deps, request, reply, '/sign-out', {})
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/auth/change-password',
    {
      config: { access: 'signed-in', ...signInLimit(deps) },
      schema: {
        summary: 'Change the password; ends all other sessions',
        tags,
        body: PasswordChange,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { userId, email, name } = signedInOf(request)
      const { currentPassword, newPassword } = request.body
      checkPassword(newPassword, { email, name }, 'newPassword')
      await withTries(deps, email, () =>
        forward(deps, request, reply, '/change-password', {
          currentPassword: normalPassword(currentPassword),
          newPassword: normalPassword(newPassword),
          revokeOtherSessions: true,
        }),
      )
      await recordForUser(deps.db, userId, { act: 'password.changed', detail: {} })
      return reply.code(204).send()
    },
  )
}

function registerCodes(app: App, deps: MembersDeps): void {
  app.post(
    '/api/auth/two-factor/verify-totp',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Give the code of the authenticator app, to sign in or to finish setting it up',
        tags,
        body: TotpCode,
        response: { 200: SignInStep },
      },
    },
    async (request, reply) => {
      const before = await findCaller(deps, request)
      if (before.kind === 'session' && before.session.secondFactor)
        throw new AppError('conflict', 'You are signed in already.')
      const answer = await forward(deps, request, reply, '/two-factor/verify-totp', request.body)
      const { user } = AnsweredUser.parse(answer)
      const enrolled = before.kind === 'session'
      await recordForUser(deps.db, user.id, {
        act: enrolled ? 'second-factor.enabled' : 'signed-in',
        detail: { factor: 'totp' },
      })
      return { next: 'ready' } as const
    },
  )
  app.post(
    '/api/auth/two-factor/verify-backup-code',
    {
      config: { access: 'open', ...signInLimit(deps) },
      schema: {
        summary: 'Sign in with a backup code, each of which works once',
        tags,
        body: BackupCode,
        response: { 200: SignInStep },
      },
    },
    async (request, reply) => {
      const before = await findCaller(deps, request)
      if (before.kind === 'session') throw new AppError('conflict', 'You are signed in already.')
      const path = '/two-factor/verify-backup-code'
      const answer = await forward(deps, request, reply, path, request.body)
      const { user } = AnsweredUser.parse(answer)
      const detail = { factor: 'backup-code' }
      await recordForUser(deps.db, user.id, { act: 'signed-in', detail })
      return { next: 'ready' } as const
    },
  )
}

function registerFactor(app: App, deps: MembersDeps): void {
  app.post(
    '/api/auth/two-factor/enable',
    {
      config: { access: 'enrolling', ...signInLimit(deps) },
      schema: {
        summary: 'Begin to set up an authenticator app; counts once its first code is verified',
        tags,
        body: EnrolInput,
        response: { 200: NewFactor },
      },
    },
    async (request, reply) => {
      const { email, userId, factor } = signedInOf(request)
      // With the password alone nobody may put a factor beside a passkey that is there.
      if (factor === null && (await hasPasskey(deps.db, userId)))
        throw new AppError('second-factor-needed', 'Sign in with your passkey first.')
      const answer = await withTries(deps, email, () =>
        forward(deps, request, reply, '/two-factor/enable', request.body),
      )
      const made = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) }).parse(answer)
      return { totpUri: made.totpURI, backupCodes: made.backupCodes }
    },
  )
  app.post(
    '/api/auth/two-factor/disable',
    {
      config: { access: 'signed-in', ...signInLimit(deps) },
      schema: {
        summary: 'Remove the authenticator app, to set up another; ends all other sessions',
        tags,
        body: PasswordAgain,
        response: { 200: SignInStep },
      },
    },
    async (request, reply) => {
      const { email, userId, factor } = signedInOf(request)
      refuseProvidersWord(factor)
      await withTries(deps, email, () =>
        forward(deps, request, reply, '/two-factor/disable', request.body),
      )
      await recordForUser(deps.db, userId, { act: 'second-factor.removed', detail: {} })
      return { next: 'enrol' } as const
    },
  )
  app.post(
    '/api/auth/two-factor/generate-backup-codes',
    {
      config: { access: 'signed-in', ...signInLimit(deps) },
      schema: {
        summary: 'Make new backup codes; the old ones no longer work',
        tags,
        body: PasswordAgain,
        response: { 200: BackupCodes },
      },
    },
    async (request, reply) => {
      const { email, userId, factor } = signedInOf(request)
      refuseProvidersWord(factor)
      const answer = await withTries(deps, email, () =>
        forward(deps, request, reply, '/two-factor/generate-backup-codes', request.body),
      )
      await recordForUser(deps.db, userId, { act: 'backup-codes.made', detail: {} })
      return { backupCodes: BackupCodes.parse(answer).backupCodes }
    },
  )
}

// The provider's word stands in for a second factor, it is none of ours: it may not replace one.
function refuseProvidersWord(factor: Factor | null): void {
  refuseWaysIn({ viaSso: factor === 'sso' })
}

/** A password asked again is guarded against guessing like the one at sign-in. */
async function withTries<Result>(
  { db, clock }: MembersDeps,
  email: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await countTry(db, email, clock)
  const result = await work()
  await forgetTries(db, email)
  return result
}

function forward(
  { auth, publicUrl }: MembersDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  body: Record<string, unknown>,
): Promise<unknown> {
  return forwardToAuth(request, reply, { auth, publicUrl, path, body })
}
