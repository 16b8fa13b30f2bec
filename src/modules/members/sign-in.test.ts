import { afterAll, beforeAll, expect, it } from 'vitest'
import { listOf } from '../../../contract/http.ts'
import { SessionInfo } from '../../../contract/members.ts'
import { SessionView } from '../../../contract/session.ts'
import { BackupCodes, NewFactor } from '../../../contract/sign-in.ts'
import {
  createTestServer,
  goodPassword,
  type Person,
  readTotp,
  type TestServer,
} from '../../../test/http.ts'

let server: TestServer
let owner: Person
let now = () => new Date()
beforeAll(async () => {
  server = await createTestServer(undefined, { clock: () => now() })
  owner = await server.people.owner()
})
afterAll(async () => {
  expect(server.log.errors()).toEqual([])
  await server.close()
})

const signIn = (email: string, password: string) =>
  server.request(null, 'POST', '/api/auth/sign-in/email', { email, password })
const verify = (cookie: string, code: string) =>
  server.request({ cookie }, 'POST', '/api/auth/two-factor/verify-totp', { code })
async function stage(cookie: string) {
  return SessionView.parse((await server.request({ cookie }, 'GET', '/api/v1/session')).body).stage
}
it('asks for the second factor and shows nothing before it', async () => {
  const first = await signIn(owner.email, goodPassword)
  expect(first).toMatchObject({ status: 200, body: { next: 'second-factor' } })
  expect(await stage(first.cookie)).toBe('sign-in')
  expect((await server.request({ cookie: first.cookie }, 'GET', '/api/v1/members')).status).toBe(
    401,
  )
})

it('never puts a session token into an answer', async () => {
  const cookie = await server.people.signIn(owner)
  const token = decodeURIComponent(/session_token=([^;]+)/.exec(cookie)?.[1] ?? '').split('.')[0]
  expect(token).toMatch(/^\w{20,}/)
  const sessions = await server.request({ cookie }, 'GET', '/api/v1/sessions')
  expect(JSON.stringify(sessions.body)).not.toContain(token)
})

it('sets cookies that scripts cannot read and other sites do not send', async () => {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers: { host: '127.0.0.1:4400' },
    payload: { email: owner.email, password: goodPassword },
  })
  for (const cookie of [answer.headers['set-cookie']].flat()) {
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Lax/)
  }
})

it('opens one session with one code, also when it is sent twice at once', async () => {
  await server.database.pool.query('delete from auth.used_codes')
  const code = owner.totp.generate()
  const [one, two] = await Promise.all([
    signIn(owner.email, goodPassword),
    signIn(owner.email, goodPassword),
  ])
  const answers = await Promise.all([verify(one.cookie, code), verify(two.cookie, code)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
  const third = await signIn(owner.email, goodPassword)
  expect(await verify(third.cookie, code)).toMatchObject({
    status: 401,
    body: { detail: expect.stringContaining('used already') },
  })
})

it('refuses a wrong code, and the challenge after five of them', async () => {
  const { cookie } = await signIn(owner.email, goodPassword)
  for (let i = 0; i < 5; i++) expect((await verify(cookie, '000000')).status).toBe(401)
  await server.database.pool.query('delete from auth.used_codes')
  const late = await verify(cookie, owner.totp.generate())
  expect(late.status).toBe(429)
  await server.people.signIn(owner)
})

it('signs in with a backup code once', async () => {
  const made = await server.request(owner, 'POST', '/api/auth/two-factor/generate-backup-codes', {
    password: goodPassword,
  })
  const [code] = BackupCodes.parse(made.body).backupCodes
  const use = async () => {
    const { cookie } = await signIn(owner.email, goodPassword)
    return server.request({ cookie }, 'POST', '/api/auth/two-factor/verify-backup-code', { code })
  }
  const first = await use()
  expect(first).toMatchObject({ status: 200, body: { next: 'ready' } })
  expect(await stage(first.cookie)).toBe('ready')
  expect((await use()).status).toBe(401)
})

it('answers a wrong password and an unknown address alike', async () => {
  const wrong = await signIn(owner.email, 'not the password')
  const unknown = await signIn('nobody@example.com', 'not the password')
  expect(wrong.status).toBe(401)
  expect(unknown.body).toEqual(wrong.body)
})

it('slows down guessing of one account and forgives with time', async () => {
  const person = await server.people.owner()
  const start = Date.now()
  now = () => new Date(start)
  for (let i = 0; i < 5; i++)
    expect((await signIn(person.email, `guess ${i} guess`)).status).toBe(401)
  const slowed = await signIn(person.email, goodPassword)
  expect(slowed).toMatchObject({ status: 429, body: { code: 'too-many' } })
  expect((await signIn(owner.email, goodPassword)).status).toBe(200)
  now = () => new Date(start + 3000)
  expect((await signIn(person.email, goodPassword)).status).toBe(200)
  now = () => new Date()
})

it('counts guesses made at the same moment', async () => {
  const person = await server.people.owner()
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) => signIn(person.email, `guess ${i} guess`)),
  )
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(7)
})

