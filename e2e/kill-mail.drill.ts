import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, inject, it } from 'vitest'
import { z } from 'zod'
import type { WorkspaceId } from '../contract/ids.ts'
import { enqueueMail } from '../src/modules/mail/index.ts'
import { inWorkspace } from '../src/platform/db.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { allowOrigin, asServerOwner, makeKey } from '../test/desk.ts'
import { runDrill } from './drill.ts'
import { createFleet, freePort, pause } from './fleet.ts'
import { drillTown } from './mail/drill-town.ts'
import { openMailTown } from './mail/town.ts'
import { expectAllReceived, expectAuditHolds, expectOnce, untilSettled } from './reckoning.ts'
import { createRandom, readDrill } from './seeded.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const READER = 'owner@shop.example'

it(
  'loses no reply by mail and no mail of its own, and sends none twice, killed again and again',
  async () => {
    const { seed, kills } = readDrill(8)
    process.stdout.write(`SEED=${seed} KILLS=${kills}\n`)
    const { admin: adminUrl } = inject('database')
    const home = await mkdtemp(join(tmpdir(), 'parley-kill-mail-'))
    cleanUps.push(() => rm(home, { recursive: true, force: true }))
    const database = await createTestDatabase()
    cleanUps.push(database.drop)
    const mailTown = await openMailTown()
    cleanUps.push(mailTown.close)
    for (const { port } of Object.values(mailTown.gates))
      await allowOrigin(database.url, `tcp://127.0.0.1:${port}`)
    const { key, actor } = await makeKey(database)
    const env = {
      PARLEY_HOME: home,
      DATABASE_URL: database.url,
      PARLEY_PRACTICE_PORT: String(await freePort()),
      NODE_COMPILE_CACHE: join(home, 'compiled'),
    }
    const slots = [{ role: 'all' as const, port: await freePort() }]
    const fleet = createFleet(slots, { file: 'parley-process.ts', env })
    cleanUps.push(fleet.stop)
    const town = drillTown(mailTown)
    const letters: string[] = []
    const troubled = {
      ...town,
      async customerWrites(text: string) {
        await town.customerWrites(text)
        const subject = `Letter about ${text}`
        await write(database, actor.workspaceId, subject)
        letters.push(subject)
      },
    }
    const databaseUrl = database.url
    const account = { network: 'email', fields: mailTown.fields }
    const random = createRandom(seed)
    const ground = { fleet, town: troubled, key, databaseUrl, adminUrl, account, random }
    const drill = await runDrill({ ...ground, kills, leastReplies: 15, writers: 3 })
    expect(fleet.crashes()).toEqual([])
    const deliveries = await untilSettled(databaseUrl, { timeoutMs: 300_000, hasten: true })
    const told = await expectOnce(drill, deliveries, town)
    const lettersTold = await expectLettersOnce(databaseUrl, letters, mailTown)
    await expectAllReceived(databaseUrl, drill)
    const entries = await expectAuditHolds(databaseUrl)
    const { troubles, connectionsEnded } = drill
    const figures = { seed, ...drill.kills, troubles, connectionsEnded, told, lettersTold, entries }
    process.stdout.write(`${JSON.stringify(figures)}\n`)
  },
  1_000_000 + 20_000 * readDrill(0).kills,
)

/** Asked for until it is committed, and once more: one key is one mail. */
async function write({ db }: TestDatabase, workspaceId: WorkspaceId, subject: string) {
  const mail = { workspaceId, to: READER, subject, text: `${subject}, in full.`, key: subject }
  for (let times = 0; times < 2; )
    try {
      await inWorkspace(db, workspaceId, (tx) => enqueueMail(tx, mail))
      times += 1
    } catch {
      await pause(100) // The drill ends every connection to the database now and then, this one too.
    }
}

const Letter = z.object({ subject: z.string(), state: z.string(), problem: z.string().nullable() })

/** Every mail of our own that was asked for is sent and there once, or it is said that nobody knows. */
async function expectLettersOnce(
  databaseUrl: string,
  letters: readonly string[],
  town: Awaited<ReturnType<typeof openMailTown>>,
): Promise<Record<string, number>> {
  const read = async () =>
    z
      .array(Letter)
      .parse(await asServerOwner(databaseUrl, 'select subject, state, problem from outgoing_mails'))
  const open = async () => {
    await asServerOwner(
      databaseUrl,
      'update graphile_worker._private_jobs set run_at = now() where run_at > now()',
    )
    return (await read()).filter(({ state }) => state === 'waiting' || state === 'sending')
  }
  await expect.poll(open, { timeout: 300_000, interval: 500 }).toEqual([])
  const kept = await read()
  expect(kept.map(({ subject }) => subject).sort()).toEqual(letters.toSorted())
  const there = Map.groupBy(await town.arrived(READER), ({ subject }) => subject)
  for (const { subject, state, problem } of kept) {
    const times = there.get(subject)?.length ?? 0
    if (state === 'sent') expect(times, subject).toBe(1)
    else {
      expect(state, `${subject}: ${problem}`).toBe('unknown')
      expect(problem).not.toBe('')
      expect(times, subject).toBeLessThanOrEqual(1)
    }
  }
  return Object.fromEntries(
    [...Map.groupBy(kept, ({ state }) => state)].map(([state, all]) => [state, all.length]),
  )
}
