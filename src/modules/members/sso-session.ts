import type { GenericEndpointContext } from '@better-auth/core'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { generateRandomString } from 'better-auth/crypto'
import { z } from 'zod'
import type { Factor } from './auth-tables.ts'

const path = '/sso/session'
const challengeSeconds = 600
// The name under which better-auth's two-factor plugin keeps who has given the first factor.
const challengeCookie = 'two_factor'

/** Which workspace's provider a session comes from. */
const Way = z.object({ workspaceId: z.string(), providerId: z.string() })
type Way = z.infer<typeof Way>
export const SsoOpening = Way.extend({ userId: z.string(), proven: z.boolean() })
const CurrentSession = z.object({
  factor: z.enum(['totp', 'backup-code', 'passkey', 'sso']).nullish(),
  ssoWorkspace: z.string().nullish(),
  ssoProvider: z.string().nullish(),
})
/** The part of the sign-in machinery behind `openSsoSession`. It has no address, so no request reaches it. */
export function ssoSessions() {
  return {
    id: 'sso-sessions' as const,
    endpoints: {
      openSsoSession: createAuthEndpoint(
        path,
        { method: 'POST', body: SsoOpening, metadata: { SERVER_ONLY: true } },
        async (ctx) => {
          const { userId, proven } = ctx.body
          const user = await ctx.context.internalAdapter.findUserById(userId)
          if (!user) throw new Error('the user of a single sign-on is gone')
          const enrolled = z.object({ twoFactorEnabled: z.boolean().nullish() }).parse(user)
          if (!proven && enrolled.twoFactorEnabled === true) {
            await askForFactor(ctx, userId, Way.parse(ctx.body))
            return ctx.json({ next: 'second-factor' as const })
          }
          const session = await ctx.context.internalAdapter.createSession(userId, false)
          await setSessionCookie(ctx, { session, user })
          return ctx.json({ next: proven ? ('ready' as const) : ('enrol' as const) })
        },
      ),
    },
  }
}

// What the two-factor plugin does after a password; it listens to its own paths only.
async function askForFactor(ctx: GenericEndpointContext, userId: string, way: Way): Promise<void> {
  const { internalAdapter, secret } = ctx.context
  const identifier = `2fa-${generateRandomString(20)}`
  const expiresAt = new Date(Date.now() + challengeSeconds * 1000)
  const keep = (name: string, value: string) =>
    internalAdapter.createVerificationValue({ identifier: name, value, expiresAt })
  await keep(identifier, userId)
  await keep(`2fa-attempts-${identifier}`, '0')
  await keep(`sso-${identifier}`, JSON.stringify(way))
  const cookie = ctx.context.createAuthCookie(challengeCookie, { maxAge: challengeSeconds })
  await ctx.setSignedCookie(cookie.name, identifier, secret, cookie.attributes)
}

/** Whose provider the session that is being opened comes from; null: nobody's. */
export async function wayIn(ctx: GenericEndpointContext | null): Promise<Way | null> {
  if (ctx === null) return null
  if (ctx.path === path) return Way.parse(ctx.body)
  const current = CurrentSession.safeParse(ctx.context.session?.session)
  if (current.success && ctx.context.session) {
    const { ssoWorkspace, ssoProvider } = current.data
    return ssoWorkspace && ssoProvider
      ? { workspaceId: ssoWorkspace, providerId: ssoProvider }
      : null
  }
  if (!ctx.path?.startsWith('/two-factor/')) return null
  const { name } = ctx.context.createAuthCookie(challengeCookie)
  const identifier = await ctx.getSignedCookie(name, ctx.context.secret)
  if (!identifier) return null
  const kept = await ctx.context.internalAdapter.findVerificationValue(`sso-${identifier}`)
  return kept ? Way.parse(JSON.parse(kept.value)) : null
}

/** With which second factor a session is opened by this endpoint; null: with none. */
export function factorOf(ctx: GenericEndpointContext | null): Factor | null {
  switch (ctx?.path) {
    case path:
      return SsoOpening.parse(ctx.body).proven ? 'sso' : null
    case '/two-factor/verify-totp':
      return 'totp'
    case '/two-factor/verify-backup-code':
      return 'backup-code'
    case '/passkey/verify-authentication':
      return 'passkey'
    // A session that replaces one after a password change keeps its standing; after the app was removed
    // it may set up the next one, and nothing else, since no factor is enabled then.
    case '/change-password':
    case '/two-factor/disable':
      return CurrentSession.safeParse(ctx.context.session?.session).data?.factor ?? null
    default:
      return null
  }
}
