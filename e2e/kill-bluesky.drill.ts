import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, inject, it } from 'vitest'
import { createTestDatabase } from '../test/database.ts'
import { allowOrigin, makeKey } from '../test/desk.ts'
import { startBlueskyTown } from './bluesky-town.ts'
import { runDrill } from './drill.ts'
import { createFleet, freePort, type Slot } from './fleet.ts'
import {
  expectAllReceived,
  expectAuditHolds,
  expectOnce,
  expectOrder,
  untilSettled,
} from './reckoning.ts'
import { createRandom, readDrill } from './seeded.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

it(
  'loses no reply and sends none twice on a real Bluesky network, killed again and again',
  async () => {
    const { seed, kills } = readDrill(8)
    process.stdout.write(`SEED=${seed} KILLS=${kills}\n`)
    const { admin: adminUrl } = inject('database')
    const home = await mkdtemp(join(tmpdir(), 'parley-kill-'))
    cleanUps.push(() => rm(home, { recursive: true, force: true }))
    const database = await createTestDatabase()
    cleanUps.push(database.drop)
    const town = await startBlueskyTown(adminUrl)
    cleanUps.push(town.network.stop)
    for (const url of [town.network.pds, town.network.plc]) await allowOrigin(database.url, url)
    const { key } = await makeKey(database)
    const slots: Slot[] = [
      { role: 'all', port: await freePort() },
      { role: 'all', port: await freePort() },
    ]
    const env = {
      PARLEY_HOME: home,
      DATABASE_URL: database.url,
      PARLEY_PRACTICE_PORT: String(await freePort()),
      NODE_COMPILE_CACHE: join(home, 'compiled'),
    }
    const fleet = createFleet(slots, { file: 'parley-process.ts', env })
    cleanUps.push(fleet.stop)
    const random = createRandom(seed)
    const databaseUrl = database.url
    const account = { network: 'bluesky', fields: town.fields }
    const ground = { fleet, town, key, databaseUrl, adminUrl, account, random }
    const drill = await runDrill({ ...ground, kills, leastReplies: 15, writers: 3 })
    expect(fleet.crashes()).toEqual([])
    const deliveries = await untilSettled(databaseUrl, { timeoutMs: 300_000 })
    const told = await expectOnce(drill, deliveries, town)
    // The key is the place where the post stands, so nothing is left to a person.
    expect(told).toEqual({ sent: drill.replies.length, unknown: 0, unknownStanding: 0 })
    expectOrder(deliveries, await town.standing())
    await town.network.processAll()
    await expectAllReceived(databaseUrl, drill)
    const entries = await expectAuditHolds(databaseUrl)
    const faults = Map.groupBy(await town.network.requests(), (request) => request.fault)
    const struck = Object.fromEntries([...faults].map(([fault, hit]) => [fault, hit.length]))
    const { troubles, connectionsEnded, asked } = drill
    const figures = { seed, ...drill.kills, troubles, connectionsEnded, asked: asked.length, told }
    process.stdout.write(`${JSON.stringify({ ...figures, entries, struck })}\n`)
  },
  1_000_000 + 20_000 * readDrill(0).kills,
)
