import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { asServerOwner } from '../../test/desk.ts'
import { createTestLog } from '../../test/log.ts'
import { startProgram } from '../../test/program.ts'
import type { Tx } from './db.ts'
import { whenDatabaseServes } from './db-errors.ts'
import { bindJob, defineJob, enqueue, startJobWorker } from './jobs.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const Payload = z.object({ name: z.string() })

function notebook(jobName: string) {
  const done: string[] = []
  const job = defineJob({
    name: jobName,
    payload: Payload,
    async run(context: string[], { name }) {
      context.push(name)
    },
  })
  return { done, job, bound: bindJob(job, done) }
}

const work = (bound: ReturnType<typeof bindJob>) =>
  startJobWorker({ url: database.url, jobs: [bound], log: createTestLog().log })

async function until(look: () => boolean, ms: number): Promise<void> {
  const end = Date.now() + ms
  while (!look()) {
    if (Date.now() > end) throw new Error(`nothing came within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

it('runs a job that was put in line with a change, and none whose change was rolled back', async () => {
  const { done, job, bound } = notebook('test.note')
  const { db } = database
  await db.transaction().execute((tx) => enqueue(tx, job, { name: 'kept' }))
  const lost = db.transaction().execute(async (tx) => {
    await enqueue(tx, job, { name: 'lost' })
    throw new Error('changed my mind')
  })
  await expect(lost).rejects.toThrow('changed my mind')
  await db.transaction().execute((tx) => enqueue(tx, job, { name: 'last' }))
  const worker = await work(bound)
  await until(() => done.includes('last'), 60_000)
  await worker.stop()
  expect(done.toSorted()).toEqual(['kept', 'last'])
})

it('keeps one waiting job for a key', async () => {
  const { done, job, bound } = notebook('test.keyed')
  for (const name of ['first', 'second'])
    await database.db.transaction().execute((tx) => enqueue(tx, job, { name }, { key: 'one' }))
  const worker = await work(bound)
  await until(() => done.length > 0, 60_000)
  await worker.stop()
  expect(done).toEqual(['second'])
})

it('runs a job again within seconds when the worker that had it was killed', async () => {
  const { done, job, bound } = notebook('test.heavy')
  const first = startProgram('test/stuck-worker.ts', [database.url, job.name])
  await first.says(/ready/)
  await database.db.transaction().execute((tx) => enqueue(tx, job, { name: 'heavy' }))
  await first.says(/began heavy/)
  const second = await work(bound)
  // Longer than a job may be locked without its worker being known: the living one keeps its own.
  await new Promise((resolve) => setTimeout(resolve, 8000))
  expect(done).toEqual([])
  const [held] = await asServerOwner(
    database.url,
    'select attempts from graphile_worker._private_jobs',
  )
  expect(held).toEqual({ attempts: 1 })
  first.child.kill('SIGKILL')
  await first.ended
  await until(() => done.length > 0, 60_000)
  await second.stop()
  expect(done).toEqual(['heavy'])
})

it.each(['fails', 'is done'])(
  'goes on when the database drops everybody just as a job %s',
  async (end) => {
    const { admin } = inject('database')
    let times = 0
    const job = defineJob({
      name: `test.dropped ${end}`,
      payload: Payload,
      async run() {
        times += 1
        if (times > 1) return
        await asServerOwner(
          admin,
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
          [new URL(database.url).pathname.slice(1)],
        )
        if (end === 'fails') throw new Error('not this time')
      },
    })
    const worker = await work(bindJob(job, undefined))
    const { done, job: next, bound } = notebook(`test.after ${end}`)
    await inTurn((tx) => enqueue(tx, job, { name: 'dropped' }))
    const left = async () =>
      (await asServerOwner(database.url, 'select 1 from graphile_worker._private_jobs')).length
    await expect.poll(left, { timeout: 60_000 }).toBe(0)
    expect(times).toBe(end === 'fails' ? 2 : 1)
    await worker.stop()
    const later = await work(bound)
    await inTurn((tx) => enqueue(tx, next, { name: 'later' }))
    await until(() => done.includes('later'), 60_000)
    await later.stop()
  },
)

/** The database may just have dropped our connection too. */
const inTurn = (work: (tx: Tx) => Promise<void>) =>
  whenDatabaseServes(() => database.db.transaction().execute(work))
