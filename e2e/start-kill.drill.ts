import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { Conversation, ConversationSummary } from '../contract/conversations.ts'
import { DeliveryView } from '../contract/deliveries.ts'
import { listOf } from '../contract/http.ts'
import { Truth, until } from '../practice/test-network.ts'
import type { Program } from '../test/program.ts'
import {
  callerAt,
  clear,
  keyAt,
  newPlace,
  type Place,
  postmasterOf,
  processesOf,
  startAt,
} from '../test/running.ts'
import { createRandom, readDrill } from './seeded.ts'

const { seed, kills } = readDrill(10)
vi.setConfig({ testTimeout: 400_000 + kills * 60_000, hookTimeout: 120_000 })

let place: Place
let program: Program
let key: { key: string }

beforeAll(async () => {
  place = await newPlace()
  program = startAt(place)
  await program.says(/Parley is ready/)
  key = { key: await keyAt(place) }
  expect((await call('POST', '/practice', {})).status).toBe(201)
})
afterAll(() => clear([program], [place.home]))

const call = (method: string, path: string, body?: unknown) =>
  callerAt(place)(key, method, `/api/v1${path}`, body)

/** Answers nothing while nobody listens. */
async function tryCall(method: string, path: string, body?: unknown) {
  return call(method, path, body).catch(() => null)
}

async function conversations(): Promise<ConversationSummary[]> {
  const answer = await tryCall('GET', '/conversations?limit=100')
  return answer?.status === 200 ? listOf(ConversationSummary).parse(answer.body).items : []
}

async function customerSays(text: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${place.practicePort}/practice/posts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as: 'mara', text: `@shop ${text}` }),
  })
  expect(answer.status).toBe(200)
}

async function standing(): Promise<string[]> {
  const url = `http://127.0.0.1:${place.practicePort}/practice/statuses?account=shop&limit=500`
  const answer = await fetch(url)
  const { items } = z.object({ items: z.array(Truth) }).parse(await answer.json())
  return items.filter((item) => !item.deleted).map(({ text }) => text)
}

type Victim = 'Parley' | 'PostgreSQL' | 'both' | 'PostgreSQL, then Parley'

/** Kills as the machine would: without a word. Starts Parley again where it was killed. */
async function kill(victim: Victim): Promise<void> {
  const postmaster = await postmasterOf(place.home).catch(() => null)
  if (victim !== 'Parley' && postmaster) process.kill(postmaster, 'SIGKILL')
  if (victim === 'PostgreSQL, then Parley') await new Promise((r) => setTimeout(r, 150))
  if (victim === 'PostgreSQL') return
  program.child.kill('SIGKILL')
  await program.ended
  program = startAt(place)
  await program.says(/Parley is ready/)
}

it(`comes back with everything, killed ${kills} times at random moments (seed ${seed})`, async () => {
  const random = createRandom(seed)
  const promised = { notes: new Map<string, string>(), replies: new Map<string, string>() }
  const victims: Victim[] = ['Parley', 'PostgreSQL', 'both', 'PostgreSQL, then Parley']
  await customerSays('the first question')
  const first = await until(async () => (await conversations()).at(0), 180_000)
  for (let round = 0; round < kills; round += 1) {
    const writing = writeUntilCut(first.id, round, promised)
    await new Promise((resolve) => setTimeout(resolve, random.below(1500)))
    const victim = victims[round % victims.length] ?? 'both'
    await kill(victim)
    const draft = await writing
    const back = await until(async () => {
      const answer = await tryCall('GET', `/conversations/${first.id}`)
      return answer?.status === 200 ? Conversation.parse(answer.body) : null
    }, 180_000)
    const label = `round ${round}, ${victim}`
    const notes = back.notes.map(({ text }) => text)
    expect(
      [...promised.notes.values()].filter((text) => !notes.includes(text)),
      label,
    ).toEqual([])
    if (draft !== null) expect(back.draft?.text, label).toBe(draft)
    await until(
      async () => fetchOk(`http://127.0.0.1:${place.practicePort}/practice/state`),
      20_000,
    )
    await customerSays(`after round ${round}`)
    await until(
      async () =>
        (await conversations()).some((one) => one.preview.includes(`after round ${round}`)),
      180_000,
    )
  }
  for (const [id, text] of promised.replies) {
    const sent = await until(async () => {
      const answer = await tryCall('GET', `/deliveries/${id}`)
      const delivery = answer?.status === 200 ? DeliveryView.parse(answer.body) : null
      return delivery && ['sent', 'unknown', 'failed'].includes(delivery.state) ? delivery : null
    }, 180_000)
    expect({ text, state: sent.state, reason: sent.reason }).toEqual({
      text,
      state: 'sent',
      reason: null,
    })
  }
  const posts = await standing()
  for (const text of promised.replies.values())
    expect({ text, times: posts.filter((post) => post.includes(text)).length }).toEqual({
      text,
      times: 1,
    })
  program.child.kill('SIGTERM')
  expect(await program.ended).toEqual({ code: 0, signal: null })
  expect(await processesOf(place.home)).toEqual([])
})

/**
 * Writes a draft, a note and a reply, over and over, until something is no longer answered; keeps what
 * was promised. @returns the draft that must be there; null: its last change was in doubt
 */
async function writeUntilCut(
  id: string,
  round: number,
  promised: { notes: Map<string, string>; replies: Map<string, string> },
): Promise<string | null> {
  let draft: string | null = null
  for (let turn = 0; turn < 200; turn += 1) {
    const words = `round ${round} turn ${turn} end`
    const drafted = await tryCall('PUT', `/conversations/${id}/draft`, { text: words, media: [] })
    if (drafted === null || drafted.status >= 300) return null
    draft = words
    const note = `note ${words}`
    const noted = await tryCall('POST', `/conversations/${id}/notes`, { text: note })
    if (noted === null || noted.status >= 300) return draft
    promised.notes.set(note, note)
    if (turn > 1) continue
    const text = `reply ${words}`
    const reply = await tryCall('POST', `/conversations/${id}/replies`, { text })
    if (reply === null || reply.status !== 202) return null
    draft = null
    promised.replies.set(z.object({ id: z.string() }).parse(reply.body).id, text)
  }
  return draft
}

async function fetchOk(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}
