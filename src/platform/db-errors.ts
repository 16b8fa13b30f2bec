import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

// Classes of SQLSTATE (appendix A of PostgreSQL's manual): 08 connection, 53 out of disk, memory or
// connections, 57P0x shutting down or starting, 58 its own files cannot be used.
const awayStates = /^(08|53|57P0|58)/
const awayCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'])
// What pg says without a code, when a connection ends under a query or none is to be had.
const awayWords =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

/**
 * True when the database could not serve at this moment, whatever was asked: it is restarting, cannot be
 * reached, or its disk is full. Trying again later can help; what was asked is not at fault.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof pg.DatabaseError) return awayStates.test(error.code ?? '')
  const isSystem = 'code' in error && typeof error.code === 'string' && awayCodes.has(error.code)
  return (isSystem && 'syscall' in error) || awayWords.test(error.message)
}

/** Runs `work` again, for half a minute at most, as long as only the database is away. */
export async function whenDatabaseServes<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const end = Date.now() + 30_000; ; await pause(500)) {
    try {
      return await work()
    } catch (error) {
      if (!isDatabaseAway(error) || Date.now() > end) throw error
    }
  }
}
