import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, inject, it } from 'vitest'
import { SavedView } from '../contract/views.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { allowOrigin, makeKey } from '../test/desk.ts'
import { ask, type DrillOptions, runDrill } from './drill.ts'
import { createFleet, type Fleet, freePort, pause, type Slot } from './fleet.ts'
import { type Hearing, startHearing } from './hearing.ts'
import { type PracticeTown, startPracticeTown } from './practice-town.ts'
import {
  expectAllReceived,
  expectAuditHolds,
  expectOnce,
  expectOrder,
  untilSettled,
} from './reckoning.ts'
import { createRandom, readDrill } from './seeded.ts'

/** Everything of one drill: real processes, a database of its own, a practice network of its own. */
type Ground = DrillOptions & { fleet: Fleet; town: PracticeTown; database: TestDatabase }

/** Milliseconds. A machine that does other things too needs several times the usual 5 s a kill. */
// After an hour of trouble a reply waits five minutes between two tries, and others wait behind it.
const settling = { timeoutMs: 600_000 }
const limit = 1_000_000 + 20_000 * readDrill(0).kills

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

it(
  'loses no reply and sends none twice, killed again and again amid all kinds of trouble',
  async () => {
    const ground = await prepare({
      kills: 20,
      leastReplies: 60,
      roles: ['all', 'all'],
      file: 'parley-process.ts',
    })
    const drill = await runDrill(ground)
    expect(ground.fleet.crashes()).toEqual([])
    const deliveries = await untilSettled(ground.databaseUrl, settling)
    const told = await expectOnce(drill, deliveries, ground.town)
    // The network knows keys, so nothing is left to a person.
    expect(told).toEqual({ sent: drill.replies.length, unknown: 0, unknownStanding: 0 })
    expectOrder(deliveries, await ground.town.standing())
    await expectAllReceived(ground.databaseUrl, drill)
    const entries = await expectAuditHolds(ground.databaseUrl)
    report(ground, drill, { told, entries, struck: await ground.town.struck() })
  },
  limit,
)

it(
  'sends nothing twice on a server that knows no keys, and says what it could not find out',
  async () => {
    const ground = await prepare({
      kills: 6,
      leastReplies: 25,
      roles: ['all', 'all'],
      file: 'parley-process.ts',
    })
    await ground.town.control('PUT', '/practice/mode', { preset: 'snac' })
    const drill = await runDrill(ground)
    expect(ground.fleet.crashes()).toEqual([])
    // Whatever was to arrive late has arrived: the looks that are left may come at once.
    await pause(3500)
    const deliveries = await untilSettled(ground.databaseUrl, { timeoutMs: 300_000, hasten: true })
    const told = await expectOnce(drill, deliveries, ground.town)
    await expectAllReceived(ground.databaseUrl, drill)
    const entries = await expectAuditHolds(ground.databaseUrl)
    report(ground, drill, { told, entries, struck: await ground.town.struck() })
    expect(told.sent).toBeGreaterThan(0)
  },
  limit,
)

it(
  'holds the same with two web, two worker and one stream process, and each web process tells what happened at the other',
  async () => {
    const roles = ['web', 'web', 'worker', 'worker', 'stream'] as const
    const ground = await prepare({ kills: 6, leastReplies: 25, roles, file: '../src/main.ts' })
    const hearings = ground.fleet.urls.map((url) => startHearing(url, ground.key))
    for (const { stop } of hearings) cleanUps.push(stop)
    const drill = await runDrill(ground)
    expect(ground.fleet.crashes()).toEqual([])
    for (const url of ground.fleet.urls) await expectToldEverywhere(url, ground.key, hearings)
    const deliveries = await untilSettled(ground.databaseUrl, settling)
    const told = await expectOnce(drill, deliveries, ground.town)
    expect(told.unknown).toBe(0)
    expectOrder(deliveries, await ground.town.standing())
    await expectAllReceived(ground.databaseUrl, drill)
    const entries = await expectAuditHolds(ground.databaseUrl)
    const streams = hearings.map((hearing) => hearing.told())
    report(ground, drill, { told, entries, streams, struck: await ground.town.struck() })
  },
  limit,
)

/** A view saved at one process: only that process knows of it, but through the database all are told. */
async function expectToldEverywhere(
  url: string,
  key: string,
  hearings: readonly Hearing[],
): Promise<void> {
  // A stream that the last kill cut is opened again; what was said meanwhile it would not hear.
  for (const end = Date.now() + 180_000; ; ) {
    const view = { name: `Seen ${Date.now()}`, filter: {}, shared: true }
    const saved = await ask(url, key, 'POST', '/api/v1/views', view)
    expect(saved?.status).toBe(201)
    const { id } = SavedView.parse(saved?.body)
    const told = await Promise.allSettled(
      hearings.map((hearing) => hearing.until({ kind: 'view', id }, { timeoutMs: 5000 })),
    )
    const deaf = told.filter(({ status }) => status === 'rejected')
    if (deaf.length === 0) return
    if (Date.now() > end) expect(deaf).toEqual([])
  }
}

type Wish = { kills: number; leastReplies: number; roles: readonly Slot['role'][]; file: string }

async function prepare({ kills, leastReplies, roles, file }: Wish): Promise<Ground> {
  const drill = readDrill(kills)
  const home = await mkdtemp(join(tmpdir(), 'parley-kill-'))
  cleanUps.push(() => rm(home, { recursive: true, force: true }))
  const database = await createTestDatabase()
  cleanUps.push(database.drop)
  const town = await startPracticeTown(home)
  cleanUps.push(town.stop)
  await allowOrigin(database.url, town.url)
  const { key } = await makeKey(database)
  const slots: Slot[] = []
  for (const role of roles) slots.push({ role, port: await freePort() })
  const env = {
    PARLEY_HOME: home,
    DATABASE_URL: database.url,
    PARLEY_PRACTICE_PORT: String(await freePort()),
    NODE_COMPILE_CACHE: join(home, 'compiled'),
  }
  const fleet = createFleet(slots, { file, env })
  cleanUps.push(fleet.stop)
  const { admin: adminUrl } = inject('database')
  const random = createRandom(drill.seed)
  process.stdout.write(`SEED=${drill.seed} KILLS=${drill.kills}\n`)
  const databaseUrl = database.url
  return {
    fleet,
    town,
    key,
    database,
    databaseUrl,
    adminUrl,
    kills: drill.kills,
    leastReplies,
    random,
    writers: 4,
    account: { network: 'mastodon', fields: { server: town.url, token: town.token } },
  }
}

function report(ground: Ground, drill: Awaited<ReturnType<typeof runDrill>>, more: object): void {
  const { seed } = ground.random
  const { kills, troubles, connectionsEnded, replies, asked } = drill
  const retried = replies.filter(({ retries }) => retries > 0).length
  const told = { seed, ...kills, troubles, connectionsEnded, asked: asked.length, retried, ...more }
  const plain = (_: string, value: unknown) =>
    value instanceof Map ? Object.fromEntries(value) : value
  process.stdout.write(`${JSON.stringify(told, plain)}\n`)
}
