import { Secret, TOTP } from 'otpauth'
import type { MemberId, WorkspaceId } from '../contract/ids.ts'
import { NewInvitation } from '../contract/members.ts'
import { type MemberRole, type Scope, SessionView } from '../contract/session.ts'
import { NewFactor } from '../contract/sign-in.ts'
import {
  type Actor,
  actorOf,
  createAuth,
  createGuard,
  createKey,
  createOwner,
  registerMembers,
} from '../src/modules/members/index.ts'
import { registerWorkspaces } from '../src/modules/workspaces/index.ts'
import type { Clock } from '../src/platform/clock.ts'
import { type App, createHttpServer, type HttpServer } from '../src/platform/http-server.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { createTestLog, type TestLog } from './log.ts'

export const testPublicUrl = 'http://127.0.0.1:4400'
export const goodPassword = 'marmalade tram window'

/** Somebody with an open session in one workspace. */
export type Person = {
  email: string
  password: string
  /** What their browser sends as Cookie. */
  cookie: string
  memberId: MemberId
  workspaceId: WorkspaceId
  role: MemberRole
  totp: TOTP
  actor: Actor
}

/** Who makes a request: nobody, a person with their cookie, or an API key. */
export type As = null | Pick<Person, 'cookie'> | { key: string }

export type Answer = {
  status: number
  headers: Record<string, number | string | string[] | undefined>
  /** Parsed JSON, or the text when it is none. */
  body: unknown
  cookie: string
}

export type Caller = (
  as: As,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>

/** Speaks HTTP to `app` as a browser of ours or an API client would, without a socket. */
export function createCaller(app: Pick<App, 'inject'>): Caller {
  return async (as, method, path, body, headers = {}) => {
    const answer = await app.inject({
      method: parseMethod(method),
      url: path,
      headers: { host: '127.0.0.1:4400', ...headersOf(as, body), ...headers },
      ...(body !== undefined && { payload: textOf(body) }),
    })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: parseBody(answer.body, String(answer.headers['content-type'] ?? '')),
      cookie: answer.cookies
        .map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
        .join('; '),
    }
  }
}

/** The same to a server that listens at `base`. */
export function createRemoteCaller(base: string): Caller {
  return async (as, method, path, body, headers = {}) => {
    const answer = await fetch(new URL(path, base), {
      method,
      redirect: 'manual',
      headers: { ...headersOf(as, body), ...headers },
      ...(body !== undefined && { body: textOf(body) }),
    })
    const type = answer.headers.get('content-type') ?? ''
    const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: parseBody(await answer.text(), type),
      cookie: cookies.join('; '),
    }
  }
}

function headersOf(as: As, body: unknown): Record<string, string> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  if (as === null) return json
  if ('key' in as) return { ...json, authorization: `Bearer ${as.key}` }
  const site = { origin: testPublicUrl, 'sec-fetch-site': 'same-origin' }
  return { ...json, ...site, cookie: as.cookie }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

function parseMethod(method: string): (typeof methods)[number] {
  const found = methods.find((known) => known === method)
  if (!found) throw new Error(`not a method: ${method}`)
  return found
}

function parseBody(text: string, type: string): unknown {
  return /[/+]json/.test(type) && text !== '' ? JSON.parse(text) : text
}

export type TestServer = {
  app: App
  http: HttpServer
  database: TestDatabase
  log: TestLog
  clock: Clock
  request: Caller
  people: People
  close(): Promise<void>
}

/**
 * A server of its own on a database of its own, with members and workspaces, and the modules that
 * `register` adds. Requests are made with `request`, people with `people`.
 */
export async function createTestServer(
  register: (app: App, database: TestDatabase) => void = () => undefined,
  options: {
    clock?: Clock
    limits?: { perCaller: number; perAddress: number }
    signInsPerMinute?: number
  } = {},
): Promise<TestServer> {
  const database = await createTestDatabase()
  const clock = options.clock ?? (() => new Date())
  const log = createTestLog()
  const { db } = database
  const auth = createAuth({
    db,
    clock,
    log: log.log,
    publicUrl: testPublicUrl,
    secret: 'a secret for tests only, 32 bytes or more',
  })
  const http = await createHttpServer({
    log: log.log,
    publicUrl: testPublicUrl,
    guard: createGuard({ db, auth, clock }),
    limits: options.limits ?? { perCaller: 100_000, perAddress: 100_000 },
  })
  const { app } = http
  const signInsPerMinute = options.signInsPerMinute ?? 100_000
  registerMembers(app, { db, auth, clock, publicUrl: testPublicUrl, signInsPerMinute })
  registerWorkspaces(app, { db, clock, actorOf })
  register(app, database)
  await app.ready()
  const request = createCaller(app)
  const people = createPeople(request, { database, clock })
  return {
    app,
    http,
    database,
    log,
    clock,
    request,
    people,
    async close() {
      await app.close()
      await database.drop()
    },
  }
}

