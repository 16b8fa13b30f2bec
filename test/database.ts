import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../src/platform/db.ts'

export type TestDatabase = Database & { url: string; drop(): Promise<void> }

/** A migrated database of its own for one test file, cloned from the template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { admin, template } = inject('database')
  const name = `test_${randomBytes(6).toString('hex')}`
  await run(admin, `create database ${name} template ${template}`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  const database = openDatabase({ url: url.href, max: 6, onError: () => undefined })
  return {
    ...database,
    url: url.href,
    async drop() {
      await database.close()
      await run(admin, `drop database if exists ${name} with (force)`)
    },
  }
}

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
