import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { createTestLog } from '../../../test/log.ts'
import { gone, makeChannel, said, session, town, translate } from '../../../test/town.ts'
import { timeText as at, showOnly, showWorkspace } from '../../../test/town-view.ts'
import type { Connector, Connectors, Json, RawEvent } from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import type { Actor } from '../access/index.ts'
import { storeThread, translateThread } from '../conversations/index.ts'
import { type IngestChannel, ingestPage } from './ingest-page.ts'
import { listAside, replayEvent } from './replay-event.ts'
import { resolvePending } from './resolve-pending.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const take = (channel: IngestChannel, ...events: RawEvent[]) =>
  ingestPage(database.db, { translate }, channel, { events, cursor: 'next', more: false })
const one = (channel: IngestChannel) => showOnly(database, channel)
const look = (channel: IngestChannel) => showWorkspace(database, channel)

async function setState(channel: IngestChannel, state: 'done' | 'open'): Promise<void> {
  await inWorkspace(database.db, channel.workspaceId, (tx) =>
    tx.updateTable('conversations').set({ state }).execute(),
  )
}

it('never makes a customer of our own account', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('a', { by: 'shop' }), said('b', { by: 'shop', parent: 'elsewhere' }))
  expect(await look(channel)).toEqual([])
})

it.each([
  ['in the page after it', [[said('a')], [said('b', { by: 'shop', parent: 'a', at: 5 })]]],
  ['in the same page', [[said('a'), said('b', { by: 'shop', parent: 'a', at: 5 })]]],
  ['before it in the same page', [[said('b', { by: 'shop', parent: 'a', at: 5 }), said('a')]]],
])('stops the clock when somebody answered on the network itself, told %s', async (_, pages) => {
  const channel = await makeChannel(database)
  for (const page of pages) await take(channel, ...page)
  const only = await one(channel)
  expect(only).toMatchObject({
    state: 'waiting-customer',
    since: null,
    due: 'infinity',
    last: at(5),
  })
  expect(only.messages.map(({ author }) => author)).toEqual(['customer', 'member'])
})

it('counts from the oldest message that nobody answered', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('a'), said('b', { by: 'shop', parent: 'a', at: 5 }))
  await take(channel, said('d', { parent: 'b', root: 'a', at: 9 }))
  await take(channel, said('c', { parent: 'b', root: 'a', at: 7 }))
  expect(await one(channel)).toMatchObject({
    ...{ state: 'open', since: at(7), due: at(247), last: at(9), count: 4 },
    preview: 'words of d',
  })
})

it('reopens a conversation that was done when the customer writes again', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('a'))
  await setState(channel, 'done')
  await take(channel, said('a', { text: 'mended', edited: 3 }))
  expect(await one(channel)).toMatchObject({ state: 'done' })
  await take(channel, said('b', { by: 'shop', parent: 'a', at: 5 }))
  await take(channel, said('c', { parent: 'b', root: 'a', at: 9 }))
  expect(await one(channel)).toMatchObject({ state: 'open', since: at(9) })
})

it('reopens what was done when a message comes late that belongs between those known', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('a'), said('c', { parent: 'a', root: 'a', at: 9 }))
  await setState(channel, 'done')
  await take(channel, said('b', { parent: 'a', root: 'a', at: 5 }))
  expect(await one(channel)).toMatchObject({ state: 'open', since: at(0), last: at(9) })
})

it('leaves done what is answered when an older message comes late', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('a'), said('c', { by: 'shop', parent: 'a', at: 9 }))
  await setState(channel, 'done')
  await take(channel, said('b', { parent: 'a', root: 'a', at: 5 }))
  expect(await one(channel)).toMatchObject({ state: 'done', since: null })
})

it('is done with a conversation of which the customer took everything back, until they write again', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('a'))
  await take(channel, gone('a'))
  expect(await one(channel)).toMatchObject({ state: 'done', since: null, due: 'infinity' })
  await take(channel, said('b', { parent: 'a', root: 'a', at: 5 }))
  expect(await one(channel)).toMatchObject({ state: 'new', since: at(5) })
})

it('waits for a customer whose message is found answered after they took all others back', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('a'))
  await take(channel, gone('a'))
  await take(channel, said('b', { by: 'shop', parent: 'a', at: 5 }))
  await take(channel, said('c', { parent: 'a', root: 'a', at: 4 }))
  expect(await one(channel)).toMatchObject({ state: 'waiting-customer', since: null })
})

it('keeps a thread whose posts have bytes in their ids and addresses that no text may hold', async () => {
  const channel = await makeChannel(database)
  const posts = [
    said('a\0', { url: 'https://a.example/\0' }),
    said('x'.repeat(5000), { parent: 'a' }),
  ]
  await inWorkspace(database.db, channel.workspaceId, (tx) =>
    storeThread(tx, channel, 'a', translateThread({ translate }, posts, channel.account)),
  )
  const kept = await inWorkspace(database.db, channel.workspaceId, (tx) =>
    tx.selectFrom('thread_posts').select(['remote_id', 'url']).execute(),
  )
  expect(kept).toEqual([{ remote_id: 'a\ufffd', url: 'https://a.example/\ufffd' }])
})

