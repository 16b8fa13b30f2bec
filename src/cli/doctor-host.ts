import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../platform/config.ts'
import { loadKeyring } from '../platform/crypto.ts'
import { messageOf } from '../platform/errors.ts'
import { holderOf } from '../platform/instance-lock.ts'
import type { Check } from './doctor-check.ts'

const neededNode = 24
const neededBytes = 1_000_000_000

/** What can be wrong on this machine, database apart. */
export async function checkHost(config: Config): Promise<Check[]> {
  return [
    checkNode(process.versions.node),
    await checkHome(config.home),
    await checkDisk(config.home),
    await checkKeyFile(config.secretKeyFile),
    await checkPort(config),
  ]
}

function checkNode(version: string): Check {
  return {
    name: 'node',
    ok: Number.parseInt(version, 10) >= neededNode,
    says: version,
    remedy: `Parley brings Node ${neededNode}: start it by npm run parley.`,
  }
}

async function checkHome(home: string): Promise<Check> {
  const probe = join(home, `.doctor-${process.pid}`)
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    const handle = await open(probe, 'wx', 0o600)
    await handle.close()
    return { name: 'data folder', ok: true, says: home }
  } catch (error) {
    const remedy = `Let this user write in ${home}, or set PARLEY_HOME to another folder.`
    return { name: 'data folder', ok: false, says: messageOf(error), remedy }
  } finally {
    await rm(probe, { force: true })
  }
}

async function checkDisk(home: string): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(home)
    const free = bavail * bsize
    const says = `${(free / 1e9).toFixed(1)} GB free`
    const remedy = 'Make room on the disk: under 1 GB the database may stop.'
    return { name: 'disk', ok: free >= neededBytes, says, remedy }
  } catch (error) {
    return { name: 'disk', ok: false, says: messageOf(error), remedy: 'Create the data folder.' }
  }
}

async function checkKeyFile(file: string): Promise<Check> {
  const name = 'key file'
  try {
    const handle = await open(file, 'r')
    await handle.close()
    await loadKeyring(file)
    return { name, ok: true, says: file }
  } catch (error) {
    // Whether one is needed already is told by the check of the stored sign-ins.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { name, ok: true, says: `${file} will be made at the first start` }
    const remedy = `Put the right file there, readable by this user alone (chmod 600 ${file}).`
    return { name, ok: false, says: messageOf(error), remedy }
  }
}

async function checkPort({ home, port }: Config): Promise<Check> {
  const name = 'port'
  const answer = await askParley(port)
  const holder = holderOf(home, 'parley')
  // With DATABASE_URL several processes share one folder and none holds it: whoever answers is there.
  const who = holder === null ? 'Parley' : `Parley (process ${holder})`
  if (answer !== null || holder !== null)
    return {
      name,
      ok: answer?.ok === true,
      says: answer
        ? `${who} answers on ${port} with ${answer.status}`
        : `${who} does not answer on ${port}`,
      remedy: 'Look at its log, and start it again.',
    }
  const problem = await listenProblem(port)
  return {
    name,
    ok: problem === null,
    says: problem ?? `${port} is free; Parley is not running`,
    remedy: 'Stop what uses it, or set PARLEY_PORT to another one.',
  }
}

const Ready = z.object({ ready: z.boolean() })

/** What the Parley on this port says of itself; null: nobody answers, or it is another program. */
async function askParley(port: number): Promise<{ ok: boolean; status: number } | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.timeout(5000),
    })
    Ready.parse(await answer.json())
    return { ok: answer.ok, status: answer.status }
  } catch {
    return null // whether that is bad depends on who holds the folder and the port
  }
}

async function listenProblem(port: number): Promise<string | null> {
  const server = createServer()
  const problem = await new Promise<string | null>((resolve) => {
    server.once('error', (error) => resolve(error.message))
    server.listen(port, '127.0.0.1', () => resolve(null))
  })
  if (problem === null) await new Promise((resolve) => server.close(resolve))
  return problem
}
