import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fastify, { type FastifyInstance } from 'fastify'
import { ChannelId, WorkspaceId } from '../contract/ids.ts'
import { createParley, type Parley } from '../src/app.ts'
import { accountOf } from '../src/connectors/website/connect.ts'
import { issueForm, siteKeys } from '../src/modules/website/index.ts'
import { readConfig } from '../src/platform/config.ts'
import { loadKeyring } from '../src/platform/crypto.ts'
import { newId } from '../src/platform/ids.ts'
import { createLog } from '../src/platform/log.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'
import { type Load, Loaded } from './form/load-client.ts'
import { type Arm, compare, refuseNoisy, report, round, timeArms } from './harness.ts'

const goal = 0.3
const rounds = 7
const sizes = [
  { connections: 64, posts: 1500 },
  { connections: 128, posts: 2000 },
  { connections: 256, posts: 3000 },
]

type Batch = { connections: number; bodies: string[] }

/**
 * The whole program's route for a website's form, each post acknowledged after its message is committed,
 * against an empty fastify route that is posted the same bodies by the same client. For comparison also against
 * an empty route of this very server, which pays for what all its routes have (limits, headers, who may). Every post is another
 * visitor: event, person, conversation, message and private link are new. The same process takes them in
 * meanwhile, and what is left of that after the last answer is waited for before the next arm: `takenIn` is
 * the messages a second from the first post until the last stands in the inbox.
 * @returns whether the goal was met
 */
export async function form(): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), 'parley-bench-form-'))
  const database = await openBenchDatabase()
  const client = createClient()
  const config = readConfig({ PARLEY_HOME: home })
  const many = 1_000_000_000
  const parley = await createParley({
    config,
    databaseUrl: database.url,
    log: createLog('error'),
    limits: { perCaller: many, perAddress: many },
    siteLimits: { perAddress: many, perConversation: many },
  })
  const empty = await emptyServer()
  try {
    const channelId = await placeForm(database)
    addEmptyRoute(parley.server.app)
    await parley.server.app.listen({ port: 0, host: '127.0.0.1' })
    await parley.start()
    const keys = siteKeys({ keyring: await loadKeyring(config.secretKeyFile) })
    const body = createBodies(() => issueForm(keys, channelId, new Date(Date.now() - 60_000)))
    const path = `/site/${channelId}`
    const ours = portOf(parley.server.app.addresses())
    const seen = { median: [] as number[], p99: [] as number[], takenIn: [] as number[], posts: 0 }
    let begun = 0
    let posts = 0
    const post = async (port: number, batch: Batch, to = path) => {
      const done = await client.post({ port, path: to, ...batch })
      if (done.refused > 0) throw new Error(`${done.refused} posts were not acknowledged`)
      return done
    }
    const arms: Arm<Batch>[] = [
      {
        name: 'ours',
        async run(batch) {
          begun = performance.now()
          const { median, p99 } = await post(ours, batch)
          seen.median.push(median)
          seen.p99.push(p99)
          posts = batch.bodies.length
          seen.posts += posts
        },
        async settle() {
          await untilTakenIn(database)
          seen.takenIn.push((posts / (performance.now() - begun)) * 1000)
        },
      },
      { name: 'empty', run: async (batch) => void (await post(empty.port, batch)) },
      { name: 'empty here', run: async (batch) => void (await post(ours, batch, '/bench/empty')) },
    ]
    let met = true
    for (const { connections, posts } of sizes) {
      Object.assign(seen, { median: [], p99: [], takenIn: [] })
      const work = Array.from({ length: rounds }, () => [
        { connections, bodies: Array.from({ length: posts }, body) },
      ])
      const timing = refuseNoisy(await timeArms(arms, work), ['empty'])
      const against = (floor: string, metric: string) =>
        compare(timing, {
          ...{ workload: 'form', metric: `posts/s acknowledged after commit against ${metric}` },
          ...{ ours: 'ours', floor, size: connections, units: posts },
        })
      const line = { ...against('empty', 'an empty route'), goal }
      const middle = (all: number[]) => round(all.sort((a, b) => a - b)[all.length >> 1] ?? 0)
      report({
        ...line,
        medianMs: middle(seen.median),
        p99Ms: middle(seen.p99),
        takenIn: Math.round(middle(seen.takenIn)),
      })
      report(against('empty here', 'an empty route of this server'))
      met &&= line.ratio >= goal
    }
    await assertAllThere(database, seen.posts)
    return met
  } finally {
    await parley.stop()
    await empty.close()
    await client.close()
    await database.close()
    await rm(home, { recursive: true, force: true })
  }
}

