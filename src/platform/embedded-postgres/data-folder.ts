import { type StdioOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf, OperatorError } from '../errors.ts'
import { runningProcesses, signal } from '../process-identity.ts'
import { type Programs, serverMajor } from './programs.ts'
import type { ServerUser } from './server-user.ts'

/** How the server is reached; kept in `postgres.json` beside the data folder, readable by us alone. */
export const Connection = z.object({ port: z.number().int(), password: z.string().min(16) })
export type Connection = z.infer<typeof Connection>

/**
 * Where the server finds its data folder. Parents that only root may enter are no obstacle when the
 * folder is the working directory, taken before the user is switched, and named through /proc.
 */
export function serverPath(dataFolder: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : dataFolder
}

/** Reads the connection of a data folder, or null when none was ever made. */
export async function readConnection(home: string): Promise<Connection | null> {
  const text = await readFile(join(home, 'postgres.json'), 'utf8').catch(whenMissing)
  return text === null ? null : Connection.parse(JSON.parse(text))
}

/** Writes the connection whole or not at all. */
export async function writeConnection(home: string, connection: Connection): Promise<void> {
  const file = join(home, 'postgres.json')
  await writeFile(`${file}.new`, JSON.stringify(connection), { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

/**
 * Checks that a data folder is of this server's version.
 * @returns false when there is no data folder yet
 */
export async function hasDataFolder(dataFolder: string): Promise<boolean> {
  const version = await readFile(join(dataFolder, 'PG_VERSION'), 'utf8').catch(whenMissing)
  if (version === null) return false
  if (version.trim() === serverMajor) return true
  throw new OperatorError(
    `The database in ${dataFolder} was made by PostgreSQL ${version.trim()}, this Parley brings ${serverMajor}: make a backup with the Parley that wrote it and restore it into an empty data folder.`,
  )
}

type Making = { home: string; programs: Programs; user: ServerUser; password: string }

/**
 * Makes the data folder `<home>/postgres`: in a folder of its own first, renamed when it is whole and
 * on disk, so that one left by a killed start is never taken for a database. Those are removed here.
 */
export async function makeDataFolder({ home, programs, user, password }: Making): Promise<void> {
  await removeUnfinished(home)
  const staging = join(home, `postgres.new-${randomBytes(4).toString('hex')}`)
  const passwordFile = `${staging}.password`
  await mkdir(staging, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user) {
    await Promise.all([staging, passwordFile].map((path) => chown(path, user.uid, user.gid)))
  }
  try {
    await runInitdb({ program: programs.initdb, staging, passwordFile, user })
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(staging, join(home, 'postgres'))
  await syncFolder(home)
}

async function removeUnfinished(home: string): Promise<void> {
  const left = (await readdir(home)).filter((name) => name.startsWith('postgres.new-'))
  for (const name of left) {
    const folder = join(home, name)
    // An initdb whose Node was killed goes on writing; nothing of it is worth keeping.
    for (const found of runningProcesses()) {
      if (found.cwd.startsWith(folder)) signal(found.pid, 'SIGKILL')
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

type Initdb = { program: string; staging: string; passwordFile: string; user: ServerUser }

async function runInitdb({ program, staging, passwordFile, user }: Initdb): Promise<void> {
  const password = await open(passwordFile)
  const byNumber = process.platform === 'linux'
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', password.fd]
  const flags = [
    `--pgdata=${serverPath(staging)}`,
    `--pwfile=${byNumber ? '/proc/self/fd/3' : passwordFile}`,
    '--username=parley',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]
  try {
    const child = spawn(program, flags, { cwd: staging, stdio, env: serverEnvironment(), ...user })
    let said = ''
    child.stdout?.on('data', () => undefined)
    child.stderr?.on('data', (chunk) => {
      said = (said + chunk).slice(-4000)
    })
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    if (code !== 0) throw new Error(whyItFailed(said))
  } catch (cause) {
    await rm(staging, { recursive: true, force: true })
    const reason = messageOf(cause)
    throw new OperatorError(`The database could not be made in ${staging}: ${reason}.`, { cause })
  } finally {
    await password.close()
  }
}

/** The server gets nothing of our environment: it may hold secrets and settings of another PostgreSQL. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

/** The sentence in what PostgreSQL wrote that says why it gave up. */
export function whyItFailed(said: string): string {
  const lines = said.trim().split('\n')
  const telling = lines.find((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? ''
  return telling.replace(/^.*?(FATAL|PANIC|error):\s*/, '').trim() || 'it gave no reason'
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}

function whenMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
