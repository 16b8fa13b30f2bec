import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startTestNetwork } from '../test-network.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
beforeAll(async () => {
  net = await startTestNetwork()
})
afterAll(() => net.stop())

const App = z.object({ client_id: z.string(), client_secret: z.string() })
const redirect = 'http://127.0.0.1:9/back'
const verifier = 'v'.repeat(50)
const scopes = 'read write:statuses'

async function register() {
  const body = { client_name: 'Desk', redirect_uris: redirect, scopes }
  return App.parse((await net.send('POST', '/api/v1/apps', body)).json)
}

async function consent(app: z.infer<typeof App>, answer: string) {
  const code_challenge = createHash('sha256').update(verifier).digest('base64url')
  const wish = {
    response_type: 'code',
    client_id: app.client_id,
    redirect_uri: redirect,
    scope: scopes,
  }
  const pkce = { code_challenge, code_challenge_method: 'S256', state: 's1' }
  const page = await net.get(`/oauth/authorize?${new URLSearchParams({ ...wish, ...pkce })}`)
  expect(page.text).toContain('Desk')
  const said = await net.send('POST', '/oauth/authorize', { ...wish, ...pkce, answer })
  expect(said.status).toBe(302)
  return new URL(said.headers.get('location') ?? '').searchParams
}

describe('connecting a program', () => {
  it('goes from consent to a token that works, once', async () => {
    const app = await register()
    const back = await consent(app, 'yes')
    expect(back.get('state')).toBe('s1')
    const grant = {
      grant_type: 'authorization_code',
      code: back.get('code'),
      redirect_uri: redirect,
      code_verifier: verifier,
      ...app,
    }
    const token = await net.send('POST', '/oauth/token', grant)
    expect(token.json).toMatchObject({ token_type: 'Bearer', scope: scopes })
    const { access_token } = z.object({ access_token: z.string() }).parse(token.json)
    const bearer = { authorization: `Bearer ${access_token}` }
    const me = await net.get('/api/v1/accounts/verify_credentials', bearer)
    expect(me.json).toMatchObject({ username: 'shop', source: { privacy: 'public' } })
    expect((await net.get('/api/v1/apps/verify_credentials', bearer)).json).toMatchObject({
      name: 'Desk',
    })
    const again = await net.send('POST', '/oauth/token', grant)
    expect([again.status, again.json]).toMatchObject([400, { error: 'invalid_grant' }])
    await net.send('POST', '/oauth/revoke', { ...app, token: access_token })
    expect((await net.get('/api/v1/accounts/verify_credentials', bearer)).status).toBe(401)
  })

  it('gives no token for a wrong verifier', async () => {
    const app = await register()
    const code = (await consent(app, 'yes')).get('code')
    const grant = { grant_type: 'authorization_code', code, redirect_uri: redirect, ...app }
    const answer = await net.send('POST', '/oauth/token', { ...grant, code_verifier: 'other' })
    expect(answer.json).toMatchObject({ error: 'invalid_grant' })
  })

  it('tells the program when the owner says no', async () => {
    expect((await consent(await register(), 'no')).get('error')).toBe('access_denied')
  })

  it('sends nobody to an address that was not registered', async () => {
    const { client_id } = await register()
    const query = new URLSearchParams({
      response_type: 'code',
      client_id,
      redirect_uri: 'http://evil.example/',
    })
    expect((await net.get(`/oauth/authorize?${query}`)).status).toBe(400)
  })

  it('says where everything is', async () => {
    const found = await net.get('/.well-known/oauth-authorization-server')
    expect(found.json).toMatchObject({
      token_endpoint: `${net.url}/oauth/token`,
      code_challenge_methods_supported: ['S256'],
    })
  })
})
