import { afterAll, beforeAll, expect, it } from 'vitest'
import { listOf } from '../../../contract/http.ts'
import { Key, Member, NewInvitation, NewKey } from '../../../contract/members.ts'
import { type MemberRole, SessionView } from '../../../contract/session.ts'
import { createTestServer, goodPassword, type Person, type TestServer } from '../../../test/http.ts'
import { inWorkspace } from '../../platform/db.ts'

let server: TestServer
let owner: Person
let outsider: Person
let now = () => new Date()
beforeAll(async () => {
  server = await createTestServer(undefined, { clock: () => now() })
  owner = await server.people.owner('Bakery')
  outsider = await server.people.owner('Smithy')
})
afterAll(async () => {
  expect(server.log.errors()).toEqual([])
  await server.close()
})

const setRole = (as: Person, member: Person, role: MemberRole) =>
  server.request(as, 'PATCH', `/api/v1/members/${member.memberId}`, { role })
const remove = (as: Person, member: Person) =>
  server.request(as, 'DELETE', `/api/v1/members/${member.memberId}`)
const invite = (as: Person, email: string, role: MemberRole) =>
  server.request(as, 'POST', '/api/v1/invitations', { email, role })
const accept = (token: string | undefined, password = goodPassword) =>
  server.request(null, 'POST', '/api/v1/invitations/accept', { token, name: 'New', password })
const tokenOf = (body: unknown) => NewInvitation.parse(body).link.split('#')[1]
async function stage(cookie: string) {
  return SessionView.parse((await server.request({ cookie }, 'GET', '/api/v1/session')).body).stage
}
async function actsOf(person: Person) {
  const rows = await inWorkspace(server.database.db, person.workspaceId, (tx) =>
    tx.selectFrom('audit_entries').select(['act', 'actor', 'subject']).orderBy('seq').execute(),
  )
  return rows
}

it('shows members with what the asking one may do to them', async () => {
  const responder = await server.people.member(owner, 'responder')
  const read = async (as: Person) =>
    listOf(Member).parse((await server.request(as, 'GET', '/api/v1/members')).body).items
  const seen = (await read(owner)).find(({ id }) => id === responder.memberId)
  expect(seen).toMatchObject({
    role: 'responder',
    secondFactor: true,
    can: { changeRole: true, remove: true },
  })
  const self = (await read(responder)).find(({ id }) => id === responder.memberId)
  expect(self).toMatchObject({ can: { changeRole: false, remove: true } })
  expect((await read(responder)).find(({ id }) => id === owner.memberId)).toMatchObject({
    can: { changeRole: false, remove: false },
  })
  expect((await read(outsider)).map(({ id }) => id)).toEqual([outsider.memberId])
})

it('changes a role at once and writes it down', async () => {
  const member = await server.people.member(owner, 'analyst')
  expect(await setRole(owner, member, 'admin')).toMatchObject({
    status: 200,
    body: { role: 'admin' },
  })
  expect((await server.request(member, 'GET', '/api/v1/keys')).status).toBe(200)
  expect(await actsOf(owner)).toContainEqual({
    act: 'member.role-changed',
    actor: `member:${owner.memberId}`,
    subject: `member:${member.memberId}`,
  })
})

it('keeps owners out of an admin’s reach', async () => {
  const admin = await server.people.member(owner, 'admin')
  const responder = await server.people.member(owner, 'responder')
  expect((await setRole(admin, owner, 'analyst')).status).toBe(409)
  expect((await setRole(admin, responder, 'owner')).status).toBe(403)
  expect((await setRole(admin, admin, 'owner')).status).toBe(403)
  expect((await remove(admin, owner)).status).toBe(403)
  expect((await invite(admin, 'boss@example.com', 'owner')).status).toBe(403)
})

it('keeps the last owner, also when two owners remove each other at the same moment', async () => {
  const first = await server.people.owner()
  expect(await setRole(first, first, 'admin')).toMatchObject({ status: 409 })
  expect(await remove(first, first)).toMatchObject({ status: 409 })
  const second = await server.people.member(first, 'owner')
  const answers = await Promise.all([remove(first, second), remove(second, first)])
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
})

it('ends a removed member’s sessions and signs them in no more', async () => {
  const member = await server.people.member(owner, 'publisher')
  expect((await remove(owner, member)).status).toBe(204)
  expect(await stage(member.cookie)).toBe('sign-in')
  expect((await server.request(member, 'GET', '/api/v1/members')).status).toBe(401)
  const { email, password } = member
  const again = await server.request(null, 'POST', '/api/auth/sign-in/email', { email, password })
  expect(again).toMatchObject({ status: 403, body: { code: 'forbidden' } })
})

it('answers for another workspace’s member as for one that does not exist', async () => {
  const theirs = await setRole(outsider, owner, 'analyst')
  const nobodys = await server.request(
    outsider,
    'PATCH',
    `/api/v1/members/${crypto.randomUUID()}`,
    { role: 'analyst' },
  )
  expect(theirs.status).toBe(404)
  expect(theirs.body).toEqual(nobodys.body)
  expect((await remove(outsider, owner)).status).toBe(404)
})

it('takes an invitation once, within 7 days, unless it was taken back', async () => {
  const invited = await invite(owner, 'Once@Example.com', 'contributor')
  expect(invited).toMatchObject({ status: 201, body: { email: 'once@example.com' } })
  const token = tokenOf(invited.body)
  expect((await accept(token, 'short')).status).toBe(400)
  const answers = await Promise.all([accept(token), accept(token)])
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect((await accept(token)).status).toBe(404)

  const late = tokenOf((await invite(owner, 'late@example.com', 'analyst')).body)
  now = () => new Date(Date.now() + 8 * 86_400_000)
  expect((await accept(late)).status).toBe(404)
  now = () => new Date()

  const back = await invite(owner, 'back@example.com', 'analyst')
  const { id } = NewInvitation.parse(back.body)
  expect((await server.request(outsider, 'DELETE', `/api/v1/invitations/${id}`)).status).toBe(404)
  expect((await server.request(owner, 'DELETE', `/api/v1/invitations/${id}`)).status).toBe(204)
  expect((await accept(tokenOf(back.body))).status).toBe(404)
})

