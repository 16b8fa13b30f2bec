import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { asServerOwner } from '../../../test/desk.ts'
import { makeChannel, said, session, translate } from '../../../test/town.ts'
import { timeText as at, showOnly, showWorkspace } from '../../../test/town-view.ts'
import { type Connector, ConnectorError, type RawEvent } from '../../connectors/contract.ts'
import { inWorkspace } from '../../platform/db.ts'
import { stories } from './arrangements.fixture.ts'
import { type IngestChannel, ingestPage } from './ingest-page.ts'
import { resolvePending } from './resolve-pending.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const take = (channel: IngestChannel, ...events: RawEvent[]) =>
  ingestPage(database.db, { translate }, channel, { events, cursor: 'next', more: false })

const look = (channel: IngestChannel) => showWorkspace(database, channel)
const one = (channel: IngestChannel) => showOnly(database, channel)

const eventsOf = ({ workspaceId }: IngestChannel) =>
  inWorkspace(database.db, workspaceId, (tx) =>
    tx.selectFrom('events').select(['state', 'problem', 'raw', 'kind']).orderBy('id').execute(),
  )

/** A network that knows a whole story and shows threads of it, root first. */
function networkOf(events: readonly RawEvent[]): Pick<Connector, 'translate' | 'thread'> {
  return {
    translate,
    async thread(_, { remoteId }) {
      const all = events.flatMap(({ id, raw }) => {
        const event = translate(raw)
        return event.kind === 'message' && event.editedAt === null ? [{ id, raw, event }] : []
      })
      const parentOf = (id: string) =>
        all.find(({ event }) => event.remoteId === id)?.event.parentId
      let root = remoteId
      for (let up = parentOf(root); up; up = parentOf(root)) root = up
      return all.filter(({ event }) => event.remoteId === root)
    },
  }
}

const resolve = (channel: IngestChannel, connector: Pick<Connector, 'translate' | 'thread'>) =>
  resolvePending({ database }, channel, { connector, session })

it('shows the same in the end in whatever order and however often a story comes', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ({ events, pages }) => {
      const network = networkOf(events)
      const tell = async (channel: IngestChannel, all: RawEvent[][]) => {
        for (const page of all) {
          await take(channel, ...page)
          await resolve(channel, network)
        }
        return look(channel)
      }
      const straight = await tell(
        await makeChannel(database),
        events.map((event) => [event]),
      )
      expect(await tell(await makeChannel(database), pages)).toEqual(straight)
      expect(await tell(await makeChannel(database), [events])).toEqual(straight)
    }),
    { numRuns: 25 },
  )
})

it('takes an event in once, however often it comes', async () => {
  const channel = await makeChannel(database)
  expect(await take(channel, said('a'), said('a'))).toMatchObject({ stored: 1 })
  expect(await take(channel, said('a'))).toMatchObject({ stored: 0, changed: [] })
  expect(await one(channel)).toMatchObject({ count: 1, state: 'new', since: at(0), due: at(240) })
})

it('puts an answer that came before its parent into the parent’s thread', async () => {
  const channel = await makeChannel(database)
  const answer = said('b', { parent: 'a', root: 'unknown', at: 2 })
  expect(await take(channel, answer, said('a'))).toMatchObject({ pending: 0 })
  expect(await one(channel)).toMatchObject({ thread: 'a', count: 2 })
})

it('lets a message wait for its thread, and asks the network for it', async () => {
  const channel = await makeChannel(database)
  const story = [said('a', { by: 'ion' }), said('b', { parent: 'a', root: 'unknown' })]
  expect(await take(channel, ...story.slice(1))).toMatchObject({ pending: 1, changed: [] })
  expect(await look(channel)).toEqual([])
  await resolve(channel, networkOf(story))
  expect(await one(channel)).toMatchObject({ thread: 'a', person: 'ana' })
  expect((await eventsOf(channel)).map(({ state }) => state)).toEqual(['done'])
})

it('shows a message under the post it answers when its thread cannot be had after five tries', async () => {
  const channel = await makeChannel(database)
  await take(channel, said('b', { parent: 'a', root: 'unknown' }))
  const failing = {
    translate,
    thread: async () => {
      throw new ConnectorError({ kind: 'unavailable', detail: 'out of order' })
    },
  }
  for (let tries = 0; tries < 5; tries++)
    await expect(resolve(channel, failing)).rejects.toThrow('out of order')
  expect(await look(channel)).toEqual([])
  await resolve(channel, failing)
  expect(await one(channel)).toMatchObject({ thread: 'a', count: 1 })
})

it('keeps what cannot be understood aside with the reason, and goes on with the rest of the page', async () => {
  const channel = await makeChannel(database)
  const broken: RawEvent = { id: 'x', raw: { type: 'telepathy', nul: 'a\0b' } }
  expect(await take(channel, broken, said('a'))).toMatchObject({ stored: 2, aside: 1 })
  expect(await one(channel)).toMatchObject({ count: 1 })
  const [kept] = await eventsOf(channel)
  expect(kept).toMatchObject({ state: 'aside', kind: 'unknown', raw: broken.raw })
  expect(kept?.problem).toContain('type')
})

it.each([
  ['an id longer than an index holds', said('x'.repeat(20_000))],
  ['a time that is none', said('x', { at: Number.MAX_VALUE })],
  ['a year that PostgreSQL does not know', said('x', { at: 140_000_000_000 })],
])('keeps aside %s', async (_, event) => {
  const channel = await makeChannel(database)
  expect(await take(channel, event, said('a'))).toMatchObject({ stored: 2, aside: 1 })
  expect(await one(channel)).toMatchObject({ count: 1 })
})

it('hears texts that the database cannot hold as they are', async () => {
  const channel = await makeChannel(database)
  const text = `nul \0 and half \ud83d of a smile ${'long '.repeat(210_000)}`
  await take(channel, said('a\0\udc00', { by: 'nul\0', text, url: 'https://a.example/\0' }))
  const only = await one(channel)
  expect(only.messages[0]?.text).toHaveLength(text.length)
  expect(only.preview).toMatch(/^nul \ufffd and half \ufffd of a smile long/)
  await take(channel, said('a\0\udc00', { by: 'nul\0', text: 'short', edited: 5 }))
  expect((await one(channel)).preview).toBe('short')
})

it('stores remote HTML without anything that could run', async () => {
  const channel = await makeChannel(database)
  const html =
    '<p onclick="x()">Hi<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">there</a></p>'
  await take(channel, said('a', { html }))
  const row = await inWorkspace(database.db, channel.workspaceId, (tx) =>
    tx.selectFrom('messages').select('html').executeTakeFirstOrThrow(),
  )
  expect(row.html).toBe('<p>Hi<a>there</a></p>')
})

it('moves the cursor with the events or not at all', async () => {
  const channel = await makeChannel(database)
  await asServerOwner(
    database.url,
    `create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk on fire'; end $$;
     create trigger fail before insert on messages for each row when (new.text = 'burn') execute function fail()`,
  )
  await expect(take(channel, said('a'), said('b', { text: 'burn' }))).rejects.toThrow(
    'disk on fire',
  )
  const cursor = await inWorkspace(database.db, channel.workspaceId, (tx) =>
    tx.selectFrom('channel_streams').select('cursor').executeTakeFirstOrThrow(),
  )
  expect(cursor).toEqual({ cursor: null })
  expect(await eventsOf(channel)).toEqual([])
  expect(await look(channel)).toEqual([])
})
