import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { startTestNetwork, until } from '../../../practice/test-network.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { createTestLog } from '../../../test/log.ts'
import { startProgram } from '../../../test/program.ts'
import { briskPace, connectShop, streamDeps } from '../../../test/stream-desk.ts'
import { inWorkspace } from '../../platform/db.ts'
import type { Loop } from '../../platform/loop.ts'
import type { StoredChannel } from '../channels/index.ts'
import { startStream } from './stream.ts'

let database: TestDatabase
let home: string
let practice: Awaited<ReturnType<typeof startTestNetwork>>
let deps: Awaited<ReturnType<typeof streamDeps>>
let channel: StoredChannel
let stream: Loop | undefined

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-stream-'))
  database = await createTestDatabase()
  practice = await startTestNetwork()
  deps = await streamDeps(database, home)
  channel = await connectShop(deps, practice)
})
afterEach(async () => {
  await stream?.stop()
  stream = undefined
  await deps.http.close()
  await practice.stop()
  await database.drop()
  await rm(home, { recursive: true, force: true })
})

function start(leaseMs = 3000): Loop {
  stream = startStream(deps, { pace: briskPace, leaseMs })
  return stream
}

const read = <Result>(work: Parameters<typeof inWorkspace<Result>>[2]) =>
  inWorkspace(database.db, channel.workspaceId, work)

const texts = () =>
  read(async (tx) => {
    const rows = await tx
      .selectFrom('messages')
      .select(['text', 'deleted_at'])
      .orderBy('id')
      .execute()
    return rows.map(({ text }) => text)
  })
const heard = (text: string, ms = 60_000) =>
  until(async () => (await texts()).some((one) => one.includes(text)), ms)
const health = () =>
  read((tx) => tx.selectFrom('channels').select(['state', 'problem']).executeTakeFirstOrThrow())
const told = (act: string) =>
  read(async (tx) =>
    (await tx.selectFrom('audit_entries').select('detail').where('act', '=', act).execute()).map(
      ({ detail }) => detail,
    ),
  )
const streams = async () =>
  z.object({ streams: z.number() }).parse((await practice.get('/practice/state')).json).streams