it('shows the invitation’s token once and keeps only its hash', async () => {
  const invited = await invite(owner, 'hash@example.com', 'analyst')
  const token = tokenOf(invited.body)
  expect(token).toMatch(/^invite_[\w-]{43}$/)
  const list = await server.request(owner, 'GET', '/api/v1/invitations')
  expect(JSON.stringify(list.body)).not.toContain(token)
  const rows = await inWorkspace(server.database.db, owner.workspaceId, (tx) =>
    tx.selectFrom('invitations').selectAll().execute(),
  )
  expect(JSON.stringify(rows)).not.toContain(token)
})

it('lets somebody with a sign-in join a second business by their own password, and choose between them', async () => {
  const token = tokenOf((await invite(owner, outsider.email, 'responder')).body)
  expect(await accept(token, 'not their password')).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'password' }] },
  })
  expect(await accept(token)).toMatchObject({ status: 200, body: { next: 'second-factor' } })
  const cookie = await server.people.signIn(outsider)
  const choose = { 'parley-workspace': owner.workspaceId }
  const here = await server.request({ cookie }, 'GET', '/api/v1/session', undefined, choose)
  expect(here.body).toMatchObject({ me: { role: 'responder' }, workspace: { name: 'Bakery' } })
  expect(SessionView.parse(here.body).workspaces).toHaveLength(2)
  const home = await server.request({ cookie }, 'GET', '/api/v1/session')
  expect(home.body).toMatchObject({ me: { role: 'owner' }, workspace: { name: 'Smithy' } })
  const keys = await server.request({ cookie }, 'GET', '/api/v1/keys', undefined, choose)
  expect(keys.status).toBe(403)
  const foreign = { 'parley-workspace': outsider.workspaceId }
  expect((await server.request(owner, 'GET', '/api/v1/members', undefined, foreign)).status).toBe(
    404,
  )
})

it('makes a key that is shown once, kept as a hash, works within its scopes, and ends', async () => {
  const made = await server.request(owner, 'POST', '/api/v1/keys', {
    name: 'Report',
    scopes: ['read-members'],
  })
  expect(made.status).toBe(201)
  const { id, key } = NewKey.parse(made.body)
  expect(key).toMatch(/^parley_[\w-]{43}$/)
  expect((await server.request({ key }, 'GET', '/api/v1/members')).status).toBe(200)
  expect((await server.request({ key }, 'GET', '/api/v1/keys')).status).toBe(403)
  expect((await server.request({ key }, 'GET', '/api/v1/sessions')).status).toBe(403)
  const list = await server.request(owner, 'GET', '/api/v1/keys')
  const listed = listOf(Key)
    .parse(list.body)
    .items.find((item) => item.id === id)
  expect(listed).toMatchObject({
    name: 'Report',
    scopes: ['read-members'],
    hint: key.slice(-4),
    revokedAt: null,
  })
  expect(listed?.lastUsedAt).not.toBeNull()
  const rows = await inWorkspace(server.database.db, owner.workspaceId, (tx) =>
    tx.selectFrom('api_keys').selectAll().execute(),
  )
  expect(JSON.stringify([list.body, rows])).not.toContain(key)
  expect((await server.request(outsider, 'DELETE', `/api/v1/keys/${id}`)).status).toBe(404)
  expect((await server.request(owner, 'DELETE', `/api/v1/keys/${id}`)).status).toBe(204)
  expect((await server.request({ key }, 'GET', '/api/v1/members')).status).toBe(401)
  expect((await server.request({ key: `${key}x` }, 'GET', '/api/v1/members')).status).toBe(401)
})

it('lets a key make no key with more than its own scopes', async () => {
  const { key } = await server.people.key(owner, ['manage-keys', 'reply'])
  const make = (scopes: string[]) =>
    server.request({ key }, 'POST', '/api/v1/keys', { name: 'k', scopes })
  expect((await make(['reply'])).status).toBe(201)
  expect((await make(['reply', 'manage-members'])).status).toBe(403)
  expect((await make(['all'])).status).toBe(403)
})

it('writes every change into the audit log', async () => {
  const acts = new Set((await actsOf(owner)).map(({ act }) => act))
  for (const act of [
    'workspace.created',
    'owner.created',
    'second-factor.enabled',
    'signed-in',
    'invitation.created',
    'invitation.revoked',
    'member.joined',
    'member.role-changed',
    'member.removed',
    'key.created',
    'key.revoked',
  ])
    expect(acts).toContain(act)
})

it('refuses hours that overlap or end before they begin', async () => {
  const patch = (hours: object) => server.request(owner, 'PATCH', '/api/v1/workspace', { hours })
  expect(await patch({ mon: [['17:00', '09:00']] })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'hours.mon.0' }] },
  })
  expect(
    await patch({
      mon: [
        ['09:00', '12:00'],
        ['11:00', '17:00'],
      ],
    }),
  ).toMatchObject({ status: 400, body: { errors: [{ field: 'hours.mon.1' }] } })
  expect(
    (
      await patch({
        mon: [
          ['09:00', '12:00'],
          ['13:00', '24:00'],
        ],
      })
    ).status,
  ).toBe(200)
})