it('follows edits and keeps what was said before, also when the edit comes first', async () => {
  const first = said('a', { text: 'one' })
  const second = said('a', { text: 'two', edited: 2 })
  const third = said('a', { text: 'three', edited: 3 })
  for (const pages of [
    [[first], [second], [third]],
    [[third], [first], [second]],
    [[third, first, second]],
  ]) {
    const channel = await makeChannel(database)
    for (const page of pages) await take(channel, ...page)
    const only = await one(channel)
    expect(only.preview).toBe('three')
    expect(only.messages).toMatchObject([{ text: 'three', versions: ['one', 'two'] }])
  }
})

it('empties what the customer took back everywhere, and stops the clock', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('a', { text: 'secret one' }))
  await take(channel, said('a', { text: 'secret two', edited: 2, html: '<p>secret two</p>' }))
  await take(channel, gone('a'))
  expect(await one(channel)).toMatchObject({
    ...{ since: null, due: 'infinity', preview: '', count: 1 },
    messages: [{ text: '', deleted: true, versions: null }],
  })
  const left = await inWorkspace(database.db, channel.workspaceId, async (tx) => [
    await tx.selectFrom('messages').selectAll().execute(),
    await tx.selectFrom('events').selectAll().execute(),
    await tx.selectFrom('message_versions').selectAll().execute(),
  ])
  expect(JSON.stringify(left)).not.toContain('secret')
})

it('keeps no word of a message that was deleted before it came', async () => {
  const channel = await makeChannel(database)
  await take(channel, gone('a'))
  await take(channel, said('a', { text: 'secret' }))
  await take(channel, gone('b'), said('b', { parent: 'a', text: 'secret' }))
  await take(channel, said('c', { parent: 'x', root: 'unknown', text: 'secret' }))
  await take(channel, gone('c'))
  // One that waits for its thread is kept until it has it: then only that something stood there remains.
  const asked = { connector: { translate }, session }
  expect(await resolvePending({ database }, channel, asked)).toBe(1)
  const left = await inWorkspace(database.db, channel.workspaceId, async (tx) => [
    await tx.selectFrom('messages').selectAll().execute(),
    await tx.selectFrom('events').selectAll().execute(),
  ])
  expect(JSON.stringify(left)).not.toContain('secret')
  expect(await resolvePending({ database }, channel, asked)).toBe(0)
})

it('makes one person of somebody whom two channels meet in the same moment', async () => {
  const first = await makeChannel(database)
  const second = await makeChannel(database, first)
  const crowd = Array.from({ length: 60 }, (_, at) => said(`m${at}`, { by: `person${at}` }))
  await Promise.all([take(first, ...crowd), take(second, ...crowd.toReversed())])
  const counts = await inWorkspace(database.db, first.workspaceId, async (tx) => [
    (await tx.selectFrom('people').select('id').execute()).length,
    (await tx.selectFrom('identities').select('id').execute()).length,
    (await tx.selectFrom('conversations').select('id').execute()).length,
  ])
  expect(counts).toEqual([60, 60, 120])
})

it('keeps two businesses apart that hear the same people', async () => {
  const [ours, theirs] = [await makeChannel(database), await makeChannel(database)]
  await take(ours, said('a', { text: 'for us' }))
  await take(theirs, said('a', { text: 'for them' }), gone('b'))
  expect(await one(ours)).toMatchObject({ preview: 'for us' })
  expect(await one(theirs)).toMatchObject({ preview: 'for them' })
  const seen = await inWorkspace(database.db, ours.workspaceId, (tx) =>
    tx.selectFrom('events').select('workspace_id').execute(),
  )
  expect(seen).toEqual([{ workspace_id: ours.workspaceId }])
})

it('takes in an event that was kept aside once the program understands it', async () => {
  const channel = await makeChannel(database)
  const raw = { type: 'telepathy', id: 'a', by: 'ana', text: 'hear me', at: 1 }
  await take(channel, { id: 'x', raw })
  const mended = (json: Json) =>
    translate(
      json !== null && typeof json === 'object' && !Array.isArray(json)
        ? { ...json, type: 'said' }
        : json,
    )
  const operator: Actor = { kind: 'operator', workspaceId: channel.workspaceId, name: 'Operator' }
  const depsOf = (connector: Connector) => {
    const connectors: Connectors = new Map([['town', connector]])
    return { database, connectors, log: createTestLog().log }
  }
  const [kept] = await listAside(depsOf(town), operator, { limit: 10 })
  if (!kept) throw new Error('nothing was kept aside')
  const still = await replayEvent(depsOf(town), operator, kept.id)
  expect(still).toMatchObject({ understood: false })
  const now = await replayEvent(depsOf({ ...town, translate: mended }), operator, kept.id)
  expect(now).toEqual({ understood: true, problem: null })
  expect(await one(channel)).toMatchObject({ preview: 'hear me' })
  expect(await listAside(depsOf(town), operator, { limit: 10 })).toEqual([])
})
