import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { messageOf, OperatorError } from '../errors.ts'
import { type Connection, serverEnvironment, serverPath, whyItFailed } from './data-folder.ts'
import type { Programs } from './programs.ts'
import type { ServerUser } from './server-user.ts'

type Write = (fields: object, message: string) => void
export type ServerLog = { info: Write; warn: Write; error: Write }

/** What one start of the server needs. */
export type ServerPlace = {
  dataFolder: string
  programs: Programs
  user: ServerUser
  log: ServerLog
  /** False only where nothing has to outlive the machine, as in tests: no write waits for the disk. */
  durable: boolean
}

export type Server = {
  /** Resolves when the process has ended, however that came. */
  ended: Promise<void>
  /** Fast shutdown: sessions are cut, everything committed is on disk. */
  stop(): Promise<void>
}

/** Why a start failed, as far as the caller can do something about it. */
export class ServerStartError extends OperatorError {
  readonly reason: 'port-taken' | 'still-attached' | 'other'
  constructor(reason: ServerStartError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  // Our callers see their own errors; the server's log is for what nobody else is told.
  log_min_error_statement: 'panic',
}

/**
 * Starts the server and waits until it answers; recovery after a crash may take as long as it needs.
 * The process has a session of its own, so that Ctrl-C in a terminal reaches only us and we end in order.
 * @throws ServerStartError when it ends before it answers
 */
export async function startServer(place: ServerPlace, connection: Connection): Promise<Server> {
  const { dataFolder, programs, user, log, durable } = place
  const toDisk = durable ? 'on' : 'off'
  const flags = Object.entries({
    ...settings,
    fsync: toDisk,
    full_page_writes: toDisk,
    // Tables that grow from nothing by thousands in their first minute must be known within seconds: until then
    // foreign keys are checked along any index. Hundreds of databases of tests would only be visited for nothing.
    autovacuum_naptime: durable ? '5s' : '1min',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(
    programs.postgres,
    ['-D', serverPath(dataFolder), '-p', String(connection.port), ...flags],
    {
      cwd: dataFolder,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: serverEnvironment(),
      ...user,
    },
  )
  const end = watch(child, log)
  const recovering = setInterval(() => log.info({}, 'the database is still recovering'), 10_000)
  try {
    await untilReady(connection, end)
  } catch (error) {
    await stopServer(child, end.promise)
    throw error
  } finally {
    clearInterval(recovering)
  }
  return { ended: end.promise, stop: () => stopServer(child, end.promise) }
}

/** The address of a database of the server. */
export function urlOf({ port, password }: Connection, database: string): string {
  return `postgresql://parley:${password}@127.0.0.1:${port}/${database}`
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

type End = { ended: boolean; said: string; promise: Promise<void> }

function watch(child: ChildProcess, log: ServerLog): End {
  const end: End = { ended: false, said: '', promise: Promise.resolve() }
  end.promise = new Promise((resolve) => {
    const finish = (): void => {
      end.ended = true
      resolve()
    }
    child.once('exit', finish)
    child.once('error', (error) => {
      end.said += `error: ${error.message}`
      finish()
    })
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    end.said = (end.said + chunk).slice(-4000)
    for (const line of chunk.split('\n').filter((text) => /WARNING|PANIC/.test(text))) {
      log.warn({ line }, 'the database says')
    }
  })
  return end
}

async function untilReady(connection: Connection, end: End): Promise<void> {
  for (;;) {
    const answer = await ask(connection)
    // Our own server does not take our password, or a stranger's answers while ours is giving up.
    if (answer === 'stranger') await Promise.race([end.promise, sleep(2000)])
    if (end.ended) throw startError(end.said)
    if (answer === 'ready') return
    if (answer === 'stranger') {
      throw new OperatorError(
        'The database refuses the password in postgres.json: restore that file.',
      )
    }
    await sleep(20)
  }
}

async function ask(connection: Connection): Promise<'ready' | 'not-yet' | 'stranger'> {
  const client = new pg.Client({
    connectionString: urlOf(connection, 'postgres'),
    connectionTimeoutMillis: 5000,
  })
  client.on('error', () => undefined) // it may die under us; the caller sees that by its end
  try {
    await client.connect()
    await client.query('select 1')
    return 'ready'
  } catch (error) {
    const refused = error instanceof pg.DatabaseError && error.code?.startsWith('28')
    return refused ? 'stranger' : 'not-yet'
  } finally {
    await client.end().catch(messageOf)
  }
}

function startError(said: string): ServerStartError {
  const message = `The database did not start: ${whyItFailed(said)}.`
  if (/could not bind|could not create any TCP/.test(said)) {
    return new ServerStartError('port-taken', message)
  }
  const attached = /shared memory block|lock file ".*" already exists/.test(said)
  return new ServerStartError(attached ? 'still-attached' : 'other', message)
}

async function stopServer(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGINT')
  const impatient = setTimeout(() => child.kill('SIGQUIT'), 15_000)
  await ended
  clearTimeout(impatient)
}
