import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { WorkspaceId } from '../../contract/ids.ts'
import type { Actor } from '../modules/access/index.ts'
import type { Config } from '../platform/config.ts'
import { type Keyring, loadKeyring } from '../platform/crypto.ts'
import { type Database, openDatabase } from '../platform/db.ts'
import { findRunningPostgres, startEmbeddedPostgres } from '../platform/embedded-postgres.ts'
import { messageOf, OperatorError } from '../platform/errors.ts'
import { createLog } from '../platform/log.ts'
import { migrate } from '../platform/migrate.ts'
import { CommandError, exitCodes, type Surroundings } from './command.ts'

export type Instance = {
  config: Config
  /** Connection string with the owner's rights. */
  url: string
  database: Database
}

type OpenOptions = {
  /** Bring the database up to this release first; default yes. */
  migrate?: boolean
}

/**
 * Gives `work` the database of this instance and closes it afterwards: `DATABASE_URL`, or the embedded
 * one, of the Parley that is running on this data folder or else started for the command alone.
 * @throws CommandError with exit status 3 when there is no database to be had
 */
export async function withInstance<Result>(
  surroundings: Surroundings,
  work: (instance: Instance) => Promise<Result>,
  options: OpenOptions = {},
): Promise<Result> {
  const config = surroundings.config()
  const server = await orNoDatabase(() => reachServer(config))
  const endOnSignal = (signal: NodeJS.Signals): void => {
    void server.stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  }
  process.once('SIGINT', endOnSignal)
  process.once('SIGTERM', endOnSignal)
  try {
    if (options.migrate ?? true) await orNoDatabase(() => migrate(server.url))
    const database = openDatabase({ url: server.url, max: 4, onError: () => undefined })
    try {
      return await work({ config, url: server.url, database })
    } finally {
      await database.close()
    }
  } finally {
    process.off('SIGINT', endOnSignal)
    process.off('SIGTERM', endOnSignal)
    await server.stop()
  }
}

async function orNoDatabase<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    throw new CommandError(exitCodes.database, error.message, { cause: error })
  }
}

type Server = { url: string; stop(): Promise<void> }

async function reachServer(config: Config): Promise<Server> {
  const leave = async (): Promise<void> => undefined
  if (config.databaseUrl) {
    await connect(config.databaseUrl).catch((error: unknown) => {
      throw new OperatorError(
        `The database at DATABASE_URL cannot be reached: ${messageOf(error)}. Check that it runs and that the address, user and password are right.`,
        { cause: error },
      )
    })
    return { url: config.databaseUrl, stop: leave }
  }
  const running = await reachRunning(config.home)
  if (running) return { url: running, stop: leave }
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr)
  const { url, stop } = await startEmbeddedPostgres({ home: config.home, log })
  return { url, stop }
}

async function connect(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The running Parley's database; one that is just being started or brought back gets some seconds. */
async function reachRunning(home: string): Promise<string | null> {
  for (let tries = 30; ; tries -= 1) {
    const url = await findRunningPostgres(home)
    if (url === null) return null
    try {
      await connect(url)
      return url
    } catch (error) {
      if (tries === 0) {
        throw new OperatorError(
          `The Parley that runs on ${home} has a database that does not answer: ${messageOf(error)}`,
          { cause: error },
        )
      }
      await sleep(500)
    }
  }
}

/**
 * The operator, acting in the instance's only workspace.
 * @throws CommandError when there is no workspace yet, or there are several
 */
export async function operatorOf({ database }: Instance): Promise<Actor> {
  const rows = await database.dispatch
    .selectFrom('workspaces')
    .select('id')
    .orderBy('created_at')
    .limit(2)
    .execute()
  const [first, second] = rows
  if (!first)
    throw new CommandError(
      exitCodes.refused,
      'Nobody owns this Parley yet. Create the owner first: parley owner create --help',
    )
  if (second)
    throw new CommandError(exitCodes.refused, 'This Parley has several workspaces: use its API.')
  return { kind: 'operator', workspaceId: WorkspaceId.parse(first.id), name: 'operator' }
}

/** The root keys; makes the key file when there is none and nothing is sealed yet. */
export async function keyringOf({ config, database }: Instance): Promise<Keyring> {
  if (!existsSync(config.secretKeyFile) && (await hasSecrets(database)))
    throw new CommandError(
      exitCodes.keyFile,
      `The key file ${config.secretKeyFile} is missing, and secrets are sealed with it. Put it back, or set PARLEY_SECRET_KEY_FILE.`,
    )
  return loadKeyring(config.secretKeyFile)
}

// Every sealed secret belongs to a channel, and those the dispatcher may see in all workspaces.
async function hasSecrets({ dispatch }: Database): Promise<boolean> {
  const row = await dispatch.selectFrom('channels').select('id').limit(1).executeTakeFirst()
  return row !== undefined
}
