import { execFile } from 'node:child_process'
import { readFile, realpath, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { OperatorError } from '../errors.ts'
import { lifeOf, runningProcess, runningProcesses, signal } from '../process-identity.ts'
import type { ServerLog } from './server.ts'

/** After this a server that was asked politely is told to drop everything; the log makes it whole again. */
const patienceMs = 15_000
/** Sessions whose postmaster is dead cannot commit in order any more; idle ones leave within this. */
const orphanPatienceMs = 1000
const limitMs = 60_000

/**
 * Clears a data folder of the server that a killed Parley left in it. A process is ours only if it works
 * in the data folder and its program is `postgres`: the number in `postmaster.pid` may long belong to
 * somebody else. Ends when nobody is attached to the folder's shared memory any more.
 * @throws OperatorError when a live Parley has the server, or it cannot be ended
 */
export async function endLeftover(dataFolder: string, log: ServerLog): Promise<void> {
  const begun = Date.now()
  let asked: NodeJS.Signals | null = null
  for (;;) {
    const { postmaster, processes } = await attached(dataFolder)
    if (processes.length === 0) break
    refuseIfOwned(postmaster, dataFolder)
    const waited = Date.now() - begun
    if (waited > limitMs) throw stuck(dataFolder, processes)
    if (asked === null) {
      log.warn({ postmaster, processes: processes.length }, 'ending a database left running')
      asked = 'SIGINT'
      // Processes that outlive their postmaster notice it by themselves.
      if (postmaster) signal(postmaster, 'SIGINT')
    } else if (asked === 'SIGINT' && waited > (postmaster ? patienceMs : orphanPatienceMs)) {
      asked = 'SIGQUIT'
      for (const pid of postmaster ? [postmaster] : processes) signal(pid, 'SIGQUIT')
    }
    await sleep(20)
  }
  await rm(join(dataFolder, 'postmaster.pid'), { force: true })
}

type Attached = { postmaster: number | null; processes: number[] }

async function attached(dataFolder: string): Promise<Attached> {
  const named = Number.parseInt(
    (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0] ??
      '',
    10,
  )
  if (process.platform !== 'linux') {
    const ours = (await runsHere(named, dataFolder)) ? [named] : []
    return { postmaster: ours[0] ?? null, processes: ours }
  }
  const folder = await realpath(dataFolder)
  const processes = runningProcesses()
    .filter((found) => found.cwd === folder && basename(found.program) === 'postgres')
    .map((found) => found.pid)
  return { postmaster: processes.includes(named) ? named : null, processes }
}

// Without /proc: the command line names the program and the data folder.
async function runsHere(pid: number, dataFolder: string): Promise<boolean> {
  if (!(pid > 0) || process.platform === 'win32' || lifeOf(pid) === null) return false
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command=']).catch(
    () => ({ stdout: '' }), // gone meanwhile
  )
  return stdout.includes('postgres') && stdout.includes(dataFolder)
}

// A server whose Parley was killed belongs to process 1 or another reaper, never to a node program.
function refuseIfOwned(postmaster: number | null, dataFolder: string): void {
  const own = postmaster === null ? null : runningProcess(postmaster)
  const parent = own && own.parent !== 1 ? runningProcess(own.parent) : null
  if (parent && basename(parent.program) === 'node') {
    throw new OperatorError(
      `Another Parley (process ${parent.pid}) is using the database in ${dataFolder}: stop it first.`,
    )
  }
}

function stuck(dataFolder: string, processes: number[]): OperatorError {
  return new OperatorError(
    `A PostgreSQL left in ${dataFolder} does not end (processes ${processes.join(', ')}): end it by hand and start again.`,
  )
}
