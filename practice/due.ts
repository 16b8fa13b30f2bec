import { z } from 'zod'
import { all, type Db, inTransaction, run } from './store/database.ts'

const Due = z.object({
  id: z.string(),
  at: z.number(),
  kind: z.string(),
  body: z.string().transform((text): unknown => JSON.parse(text)),
})

/** Things to do later, kept on disk: what was due while the process was dead is done at the next
 * start. A step and its row go in one transaction, so a kill neither loses nor repeats it. */
export function createDue(deps: DueDeps): DueList {
  const handlers = new Map<string, Handler>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function plan(): void {
    clearTimeout(timer)
    if (stopped) return
    const next = all(deps.db, Due, 'select * from due order by at, id limit 1')[0]
    if (!next) return
    timer = setTimeout(runDue, Math.min(Math.max(0, next.at - deps.now()), 60_000))
  }

  function runDue(): void {
    const rows = all(deps.db, Due, 'select * from due where at <= ? order by at, id', deps.now())
    for (const row of rows) {
      try {
        inTransaction(deps.db, () => {
          run(deps.db, 'delete from due where id = ?', row.id)
          handlers.get(row.kind)?.(row.body)
        })
      } catch (error) {
        // It would fail again: it goes, and is told.
        run(deps.db, 'delete from due where id = ?', row.id)
        deps.log('a planned step failed', { kind: row.kind, error: String(error) })
      }
    }
    plan()
  }

  return {
    on: (kind, handler) => void handlers.set(kind, handler),
    later(kind, delayMs, body) {
      const at = Math.round(deps.now() + delayMs)
      const sql = 'insert into due (id, at, kind, body) values (?, ?, ?, ?)'
      run(deps.db, sql, deps.nextId(), at, kind, JSON.stringify(body))
      plan()
    },
    start: plan,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

type Handler = (body: unknown) => void
type DueDeps = {
  db: Db
  now: () => number
  nextId: () => string
  log: (message: string, facts: Record<string, unknown>) => void
}
export type DueList = {
  on: (kind: string, handler: Handler) => void
  later: (kind: string, delayMs: number, body: unknown) => void
  start: () => void
  stop: () => void
}
