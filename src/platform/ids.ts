import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'
import type { z } from 'zod'

/**
 * A fresh UUIDv7 of a branded id type, for example `newId(ConversationId)`. Those that a process makes one
 * after another rise, within a millisecond too: "oldest first" is the order of ids.
 */
export function newId<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> {
  return schema.parse(v7(nextMoment()))
}

// Left to itself, `uuid` asks the system for random bytes id by id, which takes longer than all the rest of
// an id. Given bytes it does not count within a millisecond, so the count is kept here, as it keeps its own
// (RFC 9562, 6.2, method 1): begun at random, the highest bit left as room to count.
const idBytes = 16
const pool = Buffer.allocUnsafeSlow(256 * idBytes)
let spent = pool.length
let msecs = 0
let seq = 0

function nextMoment(): { msecs: number; seq: number; random: Buffer } {
  if (spent === pool.length) {
    randomFillSync(pool)
    spent = 0
  }
  const random = pool.subarray(spent, spent + idBytes)
  spent += idBytes
  const now = Date.now()
  if (now > msecs) {
    msecs = now
    seq = random.readUInt32BE(6) >>> 1
  } else {
    seq = (seq + 1) >>> 0
    if (seq === 0) msecs += 1
  }
  return { msecs, seq, random }
}
