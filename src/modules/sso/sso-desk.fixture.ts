import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { listOf } from '../../../contract/http.ts'
import { AuditEntry } from '../../../contract/members.ts'
import { SessionView } from '../../../contract/session.ts'
import { SsoAddress, SsoProvider } from '../../../contract/sso.ts'
import { allowOrigin } from '../../../test/desk.ts'
import type { As, Person } from '../../../test/http.ts'
import { type OidcServer, signInAtProvider, startOidcServer } from '../../../test/oidc-provider.ts'
import { startTestParley, type TestParley } from '../../../test/parley.ts'

// One business with a provider that is on, made before the tests of a file.

export let world: TestParley
export let service: OidcServer
export let other: OidcServer
export let owner: Person
export let provider: SsoProvider
let late = 0

/** The clock of Parley, but not the provider's, is so much ahead (ms) until the test ends. */
export function passTime(ms: number): void {
  late = ms
}

export const base = '/api/v1/sign-in-providers'

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

export function account(email: string, more: object = {}) {
  return { email, email_verified: true, name: 'Somebody', ...more }
}

export function input(server: OidcServer, more: object = {}) {
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

export async function add(server: OidcServer, who: As = owner): Promise<SsoProvider> {
  const answer = await world.request(who, 'POST', base, input(server))
  expect(answer).toMatchObject({ status: 201 })
  return SsoProvider.parse(answer.body)
}

export async function change(more: object): Promise<SsoProvider> {
  const { clientSecret: _, ...rest } = input(service, more)
  const answer = await world.request(owner, 'PUT', `${base}/${provider.id}`, rest)
  expect(answer).toMatchObject({ status: 200 })
  return SsoProvider.parse(answer.body)
}

export async function switchTo(state: string): Promise<SsoProvider> {
  const answer = await world.request(owner, 'PUT', `${base}/${provider.id}/state`, { state })
  expect(answer).toMatchObject({ status: 200, body: { state } })
  return SsoProvider.parse(answer.body)
}

export type Begun = { address: string; browser: { cookie: string } }

export async function begin(id: string = provider.id, more: object = {}): Promise<Begun> {
  const answer = await world.request(null, 'POST', '/api/auth/sso/start', { provider: id, ...more })
  expect(answer).toMatchObject({ status: 200 })
  return { address: SsoAddress.parse(answer.body).address, browser: { cookie: answer.cookie } }
}

export async function tryIt(
  { id }: SsoProvider,
  login: string,
  who: Person = owner,
): Promise<string> {
  const begun = await world.request(who, 'POST', `${base}/${id}/try`)
  expect(begun).toMatchObject({ status: 200 })
  const back = await signInAtProvider(SsoAddress.parse(begun.body).address, login)
  const cookie = `${who.cookie}; ${begun.cookie}`
  return String((await world.request({ cookie }, 'GET', back)).headers.location)
}

/** The whole way of somebody in a fresh browser. */
export async function enter(login: string): Promise<{ to: string; cookie: string }> {
  const { address, browser } = await begin()
  return goBack(browser, await signInAtProvider(address, login))
}

export async function goBack(browser: As, path: string): Promise<{ to: string; cookie: string }> {
  const answer = await world.request(browser, 'GET', path)
  expect(answer.status).toBe(303)
  return { to: String(answer.headers.location), cookie: answer.cookie }
}

export async function stage(cookie: string): Promise<SessionView> {
  return SessionView.parse((await world.request({ cookie }, 'GET', '/api/v1/session')).body)
}

export async function acts(who: Person = owner) {
  const { body } = await world.request(who, 'GET', '/api/v1/audit?limit=100')
  return listOf(AuditEntry).parse(body).items
}

export async function written() {
  return world.sql(`select (select count(*)::int from auth."user") as users,
    (select count(*)::int from auth."session") as sessions, (select count(*)::int from members) as members,
    (select count(*)::int from sso_identities) as identities`)
}

/** Everything stays as it was, and the page is told this. */
export async function refused(
  problem: string,
  attempt: () => Promise<{ to: string; cookie: string }>,
) {
  const before = await written()
  const { to, cookie } = await attempt()
  expect({ to, cookie }).toEqual({ to: `/sign-in?problem=${problem}`, cookie: '' })
  expect(await written()).toEqual(before)
}
