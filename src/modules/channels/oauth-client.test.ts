import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ClientDocument, ClientKeys } from '../../../contract/channels.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { type Caller, createCaller } from '../../../test/http.ts'
import { createTestLog, type TestLog } from '../../../test/log.ts'
import { createParley, type Parley } from '../../app.ts'
import { readConfig } from '../../platform/config.ts'
import { loadKeyring } from '../../platform/crypto.ts'
import { clientKeys, rewrapAll, rotateClientKey } from '../vault/index.ts'

const publicUrl = 'https://desk.bakery.shop'
let home: string
let database: TestDatabase
let log: TestLog
let parleys: Parley[]
let ask: Caller
let askOther: Caller

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-oauth-'))
  database = await createTestDatabase()
  log = createTestLog()
  const start = () =>
    createParley({
      config: readConfig({ PARLEY_HOME: home, PARLEY_PUBLIC_URL: publicUrl }),
      databaseUrl: database.url,
      log: log.log,
    })
  // Made at the same moment by both, the first key would be two.
  parleys = [await start(), await start()]
  for (const { server } of parleys) await server.app.ready()
  const [first, second] = parleys.map(({ server }) => createCaller(server.app))
  if (!first || !second) throw new Error('two were started')
  ask = first
  askOther = second
})
afterAll(async () => {
  for (const parley of parleys) await parley.stop()
  await database.drop()
  await rm(home, { recursive: true, force: true })
  expect(log.errors()).toEqual([])
})

const deps = async () => ({ database, keyring: await loadKeyring(join(home, 'secret.key')) })

it('tells servers who this installation is, as the specification wants it', async () => {
  const answer = await ask(null, 'GET', '/oauth/client-metadata.json')
  expect(answer.status).toBe(200)
  expect(String(answer.headers['content-type'])).toMatch(/^application\/json/)
  expect(ClientDocument.strict().parse(answer.body)).toMatchObject({
    client_id: `${publicUrl}/oauth/client-metadata.json`,
    redirect_uris: [`${publicUrl}/connect/return`],
    scope: 'atproto transition:generic transition:chat.bsky',
    grant_types: ['authorization_code', 'refresh_token'],
    jwks_uri: `${publicUrl}/oauth/jwks.json`,
  })
})

it('makes one key however many ask first, shows its public half only, and keeps it', async () => {
  const answers = await Promise.all(
    [ask, askOther, ask].map((call) => call(null, 'GET', '/oauth/jwks.json')),
  )
  const sets = answers.map(({ status, body }) => {
    expect(status).toBe(200)
    return ClientKeys.strict().parse(body)
  })
  expect(sets[0]?.keys).toHaveLength(1)
  expect(sets[1]).toEqual(sets[0])
  expect(sets[2]).toEqual(sets[0])
  const [stored] = await clientKeys(await deps())
  expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain(stored?.d)
  expect(stored?.kid).toBe(sets[0]?.keys[0]?.kid)
})

it('shows a new key first and the older ones beside it, until they are taken out', async () => {
  const tools = await deps()
  const [first] = await clientKeys(tools)
  const second = await rotateClientKey(tools, { forgetOlder: false })
  expect(second.older).toBe(1)
  expect((await clientKeys(tools)).map(({ kid }) => kid)).toEqual([second.kid, first?.kid])
  const third = await rotateClientKey(tools, { forgetOlder: true })
  expect(third.older).toBe(0)
  expect((await clientKeys(tools)).map(({ kid }) => kid)).toEqual([third.kid])
})

it('seals the key under the root key, and moves it to a new one with the other secrets', async () => {
  const { keyring } = await deps()
  const [before] = await clientKeys({ database, keyring })
  const stored = await database.db.selectFrom('auth.client_keys').selectAll().execute()
  expect(JSON.stringify(stored.map((row) => row.ciphertext.toString('latin1')))).not.toContain(
    before?.d,
  )
  const newer = await loadKeyring(join(home, 'newer.key'))
  const both = {
    newest: newer.newest,
    oldest: keyring.oldest,
    keys: new Map([...newer.keys, ...keyring.keys]),
  }
  expect(await rewrapAll(database, both)).toMatchObject({ rewrapped: 1, brokenKeys: [] })
  expect(await clientKeys({ database, keyring: newer })).toEqual([before])
  expect(await rewrapAll(database, { ...keyring, newest: keyring.newest })).toMatchObject({
    rewrapped: 0,
    brokenKeys: [{ kid: before?.kid }],
  })
})
