import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createTestLog } from '../../test/log.ts'
import { startProgram } from '../../test/program.ts'
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
  await until(() => done.includes('last'), 10_000)
  await worker.stop()
  expect(done.toSorted()).toEqual(['kept', 'last'])
})

it('keeps one waiting job for a key', async () => {
  const { done, job, bound } = notebook('test.keyed')
  for (const name of ['first', 'second'])
    await database.db.transaction().execute((tx) => enqueue(tx, job, { name }, { key: 'one' }))
  const worker = await work(bound)
  await until(() => done.length > 0, 10_000)
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
  first.child.kill('SIGKILL')
  await first.ended
  await until(() => done.length > 0, 12_000)
  await second.stop()
  expect(done).toEqual(['heavy'])
}, 60_000)
