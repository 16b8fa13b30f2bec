import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { isDatabaseAway } from './db-errors.ts'
import { messageOf } from './errors.ts'

/**
 * A pool for the job queue's library, which notes a job's end without waiting for it: a failure that it
 * does not know how to repeat would be an unhandled rejection, and end the program. Here it gets its
 * connection as soon as there is one again, and a statement that a lost connection broke off looks to it
 * like one that another transaction stood in the way of (40001), which it repeats. All its statements
 * name the job and who holds it, so that repeating one is harmless.
 * @param over ends the waiting for connections
 */
export function patientPool(pool: pg.Pool, over: AbortSignal): pg.Pool {
  return new Proxy(pool, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown =>
        property === 'connect' && args.length === 0
          ? connect(target, over)
          : Reflect.apply(value, target, args)
    },
  })
}

async function connect(pool: pg.Pool, over: AbortSignal): Promise<pg.PoolClient> {
  for (;;) {
    try {
      return patientClient(await pool.connect())
    } catch (error) {
      if (over.aborted || !isDatabaseAway(error)) throw error
      await pause(500)
    }
  }
}

function patientClient(client: pg.PoolClient): pg.PoolClient {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args)
        return property === 'query' && result instanceof Promise ? result.catch(asConflict) : result
      }
    },
  })
}

function asConflict(error: unknown): never {
  if (!isDatabaseAway(error)) throw error
  throw Object.assign(new Error(messageOf(error), { cause: error }), { code: '40001' })
}
