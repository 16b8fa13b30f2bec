import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startTestNetwork } from '../practice/test-network.ts'
import { createParley, type Parley } from '../src/app.ts'
import type { Clock } from '../src/platform/clock.ts'
import { readConfig } from '../src/platform/config.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type Caller, createCaller, createPeople, type People } from './http.ts'
import { createTestLog, type TestLog } from './log.ts'

export type PracticeNetwork = Awaited<ReturnType<typeof startTestNetwork>>

export type TestParley = {
  parley: Parley
  database: TestDatabase
  /** Its data folder. */
  home: string
  log: TestLog
  request: Caller
  people: People
  network: PracticeNetwork
  /** Runs SQL with the owner's rights, past every wall. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/**
 * The whole program, receiving and sending, on a database of its own and with a practice network of its
 * own, both gone with `close`. It has no port: speak with `request`. Waiting times are short.
 */
export async function startTestParley(options: { clock?: Clock } = {}): Promise<TestParley> {
  const clock = options.clock ?? (() => new Date())
  const home = await mkdtemp(join(tmpdir(), 'parley-whole-'))
  const database = await createTestDatabase()
  const network = await startTestNetwork()
  const log = createTestLog()
  const parley = await createParley({
    config: readConfig({
      PARLEY_HOME: home,
      PARLEY_PRACTICE_PORT: new URL(network.url).port,
    }),
    databaseUrl: database.url,
    log: log.log,
    clock,
    limits: { perCaller: 100_000, perAddress: 100_000 },
    signInsPerMinute: 100_000,
    stream: {
      pace: { pollMs: 200, pollLiveMs: 500, checkMs: 500, recheckMs: 500, patienceMs: 400 },
    },
    sender: { pollMs: 200 },
  })
  await parley.server.app.ready()
  await parley.start()
  const request = createCaller(parley.server.app)
  return {
    parley,
    database,
    home,
    log,
    request,
    people: createPeople(request, { database, clock }),
    network,
    sql: (text, values = []) => ask(database.url, text, values),
    async close() {
      await parley.stop()
      await network.stop()
      await database.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function ask(
  url: string,
  text: string,
  values: unknown[],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows
  } finally {
    await client.end()
  }
}
