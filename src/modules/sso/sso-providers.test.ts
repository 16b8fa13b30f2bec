import { expect, it } from 'vitest'
import { NewInvitation } from '../../../contract/members.ts'
import { SsoAddress } from '../../../contract/sso.ts'
import { type Answer, goodPassword } from '../../../test/http.ts'
import { signInAtProvider } from '../../../test/oidc-provider.ts'
import {
  account,
  acts,
  add,
  base,
  begin,
  enter,
  goBack,
  input,
  other,
  owner,
  provider,
  refused,
  service,
  stage,
  switchTo,
  tryIt,
  world,
} from './sso-desk.fixture.ts'

it('reaches with such a session the provider’s own workspace only, and no other way of signing in', async () => {
  const stranger = await world.people.owner('Smithy')
  const member = await world.people.member(owner, 'responder')
  const invited = await world.request(stranger, 'POST', '/api/v1/invitations', {
    email: member.email,
    role: 'admin',
  })
  const token = NewInvitation.parse(invited.body).link.split('#')[1]
  await world.request(null, 'POST', '/api/v1/invitations/accept', {
    token,
    name: 'Both',
    password: goodPassword,
  })
  service.accounts.set('both', account(member.email, { amr: ['mfa'] }))
  const { cookie } = await enter('both')
  const here = await stage(cookie)
  expect(here.workspaces.map(({ id }) => id)).toEqual([owner.workspaceId])
  const elsewhere = { 'parley-workspace': stranger.workspaceId }
  const asked = await world.request({ cookie }, 'GET', '/api/v1/members', undefined, elsewhere)
  expect(asked.status).toBe(404)
  const passkey = await world.request(
    { cookie },
    'GET',
    '/api/auth/passkey/generate-register-options',
  )
  expect(passkey).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  const disable = await world.request({ cookie }, 'POST', '/api/auth/two-factor/disable', {
    password: goodPassword,
  })
  expect(disable.status).toBe(403)
})

it('keeps everybody but owners to the provider when told to, and one owner able to come without', async () => {
  const member = await world.people.member(owner, 'responder')
  await switchTo('enforced')
  expect(await stage(member.cookie)).toMatchObject({ stage: 'sign-in' })
  const { email, password } = member
  const tried = await world.request(null, 'POST', '/api/auth/sign-in/email', { email, password })
  expect(tried).toMatchObject({
    status: 403,
    body: { detail: expect.stringContaining('its own service') },
  })
  expect(tried.cookie).toBe('')
  expect(await stage(await world.people.signIn(owner))).toMatchObject({ stage: 'ready' })
  service.accounts.set('must', account(email, { amr: ['mfa'] }))
  expect(await stage((await enter('must')).cookie)).toMatchObject({ stage: 'ready' })
  // The other owner has no second factor of their own yet, so this one may not be let go.
  const invited = await world.request(owner, 'POST', '/api/v1/invitations', {
    email: 'boss@example.com',
    role: 'owner',
  })
  const token = NewInvitation.parse(invited.body).link.split('#')[1]
  const joining = { token, name: 'Boss', password: goodPassword }
  const joined = await world.request(null, 'POST', '/api/v1/invitations/accept', joining)
  expect(joined.status).toBeLessThan(300)
  const leave = await world.request(owner, 'DELETE', `/api/v1/members/${owner.memberId}`)
  expect(leave).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('password') },
  })
  await switchTo('on')
  expect(await stage(await world.people.signIn(member))).toMatchObject({ stage: 'ready' })
})

it('ends what it let in when it is switched off, and offers no button any more', async () => {
  const { cookie } = await enter('olga')
  const { address, browser } = await begin()
  const path = await signInAtProvider(address, 'olga')
  const doors = async (query = '') =>
    (await world.request(null, 'GET', `/api/auth/sso${query}`)).body
  expect(await doors('?email=x%40example.com')).toMatchObject({
    items: [{ id: provider.id, name: 'Shop ID' }],
  })
  expect(await doors('?email=x%40elsewhere.example')).toMatchObject({ items: [] })
  await switchTo('off')
  expect(await stage(cookie)).toMatchObject({ stage: 'sign-in' })
  expect(await doors('?email=x%40example.com')).toMatchObject({ items: [] })
  await refused('switched-off', () => goBack(browser, path))
  const start = await world.request(null, 'POST', '/api/auth/sso/start', { provider: provider.id })
  expect(start.status).toBe(404)
  await switchTo('on')
})

