import { z } from 'zod'
import type { Scenario, Turn } from '../scenarios/types.ts'
import { all, type Db, one, run } from '../store/database.ts'

/** Where one voice of a started scenario stands. `path` leads to its turn: `silent`, or the index
 * of the answer taken, for each step. */
export const Script = z.object({
  id: z.string(),
  scenario: z.string(),
  voice: z.number(),
  language: z.enum(['en', 'ro']),
  seed: z.number(),
  pace: z.number(),
  account_id: z.string(),
  path: z.string().transform((path) => Path.parse(JSON.parse(path))),
  status_id: z.string().nullable(),
  done: z.number(),
})
export type Script = z.infer<typeof Script>

export const Path = z.array(z.union([z.literal('silent'), z.number()]))
export type Path = z.infer<typeof Path>

export function insertScript(db: Db, script: Script): void {
  run(
    db,
    `insert into scripts (id, scenario, voice, language, seed, pace, account_id, path)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    script.id,
    script.scenario,
    script.voice,
    script.language,
    script.seed,
    script.pace,
    script.account_id,
    JSON.stringify(script.path),
  )
}

export function getScript(db: Db, id: string): Script | undefined {
  return one(db, Script, 'select * from scripts where id = ?', id)
}

/** The unfinished script whose thread this is. */
export function findScriptOfThread(db: Db, threadId: string, accountId: string | null) {
  const sql = `select scripts.* from scripts join statuses on statuses.id = scripts.status_id
    where done = 0 and statuses.thread_id = ?1 and scripts.account_id = ?2 limit 1`
  return one(db, Script, sql, threadId, accountId)
}

export function listScripts(db: Db, limit: number): Script[] {
  return all(db, Script, 'select * from scripts order by id desc limit ?', limit)
}

export function moveScript(db: Db, id: string, to: { path: Path; statusId?: string }): void {
  const sql = 'update scripts set path = ?, status_id = coalesce(?, status_id) where id = ?'
  run(db, sql, JSON.stringify(to.path), to.statusId ?? null, id)
}

export function endScript(db: Db, id: string): void {
  run(db, 'update scripts set done = 1 where id = ?', id)
}

/** The turn a path leads to; undefined where the story has none. */
export function turnAt(scenario: Scenario, voice: number, path: Path): Turn | undefined {
  let turn = scenario.voices[voice]?.turn
  for (const step of path) {
    turn = step === 'silent' ? turn?.ifSilent?.turn : turn?.whenAnswered?.[step]?.turn
  }
  return turn
}
