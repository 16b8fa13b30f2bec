import { createPublicKey, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import type { ConsentTools, OAuthTools } from '../contract.ts'
import { openHttp } from '../suite.ts'
import { consent } from './oauth.ts'
import { clientIdOf, clientMetadata, standing } from './oauth-client.ts'
import { newDpopKey, SigningKey } from './oauth-key.ts'
import { createMemory } from './oauth-memory.ts'

const oauth: OAuthTools = {
  publicUrl: 'http://192.168.1.20:4400',
  directory: null,
  keys: async () => [],
  alone: (_name, work) => work(),
}
const tools: ConsentTools = {
  http: openHttp(),
  now: () => new Date(),
  redirectUri: 'http://192.168.1.20:4400/connect/return',
  oauth,
}

it('knows from its address whether a sign-in lasts, is short, or has no way back', () => {
  const all = [
    'https://desk.bakery.shop',
    'https://desk.bakery.shop:8443',
    'http://127.0.0.1:4400',
    'http://[::1]:4400',
    'http://localhost:4400',
    'http://desk.bakery.shop',
    'http://192.168.1.20:4400',
    'https://192.168.1.20',
    'https://parley.local',
    'https://parley',
  ].map((address) => standing(address))
  expect(all).toEqual([
    ...['lasting', 'lasting', 'short', 'short'],
    ...['unavailable', 'unavailable', 'unavailable', 'unavailable', 'unavailable', 'unavailable'],
  ])
})

it('is known by the address of its document, or as any program on one’s own computer', () => {
  const lasting = 'https://desk.bakery.shop'
  expect(clientIdOf(lasting)).toBe(`${lasting}/oauth/client-metadata.json`)
  expect(clientMetadata(lasting)).toMatchObject({
    client_id: clientIdOf(lasting),
    redirect_uris: [`${lasting}/connect/return`],
    token_endpoint_auth_method: 'private_key_jwt',
    dpop_bound_access_tokens: true,
  })
  expect(clientMetadata('http://127.0.0.1:4400')).toBeNull()
  expect(clientIdOf('http://127.0.0.1:4400')).toMatch(/^http:\/\/localhost\?scope=atproto/)
})

it('begins nothing from an address that no server can send a browser back to', async () => {
  const fields = { handle: 'shop.bsky.social' }
  await expect(consent.begin(fields, tools)).rejects.toMatchObject({
    failure: { kind: 'rejected', reason: expect.stringContaining('PARLEY_PUBLIC_URL') },
  })
})

it('reaches no address that the guard refuses, whoever names it', async () => {
  const local = { ...oauth, publicUrl: 'http://127.0.0.1:4400' }
  const guarded = { ...tools, oauth: local, http: openHttp({ allowPrivate: false }) }
  await expect(consent.begin({ handle: 'http://127.0.0.1:1' }, guarded)).rejects.toMatchObject({
    failure: { kind: 'rejected', reason: expect.stringContaining('not allowed') },
  })
})

it('signs so that anybody with the public key can tell, and keeps the private part', async () => {
  const stored = newDpopKey()
  const key = new SigningKey(stored)
  const jwt = await key.createJwt({ alg: 'ES256', typ: 'dpop+jwt' }, { jti: 'a', iat: 1 })
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const { x, y, kty, crv } = stored
  const publicKey = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  const proves = (text: string) =>
    verify(
      'sha256',
      Buffer.from(text),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  expect(proves(`${header}.${payload}`)).toBe(true)
  expect(proves(`${header}.${payload}x`)).toBe(false)
  expect(JSON.stringify(key.bareJwk)).not.toContain(stored.d)
})

it('remembers no more than it may, and not for longer', () => {
  const memory = createMemory<string>({ ttlMs: 60_000, max: 2 })
  for (const name of ['a', 'b', 'c']) memory.set(name, name)
  expect(['a', 'b', 'c'].map((name) => memory.get(name))).toEqual([undefined, 'b', 'c'])
  const brief = createMemory<string>({ ttlMs: 0, max: 2 })
  brief.set('a', 'a')
  expect(brief.get('a')).toBeUndefined()
})
