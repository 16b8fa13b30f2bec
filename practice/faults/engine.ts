import { z } from 'zod'
import { all, type Db, one, run } from '../store/database.ts'
import { defaultTarget, Fault, FaultInput, type FaultKind, type Target } from './kinds.ts'

const Row = z
  .object({
    id: z.string(),
    body: z.string(),
    times_left: z.number().nullable(),
    until: z.number().nullable(),
    fired: z.number(),
    draws: z.number(),
  })
  .transform((row) =>
    Fault.parse({
      ...FaultInput.parse(JSON.parse(row.body)),
      id: row.id,
      timesLeft: row.times_left,
      until: row.until,
      fired: row.fired,
      draws: row.draws,
    }),
  )

/** The faults that are switched on. They live on disk: a killed server comes back as troubled as
 * it was. Chance is drawn from the fault's own seed and its count of draws, so a run repeats. */
export function createFaults(deps: { db: Db; now: () => number; nextId: () => string }): Faults {
  const { db, now } = deps

  function list(): Fault[] {
    run(db, 'delete from faults where until <= ?', now())
    return all(db, Row, 'select * from faults order by id')
  }

  function active(kind: FaultKind, target: Target): Fault[] {
    return list().filter((fault) => fault.kind === kind && aimedAt(fault, target))
  }

  return {
    list,
    active,
    add(input) {
      const id = deps.nextId()
      const until = input.seconds === undefined ? null : Math.round(now() + input.seconds * 1000)
      const body = JSON.stringify({ ...input, target: input.target ?? defaultTarget(input.kind) })
      const sql = 'insert into faults (id, body, times_left, until) values (?, ?, ?, ?)'
      run(db, sql, id, body, input.times ?? null, until)
      return Fault.parse(one(db, Row, 'select * from faults where id = ?', id))
    },
    clear(which) {
      const gone = list().filter((f) => which === null || f.id === which || f.kind === which)
      for (const fault of gone) run(db, 'delete from faults where id = ?', fault.id)
      return gone.length
    },
    take(kind, target) {
      for (const fault of active(kind, target)) {
        const passed = fault.draws >= fault.after
        const hit = passed && draw(fault.seed, fault.draws) < fault.probability
        run(
          db,
          `update faults set draws = draws + 1, fired = fired + ?1, times_left = times_left - ?1
           where id = ?2`,
          Number(hit),
          fault.id,
        )
        run(db, 'delete from faults where times_left <= 0')
        if (hit) return fault
      }
      return undefined
    },
  }
}

function aimedAt(fault: Fault, target: Target): boolean {
  if (fault.target === 'any' || fault.target === undefined || fault.target === target) return true
  return fault.target === 'read' && target === 'notifications'
}

/** The n-th number in [0, 1) of a seed (mulberry32 over a mixed state). */
export function draw(seed: number, n: number): number {
  let t = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(n + 1, 0x6d2b79f5)) | 0
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

export type Faults = {
  list: () => Fault[]
  /** the faults of a kind that are on for this target, without using them up */
  active: (kind: FaultKind, target: Target) => Fault[]
  add: (input: FaultInput) => Fault
  /** by id, by kind, or all with null; tells how many went */
  clear: (which: string | null) => number
  /** the fault that strikes now, if one does; counts it */
  take: (kind: FaultKind, target: Target) => Fault | undefined
}