/** The numbers of the crowd's mentions, in the order in which they were taken in. */
async function numbers(): Promise<number[]> {
  return (await texts()).flatMap((text) => {
    const number = /no\. (\d+)$/.exec(text)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, at) => at + from)

it('fills the gap after a downtime completely and in order', async () => {
  await practice.customer('before the downtime')
  const first = start()
  await heard('before the downtime')
  await first.stop()
  await practice.send('POST', '/practice/crowd', { count: 500, people: 120, seed: 7 })
  start()
  await until(async () => (await numbers()).length >= 500, 60_000)
  expect(await numbers()).toEqual(upTo(500))
})

it('hears a mention by the network’s stream, long before it would have looked again', async () => {
  start()
  await until(async () => (await streams()) > 0, 60_000)
  // Polling with an open stream comes every 20 s: what is heard sooner was heard by the stream.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await practice.customer('is anybody there?')
  await heard('is anybody there?', 15_000)
})

it('polls when the network has no stream', async () => {
  await practice.send('PUT', '/practice/mode', { streaming: false })
  start()
  await practice.customer('no stream here')
  await heard('no stream here')
  expect(await streams()).toBe(0)
})

it('goes on after the stream was cut', async () => {
  start()
  await until(async () => (await streams()) > 0, 60_000)
  await practice.send('POST', '/practice/streams/cut')
  await practice.customer('after the cut')
  await heard('after the cut')
  await until(async () => (await streams()) > 0, 60_000)
})

it.each(['duplicate', 'out-of-order', 'late'])(
  'takes in each mention once when the network is in fault: %s',
  async (kind) => {
    await practice.fault({ kind, ...(kind === 'late' && { ms: 1500, probability: 0.5 }) })
    start()
    await practice.send('POST', '/practice/crowd', { count: 60, people: 20, seed: 3 })
    await until(async () => (await numbers()).length >= 60, 60_000)
    await practice.calm()
    await practice.customer('the last one')
    await heard('the last one')
    expect((await numbers()).toSorted((a, b) => a - b)).toEqual(upTo(60))
  },
  120_000,
)

it('keeps what does not parse aside and goes on with the rest', async () => {
  await practice.send('POST', '/practice/crowd', { count: 30, people: 10, seed: 3 })
  await practice.fault({ kind: 'unparseable', target: 'notifications', times: 3 })
  start()
  const aside = await until(async () => {
    const rows = await read((tx) =>
      tx.selectFrom('events').select('problem').where('state', '=', 'aside').execute(),
    )
    return rows.length > 0 && rows
  }, 120_000)
  await practice.calm()
  await until(async () => (await numbers()).length >= 30, 60_000)
  expect(aside[0]?.problem).toBeTruthy()
})

it('tells an expired token once, in words, and says when all is well again', async () => {
  start()
  await practice.customer('before')
  await heard('before')
  await practice.fault({ kind: 'expired-token' })
  const ill = await until(async () => {
    const now = await health()
    return now.state === 'attention' && now
  }, 120_000)
  expect(ill.problem).toMatchObject({
    kind: 'auth-expired',
    detail: expect.stringMatching(/\w+ \w+/),
  })
  await practice.customer('meanwhile')
  await new Promise((resolve) => setTimeout(resolve, 4000))
  expect(await told('channel.trouble')).toHaveLength(1)
  await practice.calm()
  await heard('meanwhile', 60_000)
  await until(async () => (await health()).state === 'connected', 60_000)
  expect(await told('channel.recovered')).toHaveLength(1)
})

it('says nothing of a short outage, and tells a long one once', async () => {
  start()
  await practice.customer('before')
  await heard('before')
  await practice.fault({ kind: 'outage', seconds: 1 })
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(await told('channel.trouble')).toEqual([])
  await practice.fault({ kind: 'outage' })
  await until(async () => (await health()).state === 'attention', 60_000)
  await practice.customer('during')
  await practice.calm()
  await heard('during', 60_000)
  expect(await told('channel.trouble')).toHaveLength(1)
})

it('follows edits and deletions', async () => {
  start()
  const edited = await practice.customer('a mug with a crack')
  const deleted = await practice.customer('my secret is plumtree')
  await heard('plumtree')
  await practice.send('PUT', `/practice/posts/${edited}`, { text: '@shop a mug with two cracks' })
  await practice.send('DELETE', `/practice/posts/${deleted}`)
  await heard('two cracks')
  await until(async () => !(await texts()).some((text) => text.includes('plumtree')), 60_000)
  const raw = await read((tx) => tx.selectFrom('events').select('raw').execute())
  expect(JSON.stringify(raw)).not.toContain('plumtree')
})

it('has each channel received by one of two streams, and by the other one when the first is killed', async () => {
  const first = startProgram('test/stream-process.ts', [database.url, home, '6000'])
  await first.says(/receiving/)
  await practice.customer('to the first')
  await heard('to the first', 60_000)
  const log = createTestLog()
  const second = await streamDeps(database, home, log)
  stream = startStream(second, { pace: briskPace, leaseMs: 6000 })
  const holder = () =>
    read(
      async (tx) =>
        (await tx.selectFrom('channel_streams').select('lease_holder').executeTakeFirstOrThrow())
          .lease_holder,
    )
  const before = await holder()
  await new Promise((resolve) => setTimeout(resolve, 7000))
  expect(await holder()).toBe(before)
  expect(await streams()).toBe(1)
  first.child.kill('SIGKILL')
  await first.ended
  await practice.customer('to the second')
  await heard('to the second', 60_000)
  expect(await holder()).not.toBe(before)
  await stream.stop()
  stream = undefined
  await second.http.close()
  expect(await holder()).toBeNull()
})
