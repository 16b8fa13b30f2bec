// A program for the tests: runs the database of a folder until it is killed, as Parley does.
import { startEmbeddedPostgres } from '../embedded-postgres.ts'

const say = (fields: object, message: string): void => {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`)
}
const [home] = process.argv.slice(2)
if (!home) throw new Error('name the data folder')
const { url } = await startEmbeddedPostgres({ home, log: { info: say, warn: say, error: say } })
process.stdout.write(`${url}\n`)
