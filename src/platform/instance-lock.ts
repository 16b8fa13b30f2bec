import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, OperatorError } from './errors.ts'
import { makeFolder } from './make-folder.ts'
import { lifeOf } from './process-identity.ts'

export type InstanceLock = { release(): void }

type LockOptions = {
  /** How long to wait for a holder that is on its way out, in milliseconds. */
  waitMs?: number
}

/**
 * Takes a data folder for this process, until it releases it or dies.
 * @throws OperatorError when another live process holds the folder, or the folder cannot be written
 */
export async function lockHome(home: string, options: LockOptions = {}): Promise<InstanceLock> {
  const lock = await claimFolder(home, 'parley', options)
  if ('heldBy' in lock) {
    throw new OperatorError(
      `Another Parley (process ${lock.heldBy}) is running on the data folder ${home}: stop it first, or set PARLEY_HOME to another folder.`,
    )
  }
  return lock
}

/**
 * Takes one name in a folder. Each contender writes a claim file of its own, named by its process and
 * the life of it, and only then looks for others; of two at the same time at least one sees the other,
 * so never do both win. Whoever sees a live other steps back, waits a random moment and tries again.
 * A claim of a dead process is nobody's any more and is removed.
 * @returns the lock, or the process number of the live holder
 */
export async function claimFolder(
  folder: string,
  name: string,
  { waitMs = 2000 }: LockOptions = {},
): Promise<InstanceLock | { heldBy: number }> {
  const deadline = Date.now() + waitMs
  const claim = `${name}.lock.${process.pid}-${lifeOf(process.pid)}-${randomBytes(4).toString('hex')}`
  for (;;) {
    writeClaim(folder, claim)
    held.add(join(folder, claim))
    const other = liveClaims(folder, name).find((found) => found.file !== claim)
    if (!other) return { release: () => drop(folder, claim) }
    drop(folder, claim)
    if (Date.now() >= deadline) return { heldBy: other.pid }
    await sleep(20 + Math.random() * 130)
  }
}

/** The process number of the live holder of a name in a folder, or null. */
export function holderOf(folder: string, name: string): number | null {
  return liveClaims(folder, name)[0]?.pid ?? null
}

// Claims of this very process: where lives cannot be told apart, a file may be a dead namesake's.
const held = new Set<string>()

function liveClaims(folder: string, name: string): { file: string; pid: number }[] {
  const pattern = new RegExp(`^${name}[.]lock[.](\\d+)-(.+)-[0-9a-f]{8}$`)
  return readFolder(folder).flatMap((file) => {
    const [, pid, life] = pattern.exec(file) ?? []
    if (!pid) return []
    const alive =
      Number(pid) === process.pid ? held.has(join(folder, file)) : lifeOf(Number(pid)) === life
    if (alive) return { file, pid: Number(pid) }
    rmSync(join(folder, file), { force: true })
    return []
  })
}

function writeClaim(folder: string, claim: string): void {
  try {
    makeFolder(folder)
    writeFileSync(join(folder, claim), '', { flag: 'wx' })
  } catch (error) {
    const cause = messageOf(error)
    throw new OperatorError(
      `The data folder ${folder} cannot be written (${cause}): make it writable, free some space, or set PARLEY_HOME to another folder.`,
      {
        cause: error,
      },
    )
  }
}

function drop(folder: string, claim: string): void {
  held.delete(join(folder, claim))
  rmSync(join(folder, claim), { force: true })
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
