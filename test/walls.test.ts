import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { MemberRole } from '../contract/session.ts'
import { createParley, type Parley } from '../src/app.ts'
import { readConfig } from '../src/platform/config.ts'
import type { Route } from '../src/platform/http-routes.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import {
  type Answer,
  type As,
  type Caller,
  createCaller,
  createPeople,
  goodPassword,
  type People,
  type Person,
} from './http.ts'
import { createTestLog } from './log.ts'
import { type Thing, type Wall, walls } from './walls-table.ts'
import { makeThings, mark } from './walls-world.ts'

const OpenApi = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).loose()

let home: string
let parley: Parley
let database: TestDatabase
let request: Caller
let people: People
let owner: Person
let outsider: Person
/** A session that has no second factor yet. */
let half: { cookie: string }
const byRole = new Map<MemberRole, Person>()
let things: Record<Thing, string>
const log = createTestLog()

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-walls-'))
  database = await createTestDatabase()
  parley = await createParley({
    config: readConfig({ PARLEY_HOME: home }),
    databaseUrl: database.url,
    log: log.log,
    limits: { perCaller: 100_000, perAddress: 100_000 },
    signInsPerMinute: 100_000,
  })
  await parley.server.app.ready()
  request = createCaller(parley.server.app)
  people = createPeople(request, { database, clock: () => new Date() })
  owner = await people.owner(`${mark} Bakery`)
  outsider = await people.owner('Smithy')
  byRole.set('owner', owner)
  for (const role of MemberRole.options.filter((option) => option !== 'owner'))
    byRole.set(role, await people.member(owner, role))
  half = await withoutSecondFactor()
  things = await makeThings({ request, people, db: database.db }, owner)
})
afterAll(async () => {
  expect(log.errors()).toEqual([])
  await parley.stop()
  await database.drop()
  await rm(home, { recursive: true })
})

async function withoutSecondFactor(): Promise<{ cookie: string }> {
  const person = await people.member(owner, 'admin')
  const path = '/api/auth/two-factor/disable'
  const { cookie } = await request(person, 'POST', path, { password: goodPassword })
  return { cookie }
}

function everyRoute(): (Route & { name: string; wall: Wall })[] {
  return parley.server.routes.map(({ method, path, access }) => {
    const name = `${method} ${path}`
    const wall = walls[name]
    if (!wall) throw new Error(`${name} is not in test/walls-table.ts: say there who it is for`)
    return { name, method, path, access, wall }
  })
}

function ask(
  as: As,
  method: string,
  path: string,
  id: string = crypto.randomUUID(),
  body?: object,
): Promise<Answer> {
  return request(
    as,
    method,
    path.replace(':index', '0').replace(':moveId', crypto.randomUUID()).replace(':id', id),
    body,
  )
}

it('has every route in its table, and no route that is gone', () => {
  const names = everyRoute().map(({ name }) => name)
  expect(names.sort()).toEqual(Object.keys(walls).sort())
})

it('describes every route of the whole program in a valid OpenAPI 3.1 document', async () => {
  const { body } = await request(null, 'GET', '/api/openapi.json')
  const document = OpenApi.parse(body)
  expect(await new Validator().validate(document)).toMatchObject({ valid: true })
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const names = everyRoute().map(({ name }) => name.replace(/:(\w+)/g, '{$1}'))
  expect(described.sort()).toEqual(names.sort())
})

it('lets nobody through, nor a key that is not one, where somebody is asked for', async () => {
  for (const { name, method, path, wall } of everyRoute()) {
    for (const as of [null, { key: `parley_${'x'.repeat(43)}` }]) {
      if (wall.for === 'anyone') continue
      const answer = await ask(as, method, path)
      expect({ name, status: answer.status }).toEqual({ name, status: 401 })
      expect(answer.body, name).toMatchObject({ code: 'not-signed-in' })
    }
  }
})

it('lets anybody ask what is open to all', async () => {
  for (const { name, method, path, wall } of everyRoute()) {
    if (wall.for !== 'anyone') continue
    const { status } = await ask(null, method, path)
    expect({ name, met: status === 403 || status >= 500 }).toEqual({ name, met: false })
  }
})

