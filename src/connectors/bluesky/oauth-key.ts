import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  isSignedJwt,
  JwtCreateError,
  type JwtHeader,
  type JwtPayload,
  JwtVerifyError,
  Key,
  type PrivateJwk,
  type SignedJwt,
} from '@atproto/oauth-client'
import { DpopKey } from './credential.ts'

/** A private P-256 key for the library: signs by ES256 with Node's own crypto. */
export class SigningKey extends Key<PrivateJwk> {
  readonly stored: DpopKey
  readonly #key: KeyObject

  constructor(jwk: DpopKey) {
    const { kid, ...parts } = jwk
    super({ ...parts, ...(kid === undefined ? {} : { kid }) })
    this.stored = jwk
    this.#key = createPrivateKey({ key: { ...parts }, format: 'jwk' })
  }

  async createJwt(header: JwtHeader, payload: JwtPayload): Promise<SignedJwt> {
    const { kid } = this
    const protectedHeader = { ...header, alg: 'ES256', ...(kid === undefined ? {} : { kid }) }
    const signed = `${base64url(protectedHeader)}.${base64url(payload)}`
    // JWS wants both numbers side by side (RFC 7518, 3.4), not the DER that is usual elsewhere.
    const options = { key: this.#key, dsaEncoding: 'ieee-p1363' as const }
    const signature = sign('sha256', Buffer.from(signed), options).toString('base64url')
    const jwt = `${signed}.${signature}`
    if (!isSignedJwt(jwt)) throw new JwtCreateError('the signature is not one')
    return jwt
  }

  /** What these keys sign is checked by servers; a client never does. */
  verifyJwt(): Promise<never> {
    return Promise.reject(new JwtVerifyError('this key signs and does not verify'))
  }
}

/** A new key, without a name. */
export function newDpopKey(): DpopKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return DpopKey.parse({ ...privateKey.export({ format: 'jwk' }), alg: 'ES256' })
}

/** The stored form of a key that the library hands back. */
export function storedKey(key: Key): DpopKey {
  return DpopKey.parse(key.jwk)
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