async function untilTakenIn({ owner }: BenchDatabase): Promise<void> {
  const waits = 'select exists (select from website_waiting) as waits'
  while ((await owner.query<{ waits: boolean }>(waits)).rows[0]?.waits !== false)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Nothing that was acknowledged may be missing. */
async function assertAllThere(database: BenchDatabase, posts: number): Promise<void> {
  const { rows } = await database.owner.query<{ messages: number; links: number }>(
    `select (select count(*)::int from messages) as messages, (select count(*)::int from website_links) as links`,
  )
  const [there] = rows
  if (there?.messages !== posts || there.links !== posts)
    throw new Error(`${posts} acknowledged, but there are ${JSON.stringify(there)}`)
}

async function placeForm(database: BenchDatabase): Promise<ChannelId> {
  const [workspaceId, channelId] = [newId(WorkspaceId), newId(ChannelId)]
  const credential = { name: 'Bench', address: 'https://shop.example' }
  const account = accountOf(credential, new Date())
  await database.owner.query(
    `insert into workspaces (id, name, time_zone, locale, hours) values ($1, 'Bench', 'UTC', 'en', '{}')`,
    [workspaceId],
  )
  await database.owner.query(
    `insert into channels (workspace_id, id, network, service, remote_account_id, handle, display_name, profile_url,
       state, limits, abilities, secret_id, checked_at)
     values ($1, $2, 'website', $3, $3, 'shop.example', 'Bench', $3, 'connected', $4, $5, $2, now())`,
    [
      workspaceId,
      channelId,
      credential.address,
      JSON.stringify(account.limits),
      JSON.stringify(account.abilities),
    ],
  )
  await database.owner.query(
    'insert into channel_streams (workspace_id, channel_id) values ($1, $2)',
    [workspaceId, channelId],
  )
  return channelId
}

function createBodies(ticket: () => string): () => string {
  return () => {
    const who = crypto.randomUUID()
    const message = `Hello, my parcel ${who} has not come yet. Could you look where it is? Thank you very much.`
    const fields = { name: `Visitor ${who.slice(0, 8)}`, email: `${who}@example.com`, message }
    return new URLSearchParams({ ...fields, order: '', url: '', ticket: ticket() }).toString()
  }
}

/** The floor: takes the body as text and answers nothing. */
async function emptyServer(): Promise<{ port: number; close(): Promise<void> }> {
  const app = fastify()
  takeText(app)
  app.post('/site/:channel', async (_request, reply) => reply.send(''))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.addresses()), close: () => app.close() }
}

function addEmptyRoute(app: Parley['server']['app']): void {
  void app.register(async (scope) => {
    takeText(scope)
    const schema = { summary: 'Nothing', tags: ['bench'] }
    scope.post('/bench/empty', { config: { access: 'open' }, schema }, async (_request, reply) =>
      reply.send(''),
    )
  })
}

function takeText(app: Pick<FastifyInstance, 'addContentTypeParser'>): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: unknown, body: string) => body,
  )
}

function portOf(addresses: readonly (string | { port: number })[]): number {
  const [address] = addresses
  if (typeof address !== 'object') throw new Error('the server does not listen')
  return address.port
}

/** The client has a thread of its own. */
function createClient() {
  const worker = new Worker(new URL('./form/load-client.ts', import.meta.url))
  return {
    post(load: Load) {
      return new Promise<ReturnType<typeof Loaded.parse>>((resolve, reject) => {
        worker.once('message', (message: unknown) => {
          const done = Loaded.safeParse(message)
          if (done.success) resolve(done.data)
          else reject(new Error(`the client failed: ${JSON.stringify(message)}`))
        })
        worker.postMessage(load)
      })
    },
    close: () => worker.terminate(),
  }
}
