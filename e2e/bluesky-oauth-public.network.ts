import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request as ask } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { Channel, ConsentBegun } from '../contract/channels.ts'
import { listOf } from '../contract/http.ts'
import { createParley, type Parley } from '../src/app.ts'
import { rotateClientKey } from '../src/modules/vault/index.ts'
import { readConfig } from '../src/platform/config.ts'
import { loadKeyring } from '../src/platform/crypto.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { allowOrigin, makeKey } from '../test/desk.ts'
import { type Caller, createCaller } from '../test/http.ts'
import { createTestLog } from '../test/log.ts'
import { openSignInPages, type SignInPages } from './bluesky-sign-in.ts'
import { type BlueskyTown, startBlueskyTown } from './bluesky-town.ts'
import { freePort } from './fleet.ts'

// Parley at a public https address: the account's server fetches its document and its keys by that name,
// with a certificate that it trusts, and Parley proves itself by its key (private_key_jwt).

const name = 'desk.parley-bakery.shop'
const soon = { timeout: 60_000, interval: 200 }
const cleanUps: (() => Promise<unknown>)[] = []
let home: string
let town: BlueskyTown
let database: TestDatabase
let parley: Parley
let pages: SignInPages
let call: Caller
let key: string
let publicUrl: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-bluesky-'))
  cleanUps.push(() => rm(home, { recursive: true, force: true }))
  const [certificate, port, tlsPort] = await Promise.all([
    makeCertificate(home),
    freePort(),
    freePort(),
  ])
  town = await startBlueskyTown(inject('database').admin, { name, certificate })
  cleanUps.push(() => town.network.stop())
  database = await createTestDatabase()
  cleanUps.push(() => database.drop())
  for (const url of [town.network.pds, town.network.plc]) await allowOrigin(database.url, url)
  publicUrl = `https://${name}:${tlsPort}`
  parley = await createParley({
    config: readConfig({
      PARLEY_HOME: home,
      PARLEY_PUBLIC_URL: publicUrl,
      PARLEY_PLC_URL: town.network.plc,
    }),
    databaseUrl: database.url,
    log: createTestLog().log,
  })
  cleanUps.push(() => parley.stop())
  await parley.server.app.listen({ host: '127.0.0.1', port })
  const front = await startFront(home, { from: tlsPort, to: port })
  cleanUps.push(async () => front.close())
  await parley.start()
  call = createCaller(parley.server.app)
  key = (await makeKey(database)).key
  pages = await openSignInPages()
  cleanUps.push(() => pages.close())
})
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

const api = (method: string, path: string, body?: unknown) =>
  call({ key }, method, `/api/v1/${path}`, body)

async function channel(): Promise<Channel> {
  const [first] = listOf(Channel).parse((await api('GET', 'channels')).body).items
  if (!first) throw new Error('no channel')
  return first
}

async function connect(): Promise<URLSearchParams> {
  const fields = { handle: town.network.pds }
  const begun = await api('POST', 'channels/consent', { network: 'bluesky', fields })
  expect(begun, JSON.stringify(begun.body)).toMatchObject({ status: 200 })
  const address = new URL(ConsentBegun.parse(begun.body).address)
  expect(address.searchParams.get('client_id')).toBe(`${publicUrl}/oauth/client-metadata.json`)
  const path = await pages.signIn(address.href, town.shop)
  const answer = await call({ key }, 'GET', path)
  return new URL(String(answer.headers.location), publicUrl).searchParams
}

const granted = async () =>
  (await town.network.requests('/oauth/token')).filter(({ status }) => status === 200).length

it('connects by the address of a server alone, as a client that proves itself by its key', async () => {
  const { body } = await api('GET', 'networks')
  const Networks = listOf(z.object({ network: z.string(), consent: z.unknown() }))
  const bluesky = Networks.parse(body).items.find(({ network }) => network === 'bluesky')
  expect(bluesky?.consent).toEqual({ fields: ['handle'], standing: 'lasting' })
  const result = await connect()
  expect([result.get('problem'), result.get('connected')]).toEqual([null, (await channel()).id])
  expect(await channel()).toMatchObject({ handle: town.shop.handle, state: 'connected' })
})

it('goes on with the key that a sign-in was made with after a new one is there', async () => {
  const keyring = await loadKeyring(join(home, 'secret.key'))
  await rotateClientKey({ database, keyring }, { forgetOlder: false })
  const before = await granted()
  await town.network.setFault({ mode: 'expired-token', match: 'listNotifications', times: 1 })
  await expect.poll(granted, soon).toBe(before + 1)
  expect(await channel()).toMatchObject({ state: 'connected', problem: null })
})

it('refuses a sign-in in words when the server cannot read who Parley is', async () => {
  const stranger = await createParley({
    config: readConfig({
      PARLEY_HOME: home,
      PARLEY_PUBLIC_URL: 'https://nobody.parley-bakery.shop:1',
      PARLEY_PLC_URL: town.network.plc,
    }),
    databaseUrl: database.url,
    log: createTestLog().log,
  })
  cleanUps.push(() => stranger.stop())
  await stranger.server.app.ready()
  await stranger.start()
  const fields = { handle: town.shop.handle, service: town.network.pds }
  const body = { network: 'bluesky', fields }
  const answer = await createCaller(stranger.server.app)(
    { key },
    'POST',
    '/api/v1/channels/consent',
    body,
  )
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.body).toMatchObject({
    detail: expect.stringMatching(/does not let Parley begin.*metadata/is),
  })
})

/** An https server in front of Parley, as a web server stands in front of it elsewhere. */
async function startFront(folder: string, { from, to }: { from: number; to: number }) {
  const [tlsKey, cert] = await Promise.all(
    ['key.pem', 'cert.pem'].map((file) => readFile(join(folder, file))),
  )
  const front = createServer({ key: tlsKey, cert }, (request, response) => {
    const { method, url, headers } = request
    const passed = ask({ host: '127.0.0.1', port: to, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    request.pipe(passed)
  })
  await new Promise<void>((resolve) => front.listen(from, '127.0.0.1', resolve))
  return front
}

async function makeCertificate(folder: string): Promise<string> {
  const cert = join(folder, 'cert.pem')
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-nodes', '-days', '2', '-subj', `/CN=${name}`],
    ...['-addext', `subjectAltName=DNS:${name}`],
    ...['-keyout', join(folder, 'key.pem'), '-out', cert],
  ])
  return cert
}
