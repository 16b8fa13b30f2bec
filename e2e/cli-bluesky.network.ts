import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import { z } from 'zod'
import { Conversation, ConversationSummary } from '../contract/conversations.ts'
import { DeliveryView } from '../contract/deliveries.ts'
import { listOf } from '../contract/http.ts'
import { until } from '../practice/test-network.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { createRemoteCaller } from '../test/http.ts'
import type { Program } from '../test/program.ts'
import { clear, newPlace, type Place, startAt } from '../test/running.ts'
import { type BlueskyNetwork, startBlueskyNetwork } from './bluesky-network/client.ts'

// What an operator's script does, word for word, from an empty database to a customer answered.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

let place: Place
let database: TestDatabase
let network: BlueskyNetwork
let program: Program

beforeAll(async () => {
  place = await newPlace()
  database = await createTestDatabase()
  place.env.DATABASE_URL = database.url
  network = await startBlueskyNetwork({ databaseUrl: inject('database').admin })
  program = startAt(place)
  await program.says(/Parley is ready/)
})
afterAll(async () => {
  await clear([program], [place.home])
  await network.stop()
  await database.drop()
})

/** `npm run parley -- …` without npm. */
async function parley(line: string, stdin = ''): Promise<unknown> {
  const root = join(import.meta.dirname, '..')
  const args = ['scripts/run.mjs', 'src/cli/main.ts', ...line.split(' ')]
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, ...place.env },
    stdio: 'pipe',
  })
  const said = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text
  })
  child.stdin?.end(stdin)
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect({ line, code, said: code === 0 ? '' : said.stderr + said.stdout }).toEqual({
    line,
    code: 0,
    said: '',
  })
  return JSON.parse(said.stdout)
}

it('goes from nothing to a customer answered with the commands that scripts rely on', async () => {
  const shop = await network.createAccount({ handle: 'brutaria' })
  const ana = await network.createAccount({ handle: 'ana' })
  const appPassword = await network.createAppPassword(shop.did, 'parley')
  await parley(
    'owner create --email olga@example.com --name Olga --password-stdin --json',
    'marmalade tram window\n',
  )
  const made = z
    .strictObject({ id: z.uuid(), key: z.string() })
    .parse(await parley('key create --name script --scopes all --json'))
  const connected = await parley(
    `channel connect bluesky --service ${network.pds} --handle ${shop.handle} --password-stdin --json`,
    `${appPassword}\n`,
  )
  expect(connected).toMatchObject({ network: 'bluesky', handle: shop.handle, state: 'connected' })
  expect(await parley('channel list --json')).toMatchObject({
    items: [{ network: 'bluesky', handle: shop.handle, state: 'connected', problem: null }],
    next: null,
  })
  expect(await parley('doctor --json')).toMatchObject({ ok: true })

  const call = createRemoteCaller(`http://127.0.0.1:${place.port}`)
  const key = { key: made.key }
  const mention = await network.post({ did: ana.did, text: `@${shop.handle} Open on Sunday?` })
  await network.processAll()
  const asked = await until(async () => {
    const { body } = await call(key, 'GET', '/api/v1/conversations')
    return listOf(ConversationSummary).parse(body).items[0]
  }, 120_000)
  expect(asked).toMatchObject({ network: 'bluesky', person: { handle: ana.handle } })
  const thread = await call(key, 'GET', `/api/v1/conversations/${asked.id}`)
  expect(Conversation.parse(thread.body).messages).toMatchObject([{ author: 'customer' }])

  const path = `/api/v1/conversations/${asked.id}/replies`
  const header = { 'idempotency-key': 'sunday-1' }
  const text = 'Yes, from eight to noon.'
  const first = await call(key, 'POST', path, { text }, header)
  const again = await call(key, 'POST', path, { text }, header)
  expect([first.status, again.status]).toEqual([202, 202])
  const { id } = z.object({ id: z.uuid() }).parse(first.body)
  expect(again.body).toMatchObject({ id })
  const sent = await until(async () => {
    const { body } = await call(key, 'GET', `/api/v1/deliveries/${id}`)
    const delivery = DeliveryView.parse(body)
    return delivery.state === 'sent' ? delivery : null
  }, 120_000)
  const posts = (await network.posts(shop.did)).filter(({ value }) => value.text === text)
  expect(posts).toHaveLength(1)
  expect(sent.remote?.id).toBe(posts[0]?.uri)
  expect(posts[0]?.value.reply).toMatchObject({ parent: { uri: mention.uri } })

  await parley('audit verify --json')
  const backup = join(place.home, 'all.backup')
  await parley(`backup ${backup} --json`)
})
