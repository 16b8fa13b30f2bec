import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What Linux tells about a running process; zombies have neither `cwd` nor `program`. */
export type RunningProcess = { pid: number; parent: number; cwd: string; program: string }

const onLinux = process.platform === 'linux'

/**
 * Name of one life of a process: its start in clock ticks and the boot it belongs to, so that a process
 * number used again is not taken for the one that had it before. Null when no such process lives (a
 * zombie does not). Where there is no /proc, the answer is `0` for any process that is alive.
 */
export function lifeOf(pid: number): string | null {
  if (!onLinux) return isAlive(pid) ? '0' : null
  const stat = readStat(pid)
  return stat && stat.state !== 'Z' && stat.state !== 'X' ? `${stat.startedAt}.${bootId()}` : null
}

/** Every process of this machine that we may look at (Linux only; elsewhere empty). */
export function runningProcesses(): RunningProcess[] {
  if (!onLinux) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => runningProcess(Number(name)) ?? [])
}

/** One process with its folder and its program, or null when it is gone, a zombie, or another user's. */
export function runningProcess(pid: number): RunningProcess | null {
  const stat = onLinux ? readStat(pid) : null
  if (!stat) return null
  try {
    const program = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
    return { pid, parent: stat.parent, cwd: readlinkSync(`/proc/${pid}/cwd`), program }
  } catch {
    return null // gone meanwhile, a zombie, or a process of another user: none of them is ours
  }
}

/** Sends the signal; a process that is gone already is no failure. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

// The program's name stands in parentheses and may itself hold spaces and parentheses.
function readStat(pid: number): { state: string; parent: number; startedAt: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? 'X', parent: Number(fields[1]), startedAt: fields[19] ?? '' }
  } catch {
    return null // no such process
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
}
