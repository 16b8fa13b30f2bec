import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { Channel, ConsentBegun } from '../contract/channels.ts'
import { DeliveryView } from '../contract/deliveries.ts'
import { listOf } from '../contract/http.ts'
import type { Actor } from '../src/modules/access/index.ts'
import { createKey, createOwner } from '../src/modules/members/index.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { allowOrigin, asServerOwner, makeKey } from '../test/desk.ts'
import { type Caller, createRemoteCaller } from '../test/http.ts'
import { openSignInPages, type SignInPages } from './bluesky-sign-in.ts'
import { type BlueskyTown, startBlueskyTown } from './bluesky-town.ts'
import { createFleet, type Fleet, freePort, type Slot } from './fleet.ts'
import { createMember, soon } from './member.ts'

// Parley as three real processes, web, worker and stream, as whoever starts it on a computer of their own
// has it: servers know it as a program on 127.0.0.1.

const cleanUps: (() => Promise<unknown>)[] = []
let town: BlueskyTown
let database: TestDatabase
let pages: SignInPages
let fleet: Fleet
let call: Caller
let owner: Awaited<ReturnType<typeof makeKey>>
let web: string

beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), 'parley-bluesky-'))
  cleanUps.push(() => rm(home, { recursive: true, force: true }))
  town = await startBlueskyTown(inject('database').admin)
  cleanUps.push(() => town.network.stop())
  database = await createTestDatabase()
  cleanUps.push(() => database.drop())
  for (const url of [town.network.pds, town.network.plc]) await allowOrigin(database.url, url)
  owner = await makeKey(database)
  pages = await openSignInPages()
  cleanUps.push(() => pages.close())
  const roles: Slot['role'][] = ['web', 'worker', 'stream']
  const slots = await Promise.all(roles.map(async (role) => ({ role, port: await freePort() })))
  web = `http://127.0.0.1:${slots[0]?.port}`
  fleet = createFleet(slots, {
    file: 'parley-process.ts',
    env: {
      DATABASE_URL: database.url,
      PARLEY_HOME: home,
      PARLEY_PLC_URL: town.network.plc,
      PARLEY_PUBLIC_URL: web,
    },
  })
  cleanUps.push(() => fleet.stop())
  await fleet.stayUp()
  call = createRemoteCaller(web)
})
afterAll(async () => {
  expect(fleet.crashes()).toEqual([])
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

const api = (method: string, path: string, body?: unknown) =>
  call({ key: owner.key }, method, `/api/v1/${path}`, body)

async function begin(fields: Record<string, string> = {}): Promise<string> {
  const { pds } = town.network
  const body = { network: 'bluesky', fields: { handle: town.shop.handle, service: pds, ...fields } }
  const answer = await api('POST', 'channels/consent', body)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
  return ConsentBegun.parse(answer.body).address
}

/** What is told where the browser ends up: the channel, or what went wrong. */
async function goBack(
  path: string,
  as: Parameters<Caller>[0] = { key: owner.key },
): Promise<URLSearchParams> {
  const answer = await call(as, 'GET', path)
  const location = new URL(String(answer.headers.location), web)
  expect([answer.status, location.pathname]).toEqual([303, '/settings/channels'])
  return location.searchParams
}

async function channel(): Promise<Channel> {
  const { items } = listOf(Channel).parse((await api('GET', 'channels')).body)
  const [first, ...others] = items
  expect(others).toEqual([])
  if (!first) throw new Error('no channel')
  return first
}

const told = async (act: string) =>
  z.object({ items: z.array(z.unknown()) }).parse((await api('GET', `audit?act=${act}`)).body).items

const arrived = async (text: string) => (await createMember(api).arrived(text)).id

async function asks(text: string): Promise<string> {
  await town.network.post({ did: town.ana.did, text: `@${town.shop.handle} ${text}` })
  return arrived(text)
}

async function queue(conversation: string, text: string): Promise<string> {
  const { status, body } = await api('POST', `conversations/${conversation}/replies`, { text })
  expect(status).toBeLessThan(300)
  return DeliveryView.parse(body).id
}

async function sent(id: string): Promise<void> {
  const state = async () => DeliveryView.parse((await api('GET', `deliveries/${id}`)).body).state
  await expect.poll(state, soon).toBe('sent')
}

const standing = async (text: string) =>
  (await town.network.posts(town.shop.did)).filter(({ value }) => value.text === text).length

const granted = async () =>
  (await town.network.requests('/oauth/token')).filter(({ status }) => status === 200).length

const notBegun = 'This sign-in was not begun here, or too long ago. Begin again.'

it('says that a sign-in is short from a computer of one’s own, and what it is known as', async () => {
  const { body } = await api('GET', 'networks')
  const Networks = listOf(z.object({ network: z.string(), consent: z.unknown() }))
  const bluesky = Networks.parse(body).items.find(({ network }) => network === 'bluesky')
  expect(bluesky?.consent).toEqual({ fields: ['handle'], standing: 'short' })
  for (const path of ['/oauth/client-metadata.json', '/oauth/jwks.json'])
    expect((await call(null, 'GET', path)).status).toBe(404)
  const address = new URL(await begin())
  expect(address.origin).toBe(town.network.pds)
  const client = new URL(address.searchParams.get('client_id') ?? '')
  expect([client.origin, client.searchParams.get('redirect_uri')]).toEqual([
    'http://localhost',
    `${web}/connect/return`,
  ])
  expect(client.searchParams.get('scope')).toBe('atproto transition:generic transition:chat.bsky')
  // What was asked for is on the server (PAR): the browser carries none of it.
  expect([...address.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
})

it('names the field of what cannot be begun, and keeps nothing of it', async () => {
  const before = await asServerOwner(database.url, 'select 1 from channel_consents')
  const refused = async (fields: Record<string, string>) => {
    const body = { network: 'bluesky', fields: { service: town.network.pds, ...fields } }
    const answer = await api('POST', 'channels/consent', body)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    return answer.body
  }
  expect(await refused({})).toMatchObject({ errors: [{ field: 'fields.handle' }] })
  expect(await refused({ handle: 'nobody.test' })).toMatchObject({
    errors: [{ field: 'fields.handle', message: expect.stringContaining('no account') }],
  })
  expect(await refused({ handle: 'shop@mail.example' })).toMatchObject({
    errors: [{ field: 'fields.handle', message: expect.stringContaining('e-mail') }],
  })
  expect(await refused({ handle: 'a.test', service: 'http://pds.example' })).toMatchObject({
    errors: [{ field: 'fields.service', message: expect.stringContaining('https://') }],
  })
  expect(await refused({ handle: 'http://127.0.0.1:9' })).toMatchObject({ code: 'refused' })
  expect(await asServerOwner(database.url, 'select 1 from channel_consents')).toEqual(before)
})

it('connects nothing when the person says no on the server’s page', async () => {
  const result = await goBack(await pages.signIn(await begin(), town.shop, 'no'))
  expect(result.get('problem')).toContain('the answer was no')
  expect(listOf(Channel).parse((await api('GET', 'channels')).body).items).toEqual([])
})

it('refuses an answer of another issuer, with a made-up code or state, of another person', async () => {
  const changed = async (change: (query: URLSearchParams) => void) => {
    const url = new URL(await pages.signIn(await begin(), town.shop), web)
    change(url.searchParams)
    return (await goBack(`${url.pathname}${url.search}`)).get('problem')
  }
  expect(await changed((query) => query.set('iss', 'https://evil.example'))).toContain(
    'another server answered',
  )
  expect(await changed((query) => query.delete('iss'))).toContain('another server answered')
  expect(await changed((query) => query.set('code', `cod-${'0'.repeat(64)}`))).toMatch(/code/i)
  expect(await changed((query) => query.delete('code'))).toContain('not completed')
  expect(await changed((query) => query.set('state', 'x'.repeat(22)))).toBe(notBegun)
  const path = await pages.signIn(await begin(), town.shop)
  const { actor } = owner
  const deps = { db: database.db, clock: () => new Date() }
  const colleague = await createKey(deps, actor, { name: 'another', scopes: ['all'] })
  expect((await goBack(path, colleague)).get('problem')).toBe(notBegun)
  const lesser = await createKey(deps, actor, { name: 'lesser', scopes: ['read-channels'] })
  expect((await call(lesser, 'GET', path)).status).toBe(403)
  const { workspaceId } = await createOwner(deps, {
    business: 'The Smithy',
    name: 'Sven',
    email: 'sven@example.com',
    password: 'marmalade tram window',
  })
  const elsewhere: Actor = { kind: 'operator', workspaceId, name: 'operator' }
  const stranger = await createKey(deps, elsewhere, { name: 'foreign', scopes: ['all'] })
  expect((await goBack(path, stranger)).get('problem')).toBe(notBegun)
  expect((await call(null, 'GET', path)).status).toBe(401)
  expect(listOf(Channel).parse((await api('GET', 'channels')).body).items).toEqual([])
})

it('connects the account that said yes, once for one answer', async () => {
  const path = await pages.signIn(await begin(), town.shop)
  expect((await goBack(path)).get('connected')).toBe((await channel()).id)
  expect((await goBack(path)).get('problem')).toBe(notBegun)
  expect(await channel()).toMatchObject({
    service: town.network.pds,
    handle: town.shop.handle,
    state: 'connected',
  })
  expect((await channel()).abilities['reply-public']).toEqual({ can: true })
})

it('answers a mention exactly once', async () => {
  const conversation = await asks('do you have rye?')
  await sent(await queue(conversation, 'We do, from seven o’clock'))
  expect(await standing('We do, from seven o’clock')).toBe(1)
  expect((await town.network.requests('createSession')).length).toBe(0)
})

it('spends a refresh token once, whichever processes find the access token ended', async () => {
  for (const round of ['first', 'second', 'third']) {
    const conversation = await asks(`a ${round} question`)
    const before = await granted()
    // The one that may renew takes its time, and the other one comes to want the same.
    await town.network.setFault({ mode: 'slow', match: '/oauth/token', delayMs: 1500, times: 4 })
    await town.network.setFault({ mode: 'expired-token', match: 'putRecord', times: 1 })
    await town.network.setFault({ mode: 'expired-token', match: 'listNotifications', times: 1 })
    const delivery = await queue(conversation, `the ${round} answer`)
    await sent(delivery)
    await asks(`after the ${round} answer`)
    await town.network.setFault({ mode: 'pass' })
    expect(await standing(`the ${round} answer`)).toBe(1)
    expect((await granted()) - before).toBe(1)
  }
  expect(await channel()).toMatchObject({ state: 'connected', problem: null })
  expect(await told('channel.trouble')).toEqual([])
})

it('tells once that the access was taken back there, and goes on after signing in again', async () => {
  const { id } = await channel()
  expect(await town.network.revokeSignIns(town.shop.did)).toBe(1)
  // The server honours an access token until it ends; this one ends now.
  await town.network.setFault({ mode: 'expired-token', match: 'listNotifications', times: 1 })
  await expect.poll(async () => (await channel()).state, soon).toBe('attention')
  expect((await channel()).problem).toMatchObject({
    kind: 'auth-expired',
    detail: expect.stringMatching(/ended the sign-in.*Sign in again/s),
  })
  const tries = (await town.network.requests('/oauth/token')).length
  await new Promise((resolve) => setTimeout(resolve, 6000))
  expect(await told('channel.trouble')).toHaveLength(1)
  // What is over is not asked for again and again.
  expect((await town.network.requests('/oauth/token')).length).toBe(tries)
  await town.network.post({ did: town.ana.did, text: `@${town.shop.handle} meanwhile` })
  const path = await pages.signIn(await begin(), town.shop)
  expect((await goBack(path)).get('connected')).toBe(id)
  await arrived('meanwhile')
  expect(await channel()).toMatchObject({ state: 'connected', problem: null })
})

it('ends the sign-in at the server when the account is disconnected', async () => {
  const { id } = await channel()
  expect((await api('DELETE', `channels/${id}`)).status).toBe(204)
  const revoked = await town.network.requests('/oauth/revoke')
  expect(revoked.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(await told('channel.disconnect')).toMatchObject([{ detail: { signedOut: true } }])
  // Nothing is left to take back.
  expect(await town.network.revokeSignIns(town.shop.did)).toBe(0)
})
