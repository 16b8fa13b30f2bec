import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { listOf } from '../../../contract/http.ts'
import { AuditEntry, Member, NewInvitation } from '../../../contract/members.ts'
import { SessionView } from '../../../contract/session.ts'
import { NewFactor } from '../../../contract/sign-in.ts'
import { SsoAddress, SsoProvider } from '../../../contract/sso.ts'
import { allowOrigin } from '../../../test/desk.ts'
import { type Answer, type As, goodPassword, type Person, readTotp } from '../../../test/http.ts'
import { type OidcServer, signInAtProvider, startOidcServer } from '../../../test/oidc-provider.ts'
import { startTestParley, type TestParley } from '../../../test/parley.ts'

vi.setConfig({ testTimeout: 60_000 })

let world: TestParley
let service: OidcServer
let other: OidcServer
let owner: Person
let provider: SsoProvider
let late = 0

const base = '/api/v1/sign-in-providers'

beforeAll(async () => {
  world = await startTestParley({ clock: () => new Date(Date.now() + late) })
  const redirectUri = 'http://127.0.0.1:4400/sign-in/return'
  service = await startOidcServer({ redirectUri })
  other = await startOidcServer({ redirectUri })
  await allowOrigin(world.database.url, service.issuer)
  await allowOrigin(world.database.url, other.issuer)
  // Until the list of allowed origins is read again.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  owner = await world.people.owner('Bakery')
  provider = await add(service)
  service.accounts.set('olga', account(owner.email))
  await tryIt(provider, 'olga')
  provider = await switchTo('on')
})
afterAll(async () => {
  await world.close()
  await service.stop()
  await other.stop()
  expect(world.log.errors()).toEqual([])
})
beforeEach(() => {
  late = 0
})
afterEach(() => service.faults.clear())

function account(email: string, more: object = {}) {
  return { email, email_verified: true, name: 'Somebody', ...more }
}

function input(server: OidcServer, more: object = {}) {
  const { issuer, clientId, clientSecret } = server
  const trust = { newcomerRole: null, trustsFactor: true }
  return {
    name: 'Shop ID',
    issuer,
    clientId,
    clientSecret,
    domains: ['example.com'],
    ...trust,
    ...more,
  }
}

async function add(server: OidcServer, who: As = owner): Promise<SsoProvider> {
  const answer = await world.request(who, 'POST', base, input(server))
  expect(answer).toMatchObject({ status: 201 })
  return SsoProvider.parse(answer.body)
}

async function change(more: object): Promise<SsoProvider> {
  const { clientSecret: _, ...rest } = input(service, more)
  const answer = await world.request(owner, 'PUT', `${base}/${provider.id}`, rest)
  expect(answer).toMatchObject({ status: 200 })
  return SsoProvider.parse(answer.body)
}

async function switchTo(state: string): Promise<SsoProvider> {
  const answer = await world.request(owner, 'PUT', `${base}/${provider.id}/state`, { state })
  expect(answer).toMatchObject({ status: 200, body: { state } })
  return SsoProvider.parse(answer.body)
}

type Begun = { address: string; browser: { cookie: string } }

async function begin(id: string = provider.id, more: object = {}): Promise<Begun> {
  const answer = await world.request(null, 'POST', '/api/auth/sso/start', { provider: id, ...more })
  expect(answer).toMatchObject({ status: 200 })
  return { address: SsoAddress.parse(answer.body).address, browser: { cookie: answer.cookie } }
}

async function tryIt({ id }: SsoProvider, login: string, who: Person = owner): Promise<string> {
  const begun = await world.request(who, 'POST', `${base}/${id}/try`)
  expect(begun).toMatchObject({ status: 200 })
  const back = await signInAtProvider(SsoAddress.parse(begun.body).address, login)
  const cookie = `${who.cookie}; ${begun.cookie}`
  return String((await world.request({ cookie }, 'GET', back)).headers.location)
}

/** The whole way of somebody in a fresh browser. */
async function enter(login: string): Promise<{ to: string; cookie: string }> {
  const { address, browser } = await begin()
  return goBack(browser, await signInAtProvider(address, login))
}

async function goBack(browser: As, path: string): Promise<{ to: string; cookie: string }> {
  const answer = await world.request(browser, 'GET', path)
  expect(answer.status).toBe(303)
  return { to: String(answer.headers.location), cookie: answer.cookie }
}

async function stage(cookie: string): Promise<SessionView> {
  return SessionView.parse((await world.request({ cookie }, 'GET', '/api/v1/session')).body)
}

async function acts(who: Person = owner) {
  const { body } = await world.request(who, 'GET', '/api/v1/audit?limit=100')
  return listOf(AuditEntry).parse(body).items
}

async function written() {
  return world.sql(`select (select count(*)::int from auth."user") as users,
    (select count(*)::int from auth."session") as sessions, (select count(*)::int from members) as members,
    (select count(*)::int from sso_identities) as identities`)
}

/** Everything stays as it was, and the page is told this. */
async function refused(problem: string, attempt: () => Promise<{ to: string; cookie: string }>) {
  const before = await written()
  const { to, cookie } = await attempt()
  expect({ to, cookie }).toEqual({ to: `/sign-in?problem=${problem}`, cookie: '' })
  expect(await written()).toEqual(before)
}

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
  late = 10 * 60_000 + 1000
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
  late = 2 * 3_600_000
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
  const { items } = listOf(Member).parse(
    (await world.request(owner, 'GET', '/api/v1/members')).body,
  )
  const boss = items.find((one) => one.email === 'boss@example.com')
  // The other owner has no second factor of their own yet, so this one may not be let go.
  await world.sql(`update members set role = 'owner' where id = $1`, [boss?.id])
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
