import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { z } from 'zod'
import { schema } from './schema.ts'

/** Opens (and on the first start creates) the state of the practice network in `dir`. Every
 * commit is on disk before it is answered: a killed process loses nothing it has said yes to. */
export function openDatabase(dir: string): Db {
  mkdirSync(dir, { recursive: true })
  const db = new DatabaseSync(join(dir, 'practice.sqlite'))
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000')
  db.exec(schema)
  return { raw: db, statements: new Map(), depth: 0 }
}

/** The first row, parsed by `shape`, or undefined. */
export function one<T>(db: Db, shape: z.ZodType<T>, sql: string, ...values: Value[]) {
  const row = prepared(db, sql).get(...values)
  return row === undefined ? undefined : shape.parse(row)
}

/** Every row, parsed by `shape`. */
export function all<T>(db: Db, shape: z.ZodType<T>, sql: string, ...values: Value[]): T[] {
  return prepared(db, sql)
    .all(...values)
    .map((row) => shape.parse(row))
}

/** Runs a change and tells how many rows it touched. */
export function run(db: Db, sql: string, ...values: Value[]): number {
  return Number(prepared(db, sql).run(...values).changes)
}

/** All of `work` or nothing of it. An inner call joins the outer transaction. */
export function inTransaction<T>(db: Db, work: () => T): T {
  if (db.depth > 0) return work()
  db.raw.exec('begin immediate')
  db.depth = 1
  try {
    const result = work()
    db.raw.exec('commit')
    return result
  } catch (error) {
    db.raw.exec('rollback')
    throw error
  } finally {
    db.depth = 0
  }
}

function prepared(db: Db, sql: string): StatementSync {
  const known = db.statements.get(sql)
  if (known) return known
  const statement = db.raw.prepare(sql)
  db.statements.set(sql, statement)
  return statement
}

export type Value = string | number | null | Uint8Array
export type Db = { raw: DatabaseSync; statements: Map<string, StatementSync>; depth: number }
