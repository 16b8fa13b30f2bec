import { ConversationSummary } from '../contract/conversations.ts'
import { DeliveryView } from '../contract/deliveries.ts'
import { listOf } from '../contract/http.ts'
import { asServerOwner } from '../test/desk.ts'
import { type Fleet, type Kills, pause } from './fleet.ts'
import type { Random } from './seeded.ts'

/** The network during a drill: what customers do there, what goes wrong, and what truly stands. */
export type Town = {
  /** A customer writes to the shop. Nothing that goes wrong for Parley stands in their way. */
  customerWrites(text: string): Promise<void>
  /** Makes one thing go wrong for a while. */
  trouble(random: Random): Promise<void>
  heal(): Promise<void>
  /** The account's own posts. */
  standing(): Promise<{ remoteId: string; text: string }[]>
}

/** A reply as its writer knows it: acknowledged by the API with 202. */
export type Reply = { text: string; delivery: string; conversation: string; retries: number }

export type DrillOptions = {
  fleet: Fleet
  town: Town
  key: string
  databaseUrl: string
  /** URL of the server's own database, to end connections of the drill's. */
  adminUrl: string
  kills: number
  /** The kills go on until so many replies were accepted: few prove little. */
  leastReplies: number
  random: Random
  writers: number
  /** The account, as the API is asked to connect it. */
  account: { network: string; fields: Record<string, string> }
}

export type Drill = {
  replies: Reply[]
  asked: string[]
  kills: Kills
  troubles: number
  connectionsEnded: number
}

/**
 * Connects the account, then kills the fleet again and again while customers write, replies are asked for, the network misbehaves and
 * the database drops everybody; then ends all trouble and lets the fleet stand. Every reply was
 * acknowledged: its writer asked with the same Idempotency-Key until it was.
 */
export async function runDrill(options: DrillOptions): Promise<Drill> {
  const { fleet, town, random, kills } = options
  const over = new AbortController()
  const drill: Drill = {
    replies: [],
    asked: [],
    kills: { killed: 0, whileStarting: 0, gaveUpStarting: 0 },
    troubles: 0,
    connectionsEnded: 0,
  }
  await begin(options, drill)
  const helpers = [
    keepAsking(options, drill, over.signal, random.fork()),
    keepTroubling(options, drill, over.signal, random.fork()),
    keepDropping(options, drill, over.signal, random.fork()),
    ...Array.from({ length: options.writers }, (_, index) =>
      keepReplying(options, drill, over.signal, { index, random: random.fork() }),
    ),
  ]
  const enough = () => drill.replies.length >= options.leastReplies
  const helped = Promise.all(helpers)
  try {
    drill.kills = await Promise.race([
      fleet.runKills({ kills, random: random.fork(), until: enough }),
      helped.then(tooSoon),
    ])
  } finally {
    over.abort()
  }
  await town.heal()
  await fleet.stayUp()
  await helped
  await town.heal()
  return drill
}

const firstQuestions = 12

/** All is well at first: the account is connected, and there are conversations to answer. */
async function begin({ fleet, town, key, account, random }: DrillOptions, drill: Drill) {
  const [url = ''] = fleet.urls
  await fleet.stayUp()
  const answer = await ask(url, key, 'POST', '/api/v1/channels', account)
  if (answer?.status !== 201) throw new Error(`not connected: ${JSON.stringify(answer)}`)
  for (let n = 1; n <= firstQuestions; n++) await write(town, drill, `${random.seed}-first-${n}`)
  for (const end = Date.now() + 180_000; ; await pause(300)) {
    const found = await listConversations(url, key)
    if (found && found.length >= firstQuestions) break
    if (Date.now() > end) throw new Error(`nothing came in: ${fleet.said()}`)
  }
  await fleet.stop()
}

async function write(town: Town, drill: Drill, number: string): Promise<void> {
  const text = `Question ${number}: where is my parcel?`
  await town.customerWrites(text)
  drill.asked.push(text)
}

function tooSoon(): never {
  throw new Error('the drill ended before its kills')
}

async function keepAsking({ town }: DrillOptions, drill: Drill, over: AbortSignal, random: Random) {
  for (let n = 1; !over.aborted; n++) {
    await write(town, drill, `${random.seed}-${n}`)
    await pause(300 + random.below(1200))
  }
}

async function keepTroubling(
  { town }: DrillOptions,
  drill: Drill,
  over: AbortSignal,
  random: Random,
) {
  while (!over.aborted) {
    await town.trouble(random)
    drill.troubles += 1
    await pause(300 + random.below(1000))
  }
}

async function keepDropping(
  { databaseUrl, adminUrl }: DrillOptions,
  drill: Drill,
  over: AbortSignal,
  random: Random,
) {
  const name = new URL(databaseUrl).pathname.slice(1)
  while (!over.aborted) {
    await pause(1000 + random.below(4000))
    const ended = await asServerOwner(
      adminUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`,
      [name],
    )
    drill.connectionsEnded += ended.length
  }
}

type Writer = { index: number; random: Random }

/** Answers the conversations that are this writer's, one after the other, each reply until it is accepted. */
async function keepReplying(
  options: DrillOptions,
  drill: Drill,
  over: AbortSignal,
  { index, random }: Writer,
) {
  let mine: string[] = []
  for (let n = 1; !over.aborted; n++) {
    if (mine.length < 5 || random.chance(0.2))
      mine = (await conversationsOf(options, random, over)).filter(
        (id) => Number.parseInt(id.slice(-4), 16) % options.writers === index,
      )
    if (mine.length > 0) {
      const conversation = random.pick(mine)
      const text = `Answer ${random.seed}-${n} ${random.below(1e6)}`
      drill.replies.push(await replyUntilAccepted(options, random, conversation, text))
    }
    await pause(random.below(250))
  }
}

async function conversationsOf(
  { fleet, key }: DrillOptions,
  random: Random,
  over: AbortSignal,
): Promise<string[]> {
  while (!over.aborted) {
    const found = await listConversations(random.pick(fleet.urls), key)
    if (found) return found
    await pause(100)
  }
  return []
}

async function listConversations(url: string, key: string): Promise<string[] | undefined> {
  const answer = await ask(url, key, 'GET', '/api/v1/conversations?limit=100')
  if (answer?.status !== 200) return undefined
  return listOf(ConversationSummary)
    .parse(answer.body)
    .items.map(({ id }) => id)
}

async function replyUntilAccepted(
  { fleet, key }: DrillOptions,
  random: Random,
  conversation: string,
  text: string,
): Promise<Reply> {
  const headers = { 'idempotency-key': `drill ${text}` }
  const path = `/api/v1/conversations/${conversation}/replies`
  for (let retries = 0; ; retries++) {
    const answer = await ask(random.pick(fleet.urls), key, 'POST', path, { text }, headers)
    if (answer?.status === 202)
      return { text, conversation, retries, delivery: DeliveryView.parse(answer.body).id }
    if (answer && answer.status < 500 && answer.status !== 429)
      throw new Error(`a reply was refused: ${answer.status} ${JSON.stringify(answer.body)}`)
    await pause(50 + random.below(100))
  }
}

/** @returns undefined when no whole answer came */
export async function ask(
  url: string,
  key: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown } | undefined> {
  try {
    const response = await fetch(url + path, {
      method,
      signal: AbortSignal.timeout(10_000),
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  } catch {
    return undefined // It was killed, or is not there yet: whoever asks asks again.
  }
}
