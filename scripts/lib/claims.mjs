import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root, Stop, say } from './project.mjs'

// The claim files of src/platform/instance-lock.ts, for the Node that cannot read TypeScript yet.

/** Process numbers of live processes that hold a name in a folder. */
export function holders(folder, name) {
  const pattern = new RegExp(`^${name}[.]lock[.](\\d+)-(.+)-[0-9a-f]{8}$`)
  let files = []
  try {
    files = readdirSync(folder)
  } catch {
    return [] // no such folder: nobody holds anything in it
  }
  return files.flatMap((file) => {
    const [, pid, life] = pattern.exec(file) ?? []
    if (!pid) return []
    if (lifeOf(Number(pid)) === life) return [{ file, pid: Number(pid) }]
    rmSync(join(folder, file), { force: true })
    return []
  })
}

/** Does the set-up work while no other set-up of this clone is at it; waits for one that is. */
export async function alone(work) {
  const folder = join(root, '.parley')
  const suffix = Math.floor(Math.random() * 0xffffffff)
    .toString(16)
    .padStart(8, '0')
  const claim = `setup.lock.${process.pid}-${lifeOf(process.pid)}-${suffix}`
  const drop = () => rmSync(join(folder, claim), { force: true })
  for (let told = false; ; ) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(join(folder, claim), '')
    } catch (error) {
      throw new Stop(`The folder ${root} cannot be written (${error.message}).`)
    }
    const other = holders(folder, 'setup').find((held) => held.file !== claim)
    if (!other) break
    drop()
    if (!told) say(`Waiting for another set-up of this folder (process ${other.pid})…`)
    told = true
    await sleep(100 + Math.random() * 300)
  }
  try {
    return await work()
  } finally {
    drop()
  }
}

function lifeOf(pid) {
  if (process.platform !== 'linux') {
    try {
      return process.kill(pid, 0) ? '0' : null
    } catch (error) {
      return error.code === 'EPERM' ? '0' : null
    }
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${fields[19]}.${boot}`
  } catch {
    return null // no such process
  }
}
