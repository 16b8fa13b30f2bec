import { z } from 'zod'

/**
 * `tokens` come from the password and rotate with every refresh; `pds`: where the account lives, when its
 * service named another https server; `refusedAt`: when the password was last refused, so that a dead one
 * does not use up the logins of a day.
 */
export const AppPassword = z.object({
  kind: z.literal('app-password'),
  identifier: z.string().min(1),
  password: z.string().min(1),
  tokens: z.object({ accessJwt: z.string().min(1), refreshJwt: z.string().min(1) }).optional(),
  pds: z.url().optional(),
  refusedAt: z.iso.datetime().optional(),
})
export type AppPassword = z.infer<typeof AppPassword>

/** A private key for ES256 as a JWK: what a sign-in's tokens are bound to (RFC 9449). */
export const DpopKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256'),
  kid: z.string().optional(),
  x: z.string().min(1),
  y: z.string().min(1),
  d: z.string().min(1),
})
export type DpopKey = z.infer<typeof DpopKey>

export const AuthMethod = z.discriminatedUnion('method', [
  z.object({ method: z.literal('none') }),
  z.object({ method: z.literal('private_key_jwt'), kid: z.string().min(1) }),
])

/**
 * A sign-in on Bluesky's own page. `clientId`: who we were to the server then; `tokens.refresh` works
 * once, and using it twice ends the sign-in; `ended`: why the server ended it, so that a dead one is not
 * tried with every call.
 */
export const Grant = z.object({
  kind: z.literal('oauth'),
  did: z.string().startsWith('did:'),
  clientId: z.string().min(1),
  issuer: z.url(),
  dpopKey: DpopKey,
  authMethod: AuthMethod,
  tokens: z.object({
    access: z.string().min(1),
    refresh: z.string().min(1).optional(),
    expiresAt: z.iso.datetime().optional(),
    scope: z.string(),
    pds: z.url(),
  }),
  ended: z.string().optional(),
})
export type Grant = z.infer<typeof Grant>

/** What the vault keeps for a Bluesky account. */
export const BlueskyCredential = z.discriminatedUnion('kind', [AppPassword, Grant])
export type BlueskyCredential = z.infer<typeof BlueskyCredential>

const Claims = z.object({ scope: z.string() })

/** The token to send with a call; null: there is none yet. */
export function accessOf(credential: BlueskyCredential): string | null {
  if (credential.kind === 'oauth') return credential.tokens.access
  return credential.tokens?.accessJwt ?? null
}

/**
 * True when the credential itself says that it was made without access to private messages: by the scope
 * of the sign-in, or by that of an app password's token (reference PDS: auth-scope.ts). Anything that is
 * not readable is asked, not guessed.
 */
export function lacksPrivateMessages(credential: BlueskyCredential): boolean {
  if (credential.kind === 'oauth')
    return !credential.tokens.scope.split(' ').includes('transition:chat.bsky')
  const payload = credential.tokens?.accessJwt.split('.')[1]
  if (!payload) return false
  try {
    const claims = Claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
    return claims.success && claims.data.scope === 'com.atproto.appPass'
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