it('opens nothing but enrolment to a session without a second factor', async () => {
  const member = await server.people.member(owner, 'responder')
  const disabled = await server.request(member, 'POST', '/api/auth/two-factor/disable', {
    password: goodPassword,
  })
  expect(disabled).toMatchObject({ status: 200, body: { next: 'enrol' } })
  const bare = { cookie: disabled.cookie }
  const view = SessionView.parse((await server.request(bare, 'GET', '/api/v1/session')).body)
  expect(view).toMatchObject({
    stage: 'enrol',
    workspace: null,
    workspaces: [],
    me: { abilities: [] },
  })
  for (const path of ['/api/v1/members', '/api/v1/sessions', '/api/v1/workspace']) {
    expect(await server.request(bare, 'GET', path)).toMatchObject({
      status: 403,
      body: { code: 'second-factor-needed' },
    })
  }
  const change = { currentPassword: goodPassword, newPassword: 'another marmalade tram' }
  expect((await server.request(bare, 'POST', '/api/auth/change-password', change)).status).toBe(403)
  expect((await server.request(member, 'GET', '/api/v1/members')).status).toBe(401)
})

it('ends the other sessions when a factor is set up', async () => {
  const member = await server.people.member(owner, 'analyst')
  const path = '/api/auth/two-factor/disable'
  const disabled = await server.request(member, 'POST', path, { password: goodPassword })
  const here = { cookie: disabled.cookie }
  const elsewhere = await signIn(member.email, goodPassword)
  expect(elsewhere.body).toEqual({ next: 'enrol' })
  const enabled = await server.request(here, 'POST', '/api/auth/two-factor/enable', {
    password: goodPassword,
  })
  expect(enabled.status).toBe(200)
  const secret = new URL(NewFactor.parse(enabled.body).totpUri).searchParams.get('secret')
  expect(secret).toMatch(/^[A-Z2-7]{32,}/)
  const totp = readTotp(NewFactor.parse(enabled.body).totpUri)
  const done = await verify(disabled.cookie, totp.generate())
  expect(await stage(done.cookie)).toBe('ready')
  expect(await stage(elsewhere.cookie)).toBe('sign-in')
})

it('changes the password, keeps this session and ends the others', async () => {
  const person = await server.people.owner()
  const other = await server.people.signIn(person)
  const change = (currentPassword: string, newPassword: string) =>
    server.request(person, 'POST', '/api/auth/change-password', { currentPassword, newPassword })
  expect(await change(goodPassword, 'password123')).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'newPassword' }] },
  })
  expect((await change('wrong wrong wrong', 'a fine new password')).status).toBe(422)
  const changed = await change(goodPassword, 'a fine new pässword')
  expect(changed.status).toBe(204)
  expect(await stage(changed.cookie)).toBe('ready')
  expect(await stage(other)).toBe('sign-in')
  expect((await signIn(person.email, goodPassword)).status).toBe(401)
  // The same letter typed as a + combining diaeresis.
  expect((await signIn(person.email, 'a fine new pa\u0308ssword')).status).toBe(200)
})

