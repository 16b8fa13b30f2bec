import { z } from 'zod'

/**
 * What the vault keeps for a Bluesky account. `tokens` come from the password and rotate with every
 * refresh; `pds`: where the account lives, when its service named another https server; `refusedAt`:
 * when the password was last refused, so that a dead one does not use up the logins of a day.
 */
export const BlueskyCredential = z.object({
  kind: z.literal('app-password'),
  identifier: z.string().min(1),
  password: z.string().min(1),
  tokens: z.object({ accessJwt: z.string().min(1), refreshJwt: z.string().min(1) }).optional(),
  pds: z.url().optional(),
  refusedAt: z.iso.datetime().optional(),
})
export type BlueskyCredential = z.infer<typeof BlueskyCredential>

const Claims = z.object({ scope: z.string() })

/**
 * True when the access token itself says that it was made by an app password without access to
 * private messages (reference PDS: auth-scope.ts). Anything that is not readable is asked, not guessed.
 */
export function lacksPrivateMessages({ tokens }: BlueskyCredential): boolean {
  const payload = tokens?.accessJwt.split('.')[1]
  if (!payload) return false
  try {
    const claims = Claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
    return claims.success && claims.data.scope === 'com.atproto.appPass'
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
