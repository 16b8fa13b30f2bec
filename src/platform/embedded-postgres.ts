import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import {
  type Connection,
  hasDataFolder,
  makeDataFolder,
  newPassword,
  readConnection,
  writeConnection,
} from './embedded-postgres/data-folder.ts'
import { endLeftover } from './embedded-postgres/leftover.ts'
import { findPrograms } from './embedded-postgres/programs.ts'
import {
  freePort,
  type Server,
  type ServerLog,
  type ServerPlace,
  ServerStartError,
  startServer,
  urlOf,
} from './embedded-postgres/server.ts'
import { findServerUser } from './embedded-postgres/server-user.ts'
import { messageOf, OperatorError } from './errors.ts'
import { claimFolder, holderOf } from './instance-lock.ts'

export type EmbeddedPostgres = {
  /** Address of the database `parley`, as its superuser; stays valid when the server is restarted. */
  url: string
  /** Fast shutdown; resolves when the server has ended. */
  stop(): Promise<void>
  /** Called once if the server ended by itself and could not be brought back. */
  onExit(callback: (error: Error) => void): void
}

/** How long a server that ended by itself is started anew before it is given up, in milliseconds. */
const restartLimitMs = 60_000

/**
 * Starts the real PostgreSQL that comes with Parley on `<home>/postgres`, makes it when there is none,
 * and keeps it running. Whatever an earlier process left there is cleared first: a half-made data
 * folder, a server without its Parley, processes without their server, a stale `postmaster.pid`.
 * It listens on a port of 127.0.0.1 and asks for the password kept in `<home>/postgres.json`.
 * @param options `durable` false spares the disk, for tests
 * @throws OperatorError with one sentence that says what to do
 */
export async function startEmbeddedPostgres(options: {
  home: string
  log: ServerLog
  durable?: boolean
}): Promise<EmbeddedPostgres> {
  const home = await openHome(options.home)
  const lock = await claimFolder(home, 'postgres')
  if ('heldBy' in lock) {
    throw new OperatorError(
      `Another Parley (process ${lock.heldBy}) is using the database in ${home}: stop it first.`,
    )
  }
  try {
    const place = await preparePlace(home, options)
    const { connection, server } = await startFirst(home, place)
    await ensureDatabase(connection)
    return supervise({ place, connection, server, release: lock.release })
  } catch (error) {
    lock.release()
    throw error
  }
}

/** The address of the database that another live process runs in `home`, or null when none does. */
export async function findRunningPostgres(home: string): Promise<string | null> {
  const connection = holderOf(home, 'postgres') === null ? null : await readConnection(home)
  return connection && urlOf(connection, 'parley')
}

async function openHome(home: string): Promise<string> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    return await realpath(home)
  } catch (cause) {
    const reason = messageOf(cause)
    throw new OperatorError(`The data folder ${home} cannot be used (${reason}).`, { cause })
  }
}

async function preparePlace(
  home: string,
  { log, durable = true }: { log: ServerLog; durable?: boolean },
): Promise<ServerPlace> {
  const dataFolder = join(home, 'postgres')
  const user = await findServerUser(dataFolder)
  const programs = await findPrograms(user)
  if (await hasDataFolder(dataFolder)) {
    await endLeftover(dataFolder, log)
  } else {
    log.info({ dataFolder }, 'making the database')
    const password = newPassword()
    await writeConnection(home, { port: await freePort(), password })
    await makeDataFolder({ home, programs, user, password })
  }
  return { dataFolder, programs, user, log, durable }
}

type Started = { connection: Connection; server: Server }

// The port of last time is kept if it is free: scripts and consoles of the operator may know it.
async function startFirst(home: string, place: ServerPlace): Promise<Started> {
  const deadline = Date.now() + restartLimitMs
  for (;;) {
    const connection = await readConnection(home)
    if (!connection) throw lostConnection(place.dataFolder)
    try {
      return { connection, server: await startServer(place, connection) }
    } catch (error) {
      const known = error instanceof ServerStartError && error.reason !== 'other'
      if (!known || Date.now() > deadline) throw error
      if (error.reason === 'port-taken') {
        await writeConnection(home, { ...connection, port: await freePort() })
      } else {
        await sleep(200)
        await endLeftover(place.dataFolder, place.log)
      }
    }
  }
}

function lostConnection(dataFolder: string): OperatorError {
  return new OperatorError(
    `The password of the database in ${dataFolder} is gone: restore the file postgres.json beside it.`,
  )
}

async function ensureDatabase(connection: Connection): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(connection, 'postgres') })
  await client.connect()
  try {
    const found = await client.query("select from pg_database where datname = 'parley'")
    if (found.rowCount === 0) await client.query('create database parley')
  } finally {
    await client.end()
  }
}

type Supervised = Started & { place: ServerPlace; release(): void }

function supervise({ place, connection, server: first, release }: Supervised): EmbeddedPostgres {
  const listeners: ((error: Error) => void)[] = []
  const stopping = new AbortController()
  let server = first
  const watching = (async () => {
    for (;;) {
      await server.ended
      if (stopping.signal.aborted) return
      place.log.warn({}, 'the database ended by itself: starting it again')
      const restarted = await startAgain(place, connection, stopping.signal)
      if (restarted === null) return
      server = restarted
      if (stopping.signal.aborted) await server.stop()
    }
  })()
    .catch((error) => {
      place.log.warn({ error: messageOf(error) }, 'the database could not be brought back')
      for (const listener of listeners) listener(error)
    })
    .finally(release)
  return {
    url: urlOf(connection, 'parley'),
    onExit: (callback) => listeners.push(callback),
    async stop() {
      stopping.abort()
      await server.stop()
      await watching
    },
  }
}

/** @returns null when it was told to stop meanwhile */
async function startAgain(
  place: ServerPlace,
  connection: Connection,
  stopping: AbortSignal,
): Promise<Server | null> {
  const deadline = Date.now() + restartLimitMs
  for (let pauseMs = 50; !stopping.aborted; pauseMs = Math.min(pauseMs * 2, 2000)) {
    try {
      await endLeftover(place.dataFolder, place.log)
      return await startServer(place, connection)
    } catch (error) {
      if (Date.now() > deadline) throw error
      place.log.warn({ error: messageOf(error) }, 'the database does not start yet')
      await sleep(pauseMs)
    }
  }
  return null
}