it('lists sessions and ends one, or all others, but never somebody else’s', async () => {
  const person = await server.people.owner()
  const second = await server.people.signIn(person)
  const list = async (as: { cookie: string }) => {
    const { body } = await server.request(as, 'GET', '/api/v1/sessions')
    return listOf(SessionInfo).parse(body).items
  }
  const mine = await list(person)
  expect(mine.map(({ current }) => current).sort()).toEqual([false, true])
  const otherId = mine.find(({ current }) => !current)?.id
  expect((await server.request(owner, 'DELETE', `/api/v1/sessions/${otherId}`)).status).toBe(404)
  expect((await server.request(person, 'DELETE', `/api/v1/sessions/${otherId}`)).status).toBe(204)
  expect(await stage(second)).toBe('sign-in')
  const third = await server.people.signIn(person)
  expect(await server.request(person, 'DELETE', '/api/v1/sessions')).toMatchObject({
    body: { ended: 1 },
  })
  expect(await stage(third)).toBe('sign-in')
  expect(await stage(person.cookie)).toBe('ready')
})

it('ends a session on signing out, so that a copied cookie is worth nothing', async () => {
  const cookie = await server.people.signIn(owner)
  expect((await server.request({ cookie }, 'POST', '/api/auth/sign-out')).status).toBe(204)
  expect(await stage(cookie)).toBe('sign-in')
})

it('ends a session that was idle for 7 days, and any after 30', async () => {
  const { pool } = server.database
  const idle = await server.people.signIn(owner)
  await pool.query(
    `update auth.session set "updatedAt" = now() - interval '7 days 1 minute' where "userId" = (select id from auth."user" where email = $1)`,
    [owner.email],
  )
  expect(await stage(idle)).toBe('sign-in')
  const old = await server.people.signIn(owner)
  await pool.query(
    `update auth.session set "createdAt" = now() - interval '30 days 1 minute', "updatedAt" = now() where "userId" = (select id from auth."user" where email = $1)`,
    [owner.email],
  )
  expect(await stage(old)).toBe('sign-in')
  owner = { ...owner, cookie: await server.people.signIn(owner) }
})

it('does not believe a cookie that was altered', async () => {
  const altered = owner.cookie.replace(
    /session_token=(.)/,
    (_all, first) => `session_token=${first === 'a' ? 'b' : 'a'}`,
  )
  expect(await stage(altered)).toBe('sign-in')
})

it('offers no address of the sign-in machinery that has no route of its own', async () => {
  for (const path of [
    '/sign-up/email',
    '/get-session',
    '/update-user',
    '/delete-user',
    '/reset-password',
    '/list-sessions',
    '/revoke-sessions',
    '/change-email',
  ])
    for (const method of ['GET', 'POST'])
      expect(
        (
          await server.request(
            owner,
            method,
            `/api/auth${path}`,
            method === 'POST' ? {} : undefined,
          )
        ).status,
      ).toBe(404)
})

it('limits tries to sign in from one address', async () => {
  const limited = await createTestServer(undefined, { signInsPerMinute: 3 })
  const statuses = []
  for (let i = 0; i < 4; i++) {
    const email = `someone${i}@example.com`
    const answer = await limited.request(null, 'POST', '/api/auth/sign-in/email', {
      email,
      password: 'x',
    })
    statuses.push(answer.status)
    if (i === 3) expect(answer.headers['retry-after']).toBeDefined()
  }
  expect(statuses).toEqual([401, 401, 401, 429])
  await limited.close()
})

it('writes no password, code, token or cookie into the log', async () => {
  const text = server.log.text()
  expect(text).not.toContain(goodPassword)
  expect(text).not.toContain('session_token')
})
