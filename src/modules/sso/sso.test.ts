import { expect, it } from 'vitest'
import { NewInvitation } from '../../../contract/members.ts'
import { NewFactor } from '../../../contract/sign-in.ts'
import { goodPassword, readTotp } from '../../../test/http.ts'
import { signInAtProvider } from '../../../test/oidc-provider.ts'
import {
  account,
  acts,
  begin,
  change,
  enter,
  goBack,
  other,
  owner,
  passTime,
  provider,
  refused,
  service,
  stage,
  world,
} from './sso-desk.fixture.ts'

it('lets a member in by their verified address, and from then on by who they are there', async () => {
  const member = await world.people.member(owner, 'responder')
  service.accounts.set('rita', account(member.email, { amr: ['pwd', 'otp'] }))
  const first = await enter('rita')
  expect(first.to).toBe('/inbox')
  expect(await stage(first.cookie)).toMatchObject({
    stage: 'ready',
    me: { memberId: member.memberId, role: 'responder', hasPassword: true },
  })
  service.accounts.set('rita', account('renamed@elsewhere.example', { amr: ['mfa'] }))
  const again = await enter('rita')
  expect(await stage(again.cookie)).toMatchObject({ me: { memberId: member.memberId } })
  expect(await acts()).toContainEqual(
    expect.objectContaining({
      act: 'signed-in',
      subject: `member:${member.memberId}`,
      detail: { by: 'sso', provider: provider.id, factor: 'sso' },
    }),
  )
})

it('lists and ends such a session like others, and removing the member ends it', async () => {
  const member = await world.people.member(owner, 'analyst')
  service.accounts.set('anna', account(member.email, { amr: ['mfa'] }))
  const { cookie } = await enter('anna')
  const list = await world.request({ cookie }, 'GET', '/api/v1/sessions')
  expect(list.body).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ current: true })]),
  })
  await world.request(owner, 'DELETE', `/api/v1/members/${member.memberId}`)
  expect(await stage(cookie)).toMatchObject({ stage: 'sign-in' })
  await refused('not-a-member', () => enter('anna'))
  await world.request(owner, 'POST', '/api/v1/invitations', {
    email: member.email,
    role: 'contributor',
  })
  const back = await enter('anna')
  expect(await stage(back.cookie)).toMatchObject({
    me: { role: 'contributor', memberId: member.memberId },
  })
})

it('asks for our own second factor when the provider shows none, or is not trusted with it', async () => {
  const member = await world.people.member(owner, 'responder')
  service.accounts.set('sam', account(member.email, { amr: ['pwd'] }))
  const { to, cookie } = await enter('sam')
  expect(to).toBe('/sign-in?step=code')
  expect(await stage(cookie)).toMatchObject({ stage: 'sign-in' })
  await world.sql('delete from auth.used_codes')
  const path = '/api/auth/two-factor/verify-totp'
  const given = await world.request({ cookie }, 'POST', path, { code: member.totp.generate() })
  expect(given).toMatchObject({ status: 200, body: { next: 'ready' } })
  expect(await stage(given.cookie)).toMatchObject({
    stage: 'ready',
    me: { memberId: member.memberId },
  })
  service.accounts.set('sam', account(member.email, { amr: ['mfa'] }))
  const trusted = await enter('sam')
  expect(trusted.to).toBe('/inbox')
  await change({ trustsFactor: false })
  expect(await stage(trusted.cookie)).toMatchObject({ stage: 'sign-in' })
  expect((await enter('sam')).to).toBe('/sign-in?step=code')
  await change({ trustsFactor: true })
})

it('makes whoever holds an open invitation a member, who then adds a second factor without a password', async () => {
  await world.request(owner, 'POST', '/api/v1/invitations', {
    email: 'new@example.com',
    role: 'publisher',
  })
  service.accounts.set('nina', account('new@example.com', { name: 'Nina' }))
  const { to, cookie } = await enter('nina')
  expect(to).toBe('/enrol')
  expect(await stage(cookie)).toMatchObject({
    stage: 'enrol',
    me: { role: 'publisher', name: 'Nina', hasPassword: false },
  })
  expect((await world.request({ cookie }, 'GET', '/api/v1/members')).status).toBe(403)
  const enabled = await world.request({ cookie }, 'POST', '/api/auth/two-factor/enable', {})
  const totp = readTotp(NewFactor.parse(enabled.body).totpUri)
  const path = '/api/auth/two-factor/verify-totp'
  const done = await world.request({ cookie }, 'POST', path, { code: totp.generate() })
  expect(await stage(done.cookie)).toMatchObject({ stage: 'ready' })
  expect(await acts()).toContainEqual(
    expect.objectContaining({
      act: 'member.joined',
      detail: expect.objectContaining({ by: 'sso', role: 'publisher' }),
    }),
  )
})

it('takes newcomers only where the workspace does, in the role it says', async () => {
  service.accounts.set('zoe', account('zoe@example.com', { amr: ['mfa'] }))
  await refused('not-a-member', () => enter('zoe'))
  await change({ newcomerRole: 'analyst' })
  const { to, cookie } = await enter('zoe')
  expect(to).toBe('/inbox')
  expect(await stage(cookie)).toMatchObject({ me: { role: 'analyst' } })
  await change({ newcomerRole: null })
})

