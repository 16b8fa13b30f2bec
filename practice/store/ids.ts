import { z } from 'zod'
import { type Db, one } from './database.ts'

const width = 18

/** Makes ids as Mastodon does: time in the upper bits, a counter below, always ascending, also
 * when the clock steps back or the process is started again. */
export function createIds(db: Db, now: () => number): () => string {
  const last = one(
    db,
    z.object({ id: z.string().nullable() }),
    `select max(id) as id from (
       select max(id) as id from statuses union all select max(id) from notifications
       union all select max(id) from accounts union all select max(id) from media
       union all select max(id) from conversations union all select max(id) from scripts
       union all select max(id) from due union all select max(id) from faults
       union all select max(id) from apps)`,
  )
  let previous = BigInt(last?.id ?? '0')
  return () => {
    const fresh = BigInt(now()) << 16n
    previous = fresh > previous ? fresh : previous + 1n
    return previous.toString().padStart(width, '0')
  }
}

/** An id as a client wrote it (any decimal), made comparable with ours; null for anything else. */
export function comparableId(id: string | undefined): string | null {
  if (id === undefined || !/^\d+$/.test(id)) return null
  const plain = id.replace(/^0+(?=\d)/, '')
  return plain.length > width ? '9'.repeat(width) : plain.padStart(width, '0')
}
