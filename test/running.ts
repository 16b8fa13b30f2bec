import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NewKey } from '../contract/members.ts'
import { createRemoteCaller, goodPassword, testPublicUrl } from './http.ts'
import { freePort, type Program, runParley, startProgram } from './program.ts'

/** A data folder and ports of its own, on which src/main.ts is started as operators start it. */
export type Place = { home: string; port: number; practicePort: number; env: NodeJS.ProcessEnv }

export async function newPlace(home?: string): Promise<Place> {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'parley-start-')))
  const [port, practicePort] = [await freePort(), await freePort()]
  return {
    home: folder,
    port,
    practicePort,
    env: {
      PARLEY_HOME: folder,
      PARLEY_PORT: String(port),
      PARLEY_PRACTICE_PORT: String(practicePort),
      PARLEY_PUBLIC_URL: testPublicUrl,
    },
  }
}

export function startAt(place: Place, env: NodeJS.ProcessEnv = {}): Program {
  return startProgram('src/main.ts', [], { env: { ...place.env, ...env } })
}

export function callerAt(place: Place): ReturnType<typeof createRemoteCaller> {
  return createRemoteCaller(`http://127.0.0.1:${place.port}`)
}

/** Makes the owner and an API key, by the command line, of the Parley that runs there. */
export async function keyAt({ env }: Place): Promise<string> {
  const owner = ['owner', 'create', '--email', 'olga@example.com', '--name', 'Olga']
  const made = await runParley([...owner, '--password-stdin'], { env, stdin: goodPassword })
  const args = ['key', 'create', '--name', 'test', '--scopes', 'all', '--json']
  const created = await runParley(args, { env })
  if (created.code !== 0) throw new Error(`no key: ${made.stderr}${created.stderr}`)
  return NewKey.parse(JSON.parse(created.stdout)).key
}

export type Found = { pid: number; program: string }

/** Processes that work in a data folder or name it: Parley itself only if it stands in its arguments. */
export async function processesOf(home: string): Promise<Found[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = pids.map(async (pid): Promise<Found[]> => {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    const here = cwd.startsWith(home) || line.includes(home)
    return here ? [{ pid: Number(pid), program: line.split('\0').slice(0, 3).join(' ') }] : []
  })
  return (await Promise.all(found)).flat()
}

/** The server process of the embedded PostgreSQL, by the number in its own file. */
export async function postmasterOf(home: string): Promise<number> {
  return Number.parseInt(await readFile(join(home, 'postgres/postmaster.pid'), 'utf8'), 10)
}

/** Ends the programs in order and removes the folders. */
export async function clear(programs: Program[], homes: string[]): Promise<void> {
  for (const program of programs) program.child.kill('SIGTERM')
  await Promise.all(programs.map(({ ended }) => ended))
  for (const home of homes) await rm(home, { recursive: true, force: true })
}