export type People = {
  /** The owner of a workspace of their own, signed in with a second factor. */
  owner(business?: string): Promise<Person>
  /** A member of the owner's workspace, by invitation, signed in with a second factor. */
  member(owner: Person, role: MemberRole): Promise<Person>
  key(owner: Person, scopes: Scope[]): Promise<{ key: string }>
  /** Opens another session of somebody, by password and a fresh code. */
  signIn(person: Pick<Person, 'email' | 'password' | 'totp'>): Promise<string>
}

/** Makes people the way they come to be: by the command line's door and by HTTP. */
export function createPeople(
  request: Caller,
  { database, clock }: { database: TestDatabase; clock: Clock },
): People {
  const { db } = database
  let count = 0
  const freshEmail = (role: string) => `${role}${++count}@example.com`
  return {
    async owner(business = `Bakery ${count + 1}`) {
      const email = freshEmail('owner')
      const name = `Olga ${count}`
      await createOwner({ db, clock }, { business, name, email, password: goodPassword })
      const answer = await request(null, 'POST', '/api/auth/sign-in/email', {
        email,
        password: goodPassword,
      })
      return enrol(request, { email, password: goodPassword, cookie: answer.cookie })
    },
    async member(owner, role) {
      const email = freshEmail(role)
      const invited = await request(owner, 'POST', '/api/v1/invitations', { email, role })
      const token = NewInvitation.parse(invited.body).link.split('#')[1]
      const answer = await request(null, 'POST', '/api/v1/invitations/accept', {
        token,
        name: `${role} ${count}`,
        password: goodPassword,
      })
      return enrol(request, { email, password: goodPassword, cookie: answer.cookie })
    },
    async key(owner, scopes) {
      const { key } = await createKey({ db, clock }, owner.actor, { name: 'test', scopes })
      return { key }
    },
    async signIn({ email, password, totp }) {
      // A code opens one session; forgetting the used ones is what waiting 30 seconds does.
      await forgetUsedCodes(database)
      const first = await request(null, 'POST', '/api/auth/sign-in/email', { email, password })
      const browser = { cookie: first.cookie }
      const path = '/api/auth/two-factor/verify-totp'
      const second = await request(browser, 'POST', path, { code: totp.generate() })
      if (second.status !== 200) throw new Error(`sign-in failed: ${JSON.stringify(second.body)}`)
      return second.cookie
    },
  }
}

/** Sets up the authenticator app of a session that has none, and reads who they are. */
export async function enrol(
  request: Caller,
  browser: { email: string; password: string; cookie: string },
): Promise<Person> {
  const { email, password } = browser
  const enabled = await request(browser, 'POST', '/api/auth/two-factor/enable', { password })
  if (enabled.status !== 200) throw new Error(`enrolment failed: ${JSON.stringify(enabled.body)}`)
  const totp = readTotp(NewFactor.parse(enabled.body).totpUri)
  const path = '/api/auth/two-factor/verify-totp'
  const verified = await request(browser, 'POST', path, { code: totp.generate() })
  if (verified.status !== 200)
    throw new Error(`first code failed: ${JSON.stringify(verified.body)}`)
  const cookie = verified.cookie
  const view = SessionView.parse((await request({ cookie }, 'GET', '/api/v1/session')).body)
  const { me, workspace } = view
  if (!me || !workspace) throw new Error(`not signed in: ${JSON.stringify(view)}`)
  const { memberId, name, role } = me
  const workspaceId = workspace.id
  const person = { email, password, cookie, memberId, workspaceId, role, totp }
  const base = { kind: 'member', workspaceId, memberId, userId: '', name, role } as const
  return { ...person, actor: { ...base, secondFactor: true } }
}

/** The authenticator app that scanned this address. */
export function readTotp(uri: string): TOTP {
  const secret = new URL(uri).searchParams.get('secret')
  if (secret === null) throw new Error('the address has no secret')
  return new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 })
}

async function forgetUsedCodes(database: TestDatabase): Promise<void> {
  await database.pool.query('delete from auth.used_codes')
}
