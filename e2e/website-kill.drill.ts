import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Channel } from '../contract/channels.ts'
import { Conversation, ConversationSummary } from '../contract/conversations.ts'
import { listOf } from '../contract/http.ts'
import { until } from '../practice/test-network.ts'
import type { Answer } from '../test/http.ts'
import type { Program } from '../test/program.ts'
import {
  callerAt,
  clear,
  keyAt,
  newPlace,
  type Place,
  postmasterOf,
  startAt,
} from '../test/running.ts'
import { privatePathIn, ticketIn } from '../test/site-world.ts'
import { createRandom, readDrill } from './seeded.ts'

// A form is acknowledged as soon as one row is kept, and taken in afterwards: between the two, and in the middle
// of either, the program is killed.

const { seed, kills } = readDrill(6)
vi.setConfig({ testTimeout: 300_000 + kills * 60_000, hookTimeout: 120_000 })

const visitorsARound = 8
/** So long nobody fills in a form, in ms: what is sent sooner is taken for a machine's. */
const fillingMs = 3500

let place: Place
let program: Program
let key: { key: string }
let form: string

beforeAll(async () => {
  place = await newPlace()
  program = startAt(place)
  await program.says(/Parley is ready/)
  key = { key: await keyAt(place) }
  const { body } = await callerAt(place)(key, 'POST', '/api/v1/channels', {
    network: 'website',
    fields: { name: 'The Corner Shop', address: 'https://shop.example' },
  })
  form = `/site/${Channel.parse(body).id}`
})
afterAll(() => clear([program], [place.home]))

type Visitor = { words: string; link: string; timesSent: number }

it(`takes in once what it said has arrived, killed ${kills} times while visitors write (seed ${seed})`, async () => {
  const random = createRandom(seed)
  const visitors: Visitor[] = []
  for (let round = 0; round < kills; round += 1) {
    const tickets = await Promise.all(
      Array.from({ length: visitorsARound }, async () => ticketIn(await visit(form))),
    )
    await pause(fillingMs)
    const writing = tickets.map((ticket, at) =>
      send({ ticket, nth: round * visitorsARound + at, afterMs: random.below(600) }),
    )
    await pause(random.below(700))
    await kill(round % 2 === 1)
    visitors.push(...(await Promise.all(writing)))
  }
  const all = visitors.map(({ words }) => words)
  await until(async () => (await heard()).length >= all.length, 180_000)
  expect((await heard()).sort()).toEqual(all.sort())
  for (const { link, words } of visitors)
    expect(await visit(link), words).toMatchObject({
      status: 200,
      body: expect.stringContaining(words),
    })
  const again = visitors.filter(({ timesSent }) => timesSent > 1).length
  process.stderr.write(`${all.length} forms, ${again} of them sent more than once; seed ${seed}\n`)
})

/** Sends the form until somebody says that it has arrived, as people do. */
async function send(one: { ticket: string; nth: number; afterMs: number }): Promise<Visitor> {
  const address = `203.0.${one.nth >> 8}.${one.nth & 255}`
  const words = `Where is parcel ${seed}-${one.nth}?`
  const fields = { name: `Visitor ${one.nth}`, email: '', message: words, url: '' }
  await pause(one.afterMs)
  for (let timesSent = 1; ; timesSent += 1) {
    const answer = await visit(form, { ticket: one.ticket, ...fields }, address).catch(() => null)
    if (answer?.status === 200) return { words, link: privatePathIn(answer), timesSent }
    expect([undefined, 503], words).toContain(answer?.status)
    await pause(300)
  }
}

/** A visitor's request; none of them has more than one address. */
function visit(path: string, fields?: Record<string, string>, address?: string): Promise<Answer> {
  const headers = address === undefined ? {} : { 'x-forwarded-for': address }
  if (!fields) return callerAt(place)(null, 'GET', path, undefined, headers)
  return callerAt(place)(null, 'POST', path, new URLSearchParams(fields).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  })
}

/** Every message of every conversation in the inbox. */
async function heard(): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/api/v1/conversations?sort=newest&limit=100${cursor && `&cursor=${cursor}`}`
    const { body } = await callerAt(place)(key, 'GET', path)
    const page = listOf(ConversationSummary).parse(body)
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.next
  }
  const read = ids.map(async (id) => {
    const { body } = await callerAt(place)(key, 'GET', `/api/v1/conversations/${id}`)
    return Conversation.parse(body).messages.map(({ text }) => text)
  })
  return (await Promise.all(read)).flat()
}

async function kill(databaseToo: boolean): Promise<void> {
  const postmaster = await postmasterOf(place.home)
  if (databaseToo) process.kill(postmaster, 'SIGKILL')
  program.child.kill('SIGKILL')
  await program.ended
  program = startAt(place)
  await program.says(/Parley is ready/)
}