it('lets a session without a second factor do nothing but get one', async () => {
  for (const { name, method, path, wall } of everyRoute()) {
    if (wall.for === 'anyone' || wall.for === 'enrolling') continue
    const answer = await ask(half, method, path)
    expect({ name, status: answer.status }).toEqual({ name, status: 403 })
    expect(answer.body, name).toMatchObject({ code: 'second-factor-needed' })
  }
})

it.each(MemberRole.options)('lets %s through exactly where the role may', async (role) => {
  const person = byRole.get(role)
  if (!person) throw new Error(`nobody is ${role}`)
  for (const { name, method, path, wall } of everyRoute()) {
    const may = !Array.isArray(wall.for) || wall.for.includes(role)
    if (wall.for === 'anyone' || (may && wall.onlyRefusals)) continue
    const { status } = await ask(person, method, path)
    if (may)
      expect({ name, refused: status === 401 || status === 403, broken: status >= 500 }).toEqual({
        name,
        refused: false,
        broken: false,
      })
    else expect({ name, status }).toEqual({ name, status: 403 })
  }
})

it('lets a key through only where it has the scope, and never where a person is asked for', async () => {
  const none = await people.key(owner, ['read-channels'])
  const all = await people.key(owner, ['all'])
  for (const { name, method, path, access, wall } of everyRoute()) {
    if (wall.for === 'anyone' || wall.onlyRefusals) continue
    const forPeople = !Array.isArray(wall.for)
    const narrow = await ask(none, method, path)
    if (access !== 'read-channels')
      expect({ name, status: narrow.status }).toEqual({ name, status: 403 })
    const wide = await ask(all, method, path)
    expect({ name, refused: wide.status === 403 || wide.status === 401 }).toEqual({
      name,
      refused: forPeople || wall.noKeys === true,
    })
  }
})

it('shows another workspace’s owner nothing of the business, by list or by id', async () => {
  for (const { name, method, path, wall } of everyRoute()) {
    if (wall.onlyRefusals) continue
    if (wall.id !== undefined) {
      const theirs = await ask(outsider, method, path, things[wall.id], wall.body)
      const missing = await ask(outsider, method, path, undefined, wall.body)
      expect({ name, status: theirs.status }).toEqual({ name, status: 404 })
      expect(theirs.body, `${name} tells what exists from what does not`).toEqual(missing.body)
    } else {
      const answer = await ask(outsider, method, path)
      expect(JSON.stringify(answer.body), name).not.toContain(mark)
    }
  }
})

it('left the business as it was', async () => {
  const members = await request(owner, 'GET', '/api/v1/members')
  expect(members.body).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ id: owner.memberId, role: 'owner' })]),
  })
  for (const [thing, list] of [
    ['key', 'keys'],
    ['invitation', 'invitations'],
    ['session', 'sessions'],
  ] as const) {
    const { body } = await request(owner, 'GET', `/api/v1/${list}`)
    expect(JSON.stringify(body)).toContain(things[thing])
  }
  expect((await request(owner, 'GET', `/api/v1/media/${things.media}`)).status).toBe(200)
})

it('sees no row of any walled table without naming a workspace', async () => {
  const { pool } = database
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relrowsecurity and c.relforcerowsecurity`,
  )
  expect(rows.length).toBeGreaterThan(20)
  for (const { name } of rows) {
    const seen = await pool.query(`select 1 from "${name}" limit 1`)
    expect({ name, rows: seen.rows.length }).toEqual({ name, rows: 0 })
  }
})

it('has the workspace’s wall round every table that names one, and owns none of them', async () => {
  const { pool } = database
  const open = await pool.query(
    `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
       and not c.relispartition`,
  )
  expect(open.rows).toEqual([])
  const owned = await pool.query(
    `select c.relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname like 'parley\\_%'`,
  )
  expect(owned.rows).toEqual([])
  const { rows } = await pool.query(
    'select current_user as who, rolsuper, rolbypassrls from pg_roles where rolname = current_user',
  )
  expect(rows).toEqual([{ who: 'parley_app', rolsuper: false, rolbypassrls: false }])
})
