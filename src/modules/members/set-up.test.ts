import { afterEach, beforeEach, expect, it } from 'vitest'
import { SessionView } from '../../../contract/session.ts'
import { createTestServer, enrol, goodPassword, type TestServer } from '../../../test/http.ts'
import { verifyAudit } from '../audit/index.ts'
import { createOwner } from './index.ts'

let server: TestServer
beforeEach(async () => {
  server = await createTestServer()
})
afterEach(() => server.close())

const first = {
  business: 'Café Central',
  name: 'Olga',
  email: 'Olga@Example.com',
  password: goodPassword,
  timeZone: 'europe/bucharest',
  locale: 'ro',
}
const setUp = (body: object = first) => server.request(null, 'POST', '/api/v1/setup/owner', body)
async function session(cookie: string | null) {
  const as = cookie === null ? null : { cookie }
  return SessionView.parse((await server.request(as, 'GET', '/api/v1/session')).body)
}

it('leads from nothing to a signed-in owner, step by step', async () => {
  expect(await session(null)).toMatchObject({ stage: 'set-up', me: null, workspace: null })
  const made = await setUp()
  expect(made).toMatchObject({ status: 201, body: { next: 'enrol' } })
  expect(await session(made.cookie)).toMatchObject({ stage: 'enrol', workspace: null })
  const owner = await enrol(server.request, {
    email: first.email,
    password: first.password,
    cookie: made.cookie,
  })
  expect(await session(owner.cookie)).toMatchObject({
    stage: 'ready',
    me: { name: 'Olga', email: 'olga@example.com', role: 'owner' },
    workspace: { name: 'Café Central', timeZone: 'Europe/Bucharest', locale: 'ro' },
    setupLeft: ['business', 'channel'],
  })
  const hours = { sat: [['10:00', '14:00']] }
  const changed = await server.request(owner, 'PATCH', '/api/v1/workspace', { hours })
  expect(changed).toMatchObject({ status: 200, body: { hours: { ...hours, sun: [] } } })
  expect((await session(owner.cookie)).setupLeft).toEqual(['channel'])
  expect(await session(null)).toMatchObject({ stage: 'sign-in' })
  const { db } = server.database
  const verdict = await verifyAudit(db, owner.workspaceId)
  expect(verdict).toMatchObject({ ok: true })
})

it('refuses a second set-up', async () => {
  await setUp()
  const again = await setUp({ ...first, email: 'eve@example.com' })
  expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect(again.cookie).toBe('')
})

it('lets one of two set-ups at the same moment win', async () => {
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((who) => setUp({ ...first, email: `${who}@example.com` })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
  const { rows } = await server.database.pool.query('select count(*) as users from auth."user"')
  expect(rows[0]).toEqual({ users: 1 })
})

it.each([
  ['password', { password: 'short' }],
  ['password', { password: 'password1' }],
  ['password', { password: 'Cafe-Central1', business: 'Cafe Central' }],
  ['timeZone', { timeZone: 'Mars/Olympus' }],
  ['timeZone', { timeZone: '+02:00' }],
  ['email', { email: 'not an address' }],
  ['business', { business: '   ' }],
])('names %s when it is wrong and sets nothing up', async (field, wrong) => {
  expect(await setUp({ ...first, ...wrong })).toMatchObject({
    status: 400,
    body: { errors: [{ field }] },
  })
  expect(await session(null)).toMatchObject({ stage: 'set-up' })
})

it('makes owners from the command line: first, another of the same business, one of a new business', async () => {
  const deps = { db: server.database.db, clock: () => new Date() }
  const person = (n: number) => ({
    name: 'Ana',
    email: `ana${n}@example.com`,
    password: goodPassword,
  })
  const one = await createOwner(deps, { ...person(1), business: 'Bakery' })
  const two = await createOwner(deps, person(2))
  expect(two.workspaceId).toBe(one.workspaceId)
  const three = await createOwner(deps, { ...person(3), business: 'Smithy' })
  expect(three.workspaceId).not.toBe(one.workspaceId)
  await expect(createOwner(deps, person(4))).rejects.toMatchObject({
    code: 'bad-input',
    fields: [{ field: 'business' }],
  })
  await expect(createOwner(deps, { ...person(1), business: 'Other' })).rejects.toMatchObject({
    code: 'conflict',
  })
})