it('never makes an owner, nor lets one in who did not tie themselves to the provider', async () => {
  const second = await world.request(owner, 'POST', '/api/v1/invitations', {
    email: 'boss@example.com',
    role: 'owner',
  })
  expect(NewInvitation.parse(second.body).role).toBe('owner')
  service.accounts.set('boss', account('boss@example.com'))
  await refused('not-a-member', () => enter('boss'))
  const token = NewInvitation.parse(second.body).link.split('#')[1]
  await world.request(null, 'POST', '/api/v1/invitations/accept', {
    token,
    name: 'Boss',
    password: goodPassword,
  })
  await refused('owner-not-linked', () => enter('boss'))
  service.accounts.set('olga', account(owner.email, { amr: ['mfa'] }))
  const { cookie } = await enter('olga')
  expect(await stage(cookie)).toMatchObject({ stage: 'ready', me: { memberId: owner.memberId } })
})

it('refuses an unverified address, a foreign domain and no address, and writes nothing', async () => {
  const member = await world.people.member(owner, 'responder')
  service.accounts.set('u', { email: member.email, email_verified: false })
  await refused('unverified-email', () => enter('u'))
  service.accounts.set('f', account('somebody@elsewhere.example'))
  await refused('foreign-domain', () => enter('f'))
  service.accounts.set('n', { name: 'Nameless' })
  await refused('no-email', () => enter('n'))
})

it('refuses a second person at the provider who has come by a member’s address', async () => {
  const member = await world.people.member(owner, 'responder')
  service.accounts.set('first', account(member.email))
  await enter('first')
  service.accounts.set('second', account(member.email))
  await refused('other-person', () => enter('second'))
})

it('takes an answer once, and only in the browser that began it', async () => {
  const member = await world.people.member(owner, 'responder')
  service.accounts.set('rob', account(member.email, { amr: ['mfa'] }))
  const mine = await begin()
  const path = await signInAtProvider(mine.address, 'rob')
  const stranger = await begin()
  // Login CSRF: somebody's answer, put into the browser of somebody else.
  await refused('not-begun', () => goBack(stranger.browser, path))
  await refused('not-begun', () => goBack(null, path))
  const swapped = new URL(path, 'http://x')
  swapped.searchParams.set('state', new URL(stranger.address).searchParams.get('state') ?? '')
  // The code was made for another request: PKCE does not fit, and the provider takes it back.
  await refused('expired', () => goBack(stranger.browser, `${swapped.pathname}${swapped.search}`))
  const fresh = await begin()
  const freshPath = await signInAtProvider(fresh.address, 'rob')
  const both = await Promise.all([
    goBack(fresh.browser, freshPath),
    goBack(fresh.browser, freshPath),
  ])
  expect(both.map(({ to }) => to).sort()).toEqual(['/inbox', '/sign-in?problem=not-begun'])
  await refused('not-begun', () => goBack(fresh.browser, freshPath))
})

it('takes an answer for ten minutes', async () => {
  const { address, browser } = await begin()
  const path = await signInAtProvider(address, 'olga')
  passTime(10 * 60_000 + 1000)
  await refused('expired', () => goBack(browser, path))
})

it('refuses the answer of another issuer, and one without an issuer', async () => {
  const changed = async (iss: string | null) => {
    const { address, browser } = await begin()
    const url = new URL(await signInAtProvider(address, 'olga'), 'http://x')
    if (iss === null) url.searchParams.delete('iss')
    else url.searchParams.set('iss', iss)
    return goBack(browser, `${url.pathname}${url.search}`)
  }
  await refused('not-genuine', () => changed(other.issuer))
  await refused('not-genuine', () => changed(null))
})

it('refuses a token signed with another key, and one whose times do not fit our clock', async () => {
  const keys = (_: unknown, response: import('node:http').ServerResponse) => {
    response.setHeader('content-type', 'application/json')
    response.end(service.foreignKeys)
  }
  service.faults.set('/jwks', keys)
  await refused('not-genuine', () => enter('olga'))
  service.faults.clear()
  const { address, browser } = await begin()
  const path = await signInAtProvider(address, 'olga')
  await world.sql(`update auth.sso_attempts set created_at = now() + interval '2 hours'`)
  passTime(2 * 3_600_000)
  await refused('clock', () => goBack(browser, path))
})

it('tells when the provider is away, and when the person said no', async () => {
  const { address, browser } = await begin()
  const path = await signInAtProvider(address, 'olga')
  service.faults.set('/token', (_, response) => response.writeHead(503).end())
  await refused('away', () => goBack(browser, path))
  service.faults.set('/.well-known/openid-configuration', (_, response) => response.destroy())
  const start = await world.request(null, 'POST', '/api/auth/sso/start', { provider: provider.id })
  expect(start).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  service.faults.clear()
  const no = await begin()
  const denied = await signInAtProvider(no.address, 'olga', 'no')
  await refused('denied', () => goBack(no.browser, denied))
})
