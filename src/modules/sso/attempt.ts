import { createHmac, randomBytes } from 'node:crypto'
import { hashToken } from '../../platform/crypto.ts'
import type { Ties } from './provider.ts'

/** The cookie that ties a sign-in under way to the browser that began it. */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-parley.sso' : 'parley.sso'
}

/** The browser's own secret out of its cookies, or a new one. */
export function browserSecret(cookies: string | undefined, publicUrl: string): string | null {
  const name = cookieName(publicUrl)
  for (const cookie of (cookies ?? '').split(';')) {
    const [key, value = ''] = cookie.trim().split('=')
    if (key === name && /^[\w-]{43}$/.test(value)) return value
  }
  return null
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** Lax, since the way back from the provider is a visit from another site. */
export function secretCookie(secret: string, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  return `${cookieName(publicUrl)}=${secret}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax${secure}`
}

/**
 * Nonce and PKCE verifier, made of the browser's secret and the state: the database holds hashes only,
 * so who reads it can finish nobody's sign-in. 43 characters each.
 */
export function tiesOf(secret: string, state: string): Ties {
  const derive = (what: string) =>
    createHmac('sha256', secret).update(`${what}:${state}`).digest('base64url')
  return { state, nonce: derive('nonce'), verifier: derive('verifier') }
}

export function hashesOf(secret: string, state: string) {
  return { stateHash: hashToken(`sso:${state}`), browserHash: hashToken(`sso:${secret}`) }
}