it('goes on to the page that was wanted, and never to another site', async () => {
  service.accounts.set('olga', account(owner.email, { amr: ['mfa'] }))
  const { address, browser } = await begin(provider.id, { next: '/settings/team' })
  expect((await goBack(browser, await signInAtProvider(address, 'olga'))).to).toBe('/settings/team')
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
    const answer = await world.request(null, 'POST', '/api/auth/sso/start', {
      provider: provider.id,
      next,
    })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'next' }] } })
  }
})

it('checks a provider before it keeps it, and keeps its secret in the vault only', async () => {
  const problem = async (more: object): Promise<Answer> =>
    world.request(owner, 'POST', base, input(other, more))
  const wrong = { status: 400, body: { errors: [{ field: 'issuer' }] } }
  expect(await problem({ issuer: `${other.issuer}/nothing` })).toMatchObject(wrong)
  expect(await problem({ issuer: 'http://127.0.0.1:9' })).toMatchObject(wrong)
  expect(await problem({ issuer: 'http://169.254.169.254' })).toMatchObject(wrong)
  expect(await problem({ clientSecret: undefined })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'clientSecret' }] },
  })
  expect(await problem({ newcomerRole: 'owner' })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'newcomerRole' }] },
  })
  expect(await world.request(owner, 'POST', base, input(service))).toMatchObject({ status: 409 })
  const list = await world.request(owner, 'GET', base)
  expect(JSON.stringify(list.body)).not.toContain(service.clientSecret)
  expect(JSON.stringify(await acts())).not.toContain(service.clientSecret)
  const rows = await world.sql('select sso_providers::text as row from sso_providers')
  expect(JSON.stringify(rows)).not.toContain(service.clientSecret)
})

it('has to be tried by whoever set it up before it can be switched on, and again with another connection', async () => {
  const admin = await world.people.member(owner, 'admin')
  const made = await add(other, admin)
  const path = `${base}/${made.id}`
  const early = await world.request(admin, 'PUT', `${path}/state`, { state: 'on' })
  expect(early).toMatchObject({ status: 409 })
  other.accounts.set('adi', { email: admin.email, email_verified: false })
  expect(await tryIt(made, 'adi', admin)).toBe('/settings/sign-in?problem=unverified-email')
  other.accounts.set('adi', account(admin.email, { amr: ['mfa'] }))
  // An answer that comes back in the browser of somebody else does not count as theirs.
  const begun = await world.request(admin, 'POST', `${path}/try`)
  const back = await signInAtProvider(SsoAddress.parse(begun.body).address, 'adi')
  const cookie = `${owner.cookie}; ${begun.cookie}`
  expect((await world.request({ cookie }, 'GET', back)).headers.location).toContain('not-begun')
  expect(await tryIt(made, 'adi', admin)).toBe('/settings/sign-in?tried=yes')
  expect(await world.request(admin, 'PUT', `${path}/state`, { state: 'on' })).toMatchObject({
    status: 200,
    body: { triedFactor: true },
  })
  const renewed = await world.request(
    admin,
    'PUT',
    path,
    input(other, { clientSecret: 'a wrong secret of the client' }),
  )
  expect(renewed).toMatchObject({ status: 200, body: { state: 'off', triedAt: null } })
  expect(await tryIt(made, 'adi', admin)).toBe('/settings/sign-in?problem=misconfigured')
  expect((await world.request(admin, 'DELETE', path)).status).toBe(204)
  const names = (await acts()).map(({ act }) => act)
  expect(names).toEqual(
    expect.arrayContaining([
      'sso.added',
      'sso.tried',
      'sso.switched',
      'sso.changed',
      'sso.removed',
    ]),
  )
  expect(await world.sql(`select 1 from secrets where purpose = 'sso-client'`)).toHaveLength(1)
})
