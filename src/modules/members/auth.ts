import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { twoFactor } from 'better-auth/plugins'
import { v7 } from 'uuid'
import type { Clock } from '../../platform/clock.ts'
import { hashToken } from '../../platform/crypto.ts'
import type { Db } from '../../platform/db.ts'
import type { Log } from '../../platform/log.ts'
import { endOtherSessions, membershipsOf, spendCode } from './auth-store.ts'
import { reachable, toMembership } from './membership.ts'
import { normalPassword } from './password.ts'
import { factorOf, ssoSessions, wayIn } from './sso-session.ts'

/** A session lasts 30 days at most, and 7 days without being used. */
export const sessionLife = { absoluteSeconds: 30 * 86_400, idleMs: 7 * 86_400_000 }

type AuthOptions = {
  db: Db
  /** Signs cookies and seals second-factor secrets: derived from the instance's key. */
  secret: string
  publicUrl: string
  clock: Clock
  log: Log
}

export type Auth = ReturnType<typeof createAuth>

/**
 * The sign-in machinery: passwords, authenticator codes with backup codes, passkeys, sessions. It has no
 * address of its own: routes.ts forwards to it what we offer, so nothing else of it can be reached.
 */
export function createAuth({ db, secret, publicUrl, clock, log }: AuthOptions) {
  return betterAuth({
    appName: 'Parley',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    database: { db, type: 'postgres', schemaName: 'auth', transaction: true },
    trustedOrigins: [publicUrl],
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      // Its other arguments can hold what was sent; only errors are passed on.
      log: (_level, message, ...rest) =>
        log.error({ err: rest.find((part) => part instanceof Error) }, `sign-in: ${message}`),
    },
    // Counted by our own limits, which know the account too.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 1,
      maxPasswordLength: 2000,
      password: {
        hash: (password) => hashPassword(normalPassword(password)),
        verify: ({ hash, password }) =>
          verifyPassword({ hash, password: normalPassword(password) }),
      },
    },
    session: {
      expiresIn: sessionLife.absoluteSeconds,
      // Idle time is ours to measure (authenticate.ts), so that the absolute end never moves.
      disableSessionRefresh: true,
      freshAge: 3600,
      cookieCache: { enabled: false },
      additionalFields: {
        factor: { type: 'string', required: false, input: false },
        ssoWorkspace: { type: 'string', required: false, input: false },
        ssoProvider: { type: 'string', required: false, input: false },
      },
    },
    advanced: {
      cookiePrefix: 'parley',
      useSecureCookies: publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      database: { generateId: () => v7() },
      ipAddress: { ipAddressHeaders: ['x-parley-client'] },
    },
    plugins: [
      twoFactor({
        issuer: 'Parley',
        backupCodeOptions: { storeBackupCodes: 'encrypted' },
        // Whoever came by single sign-on has no password to ask again. Everybody else is asked.
        allowPasswordless: true,
      }),
      ssoSessions(),
      passkey({
        rpName: 'Parley',
        rpID: passkeyDomain(publicUrl),
        origin: passkeyOrigins(publicUrl),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        registration: {
          afterVerification: ({ verification }) =>
            requireVerifiedUser(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: ({ verification }) =>
            requireVerifiedUser(verification.authenticationInfo.userVerified),
        },
      }),
    ],
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            const path = context?.path ?? ''
            const way = await wayIn(context)
            const all = (await membershipsOf(db, session.userId)).map(toMembership)
            if (reachable(all, way?.workspaceId ?? null).length === 0)
              throw new APIError('FORBIDDEN', all.length === 0 || way ? noBusiness : onlySso)
            if (path === '/two-factor/verify-totp')
              await refuseUsedCode(db, session.userId, context?.body, clock)
            const sso = { ssoWorkspace: way?.workspaceId, ssoProvider: way?.providerId }
            return { data: { ...session, ...sso, factor: factorOf(context) } }
          },
          after: async (session, context) => {
            const enrolled =
              context?.path === '/two-factor/verify-totp' && context.context.session !== null
            if (enrolled || context?.path === '/two-factor/disable')
              await endOtherSessions(db, session.userId, session.id)
          },
        },
      },
    },
  })
}

const noBusiness = {
  code: 'NO_MEMBERSHIP',
  message: 'This sign-in belongs to no business here any more. Ask an owner for an invitation.',
}

const onlySso = {
  code: 'SSO_ONLY',
  message: 'Your business signs in through its own service. Use its button on the sign-in page.',
}

async function refuseUsedCode(db: Db, userId: string, body: unknown, clock: Clock): Promise<void> {
  const code = typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : ''
  const fresh = await spendCode(db, {
    userId,
    codeHash: hashToken(`${userId}:${code}`),
    at: clock(),
  })
  if (!fresh)
    throw new APIError('UNAUTHORIZED', {
      code: 'CODE_USED',
      message: 'This code was used already.',
    })
}

function requireVerifiedUser(verified: boolean | undefined): void {
  if (verified === true) return
  throw new APIError('UNAUTHORIZED', {
    code: 'USER_NOT_VERIFIED',
    message:
      'This device did not check that it is you. Use one that asks for a PIN or a fingerprint.',
  })
}

// WebAuthn knows domains only: on this machine passkeys work at http://localhost, not at an IP address.
function passkeyDomain(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return /^127\.|^\[/.test(hostname) ? 'localhost' : hostname
}

function passkeyOrigins(publicUrl: string): string[] {
  const url = new URL(publicUrl)
  const local = new URL(publicUrl)
  local.hostname = passkeyDomain(publicUrl)
  return [...new Set([url.origin, local.origin])]
}
