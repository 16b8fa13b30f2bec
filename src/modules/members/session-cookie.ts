import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Auth } from './auth.ts'

/**
 * The session token of a Cookie header, if its signature is ours; null otherwise. Done here and not by the
 * sign-in machinery, since every request passes through it and needs no more than this.
 * Format: `token.signature`, percent-encoded, signed with HMAC-SHA-256 in base64 (better-call's crypto.ts).
 */
export async function readSessionToken(
  auth: Auth,
  cookies: string | undefined,
): Promise<string | null> {
  if (cookies === undefined) return null
  const { secret, authCookies } = await auth.$context
  const value = findCookie(cookies, authCookies.sessionToken.name)
  const end = value?.lastIndexOf('.') ?? -1
  if (value === null || end < 1) return null
  const token = value.slice(0, end)
  const expected = createHmac('sha256', secret).update(token).digest()
  const given = Buffer.from(value.slice(end + 1), 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null
}

function findCookie(cookies: string, name: string): string | null {
  for (const cookie of cookies.split(';')) {
    const [key, value = ''] = cookie.trim().split(/=(.*)/s)
    if (key === name) return decode(value)
  }
  return null
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value)
  } catch {
    // A broken escape is no cookie of ours.
    return null
  }
}
