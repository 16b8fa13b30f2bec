import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { Channel } from '../contract/channels.ts'
import { listOf } from '../contract/http.ts'
import { createParley, type Parley } from '../src/app.ts'
import { readConfig } from '../src/platform/config.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { allowOrigin, makeKey } from '../test/desk.ts'
import { createCaller } from '../test/http.ts'
import { createTestLog } from '../test/log.ts'
import { type BlueskyTown, startBlueskyTown } from './bluesky-town.ts'
import { createMember, type MemberApi, soon } from './member.ts'

// The pace is the one that operators get: what is promised within a minute is measured as it is.
const minute = 60_000

const cleanUps: (() => Promise<unknown>)[] = []
let home: string
let town: BlueskyTown
let database: TestDatabase
let parley: Parley
let api: MemberApi
let member: ReturnType<typeof createMember>

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-bluesky-'))
  cleanUps.push(() => rm(home, { recursive: true, force: true }))
  town = await startBlueskyTown(inject('database').admin)
  cleanUps.push(() => town.network.stop())
  database = await createTestDatabase()
  cleanUps.push(() => database.drop())
  for (const url of [town.network.pds, town.network.plc]) await allowOrigin(database.url, url)
  parley = await createParley({
    config: readConfig({ PARLEY_HOME: home }),
    databaseUrl: database.url,
    log: createTestLog().log,
  })
  cleanUps.push(() => parley.stop())
  await parley.server.app.ready()
  await parley.start()
  const { key } = await makeKey(database)
  const call = createCaller(parley.server.app)
  api = (method, path, body) => call({ key }, method, `/api/v1/${path}`, body)
  member = createMember(api)
  const input = { network: 'bluesky', fields: town.fields }
  expect((await api('POST', 'channels', input)).status).toBe(201)
})
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

const mention = (text: string, replyTo?: string) =>
  town.network.post({ did: town.ana.did, text: `@${town.shop.handle} ${text}`, replyTo })

const Reply = z.object({
  text: z.string(),
  reply: z.object({ root: z.object({ uri: z.string() }), parent: z.object({ uri: z.string() }) }),
})
const standing = async (text: string) =>
  (await town.network.posts(town.shop.did)).filter(({ value }) => value.text === text)

it('answers a mention deep in a thread where it stands, and what the customer says next', async () => {
  const root = await town.network.post({ did: town.ana.did, text: 'Bread in this town' })
  const asked = await mention('do you have rye?', root.uri)
  const { id, messages } = await member.arrived('do you have rye?')
  expect(messages).toMatchObject([{ author: 'customer', remoteId: asked.uri }])
  const first = await member.answer(id, 'We do, from seven o’clock')
  const [post, ...others] = await standing('We do, from seven o’clock')
  expect(others).toEqual([])
  expect(first.remote?.id).toBe(post?.uri)
  expect(Reply.parse(post?.value).reply).toMatchObject({
    root: { uri: root.uri },
    parent: { uri: asked.uri },
  })
  // Customers answer what they see, and they see what the index has.
  await town.network.processAll()
  const again = await town.network.post({
    did: town.ana.did,
    text: 'And on Sunday?',
    replyTo: post?.uri,
  })
  await expect.poll(async () => (await member.conversation(id)).messages.length, soon).toBe(3)
  await member.answer(id, 'Closed on Sunday')
  const [second] = await standing('Closed on Sunday')
  expect(Reply.parse(second?.value).reply).toMatchObject({
    root: { uri: root.uri },
    parent: { uri: again.uri },
  })
  expect((await member.conversation(id)).unansweredSince).toBeNull()
})

it('takes none of the business’s own posts for a customer’s', async () => {
  await town.network.post({ did: town.shop.did, text: `Our bread, says @${town.shop.handle}` })
  await mention('a later mention, so that what was before has been read')
  await member.arrived('a later mention')
  for (const { id } of await member.conversations()) {
    const { messages, person } = await member.conversation(id)
    expect(person.handle).toContain(town.ana.handle)
    for (const { author, text } of messages)
      if (author === 'customer') expect(text).not.toMatch(/Our bread|We do|Closed on Sunday/)
  }
})

it('follows a deletion by the customer within a minute', async () => {
  const post = await mention('please forget this')
  const { id } = await member.arrived('please forget this')
  await town.network.deletePost(post.uri)
  await town.network.processAll()
  await expect
    .poll(async () => (await member.conversation(id)).messages[0]?.deletedAt, {
      timeout: minute,
      interval: 500,
    })
    .not.toBeNull()
  const [message] = (await member.conversation(id)).messages
  expect(message?.text).toBe('')
})

it('tells of an outage once, within a minute, and has everything in order when it is over', async () => {
  const state = async () =>
    listOf(Channel).parse((await api('GET', 'channels')).body).items[0]?.state
  const told = async (act: string) =>
    z.object({ items: z.array(z.unknown()) }).parse((await api('GET', `audit?act=${act}`)).body)
      .items
  expect(await state()).toBe('connected')
  await town.network.setFault({ mode: 'refuse' })
  const texts = Array.from(
    { length: 12 },
    (_, index) => `meanwhile ${String(index).padStart(2, '0')}`,
  )
  for (const text of texts) await mention(text)
  await expect.poll(state, { timeout: minute, interval: 500 }).toBe('attention')
  // Long enough for several more tries that fail.
  await new Promise((resolve) => setTimeout(resolve, 5000))
  expect(await told('channel.trouble')).toHaveLength(1)
  await town.network.setFault({ mode: 'pass' })
  await expect.poll(state, { timeout: minute, interval: 500 }).toBe('connected')
  await member.arrived(texts.at(-1) ?? '')
  const gap = (await member.conversations())
    .filter(({ preview }) => preview.includes('meanwhile'))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  // Ids grow with the time at which they were made: they came in as they were written.
  expect(gap.map(({ preview }) => /meanwhile \d\d/.exec(preview)?.[0])).toEqual(texts)
  expect(await told('channel.trouble')).toHaveLength(1)
  expect(await told('channel.recovered')).toHaveLength(1)
})
