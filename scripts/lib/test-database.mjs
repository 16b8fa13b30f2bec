// Runs on the project's Node: a PostgreSQL in a temporary folder for as long as standard input is open,
// so that it goes with the tests however they end. Prints its address.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts'

const say = (fields, message) =>
  process.stderr.write(`test database: ${message} ${JSON.stringify(fields)}\n`)
const home = mkdtempSync(join(tmpdir(), 'parley-test-database-'))
const stdinClosed = new Promise((resolve) => process.stdin.resume().once('close', resolve))
// Ctrl-C reaches us together with the tests, which still need the database to end in order.
process.on('SIGINT', () => {})
const log = { info: () => {}, warn: say, error: say }
const database = await startEmbeddedPostgres({ home, log, durable: false })
process.stdout.write(`${database.url}\n`)
await stdinClosed
await database.stop()
rmSync(home, { recursive: true, force: true })
