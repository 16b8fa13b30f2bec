import { EventEmitter } from 'node:events'
import { Logger, run, type Task, type WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import pg from 'pg'
import type { z } from 'zod'
import type { Tx } from './db.ts'
import type { Log } from './log.ts'
import { startLoop } from './loop.ts'
import { patientPool } from './patient-pool.ts'

/** Work that runs later, on some worker, at least once. `run` must bear being run again. */
export type Job<Payload, Context> = {
  name: string
  payload: z.ZodType<Payload>
  run(context: Context, payload: Payload): Promise<void>
}

/** Ties a payload's type to its job. The payload holds ids only. */
export function defineJob<Payload, Context>(job: Job<Payload, Context>): Job<Payload, Context> {
  return job
}

type EnqueueOptions = {
  /** One waiting job for each key: asking again replaces it. */
  key?: string
  runAt?: Date
}

/** Puts a job in line, in the transaction of the change that asks for it. */
export async function enqueue<Payload>(
  tx: Tx,
  job: Pick<Job<Payload, never>, 'name' | 'payload'>,
  payload: Payload,
  { key, runAt }: EnqueueOptions = {},
): Promise<void> {
  await sql`select parley.enqueue(${job.name}, ${JSON.stringify(payload)}::json, ${key ?? null}, ${runAt ?? null})`.execute(
    tx,
  )
}

/** A job with its context already given, as the worker runs it. */
export type BoundJob = { name: string; run(payload: unknown): Promise<void> }

export function bindJob<Payload, Context>(job: Job<Payload, Context>, context: Context): BoundJob {
  return { name: job.name, run: (payload) => job.run(context, job.payload.parse(payload)) }
}

type WorkerOptions = { url: string; jobs: readonly BoundJob[]; log: Log; concurrency?: number }

/**
 * Runs jobs until stopped, whatever becomes of the database meanwhile. What a killed worker held is free
 * again within seconds: every worker holds an advisory lock named by its id as long as it lives, and each
 * looks after the others (the queue's own limit is 4 hours).
 */
export async function startJobWorker({
  url,
  jobs,
  log,
  concurrency = 4,
}: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const pool = new pg.Pool({ connectionString: url, max: concurrency + 3, keepAlive: true })
  const onError = (err: Error) => log.warn({ err }, 'the job worker lost a database connection')
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  const over = new AbortController()
  const vigil = openVigil(url, log)
  const events: WorkerEvents = new EventEmitter()
  let workerId: string | undefined
  events.on('pool:create', ({ workerPool }) => {
    workerId = workerPool.id
  })
  const watched =
    (job: BoundJob): Task =>
    async (payload, { job: { locked_by: holder } }) => {
      // Nothing is begun by a worker that the others would take for dead.
      if (holder !== null) await vigil.hold(holder)
      await job.run(payload)
    }
  const runner = await run({
    pgPool: patientPool(pool, over.signal),
    concurrency,
    noHandleSignals: true,
    pollInterval: 1000,
    // Said here, or the library looks for a file named crontab wherever it was started.
    parsedCronItems: [],
    taskList: Object.fromEntries(jobs.map((job) => [job.name, watched(job)])),
    logger: new Logger(() => (level, message) => log[levels[level]]({ from: 'jobs' }, message)),
    events,
  }).catch(async (error: unknown) => {
    // Whoever starts it again makes a pool of its own.
    await pool.end()
    throw error
  })
  const care = startLoop({
    name: 'job-care',
    everyMs: 2000,
    log,
    async work() {
      if (workerId !== undefined) await vigil.hold(workerId)
      await freeDeadWorkers(pool)
    },
  })
  return {
    async stop() {
      over.abort()
      await care.stop()
      await runner.stop()
      await vigil.close()
      await pool.end()
    },
  }
}

// A job that fails is tried again; the queue's own words about it are for whoever debugs it.
const levels = { error: 'warn', warning: 'warn', info: 'debug', debug: 'trace' } as const

/** Keeps an advisory lock named by this process's worker, on one connection that dies with it. */
function openVigil(url: string, log: Log) {
  let watch: Promise<pg.Client> | undefined

  function begin(workerId: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url, keepAlive: true })
    const begun = lock(client, workerId)
    client.on('error', (err) => log.warn({ err }, 'the job worker lost its vigil'))
    client.on('end', () => {
      if (watch === begun) watch = undefined
    })
    return begun
  }

  return {
    /** Resolves when the lock is held; it is taken again when its connection was lost. */
    async hold(workerId: string): Promise<void> {
      watch ??= begin(workerId)
      const mine = watch
      try {
        await mine
      } catch (error) {
        if (watch === mine) watch = undefined
        throw error
      }
    },
    async close(): Promise<void> {
      const client = await watch?.catch(() => undefined)
      await client?.end()
    },
  }
}

async function lock(client: pg.Client, workerId: string): Promise<pg.Client> {
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared(4401, hashtext($1))', [workerId])
    return client
  } catch (error) {
    await client.end()
    throw error
  }
}

/** Frees the jobs of workers whose lock nobody holds any more; jobs just taken are given time to be locked. */
async function freeDeadWorkers(pool: pg.Pool): Promise<void> {
  await pool.query(`
    select graphile_worker.force_unlock_workers(array_agg(dead.locked_by))
    from (
      select distinct locked_by from graphile_worker._private_jobs
      where locked_by is not null and locked_at < now() - interval '5 seconds'
        and not exists (select from pg_locks
          where locktype = 'advisory' and classid = 4401 and granted
            and database = (select oid from pg_database where datname = current_database())
            and objid = (hashtext(locked_by)::bigint & 4294967295)::oid)
    ) dead
    having count(*) > 0`)
}
