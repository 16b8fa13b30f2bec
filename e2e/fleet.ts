import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Random } from './seeded.ts'

export type Slot = { role: 'all' | 'web' | 'worker' | 'stream'; port: number }

/** Real processes of Parley on one database, that are killed and come back. */
export type Fleet = {
  /** Where the API answers, when it answers. */
  urls: string[]
  /** Kills with SIGKILL, while starting or at a random moment after, so often and `until` it is enough. */
  runKills(options: { kills: number; random: Random; until(): boolean }): Promise<Kills>
  /** Starts every slot; resolves when all are ready. */
  stayUp(): Promise<void>
  stop(): Promise<void>
  /** Those that were ready and ended though nobody killed them, in their own words. */
  crashes(): string[]
  /** The last things that the processes said, for whoever reads a failed run. */
  said(): string
}

export type Kills = {
  killed: number
  whileStarting: number
  /** Ended by themselves because the database dropped them while they started; started again. */
  gaveUpStarting: number
}

type Program = { file: string; env: Record<string, string> }
type Running = { child: ChildProcess; ready: Promise<boolean> }

/** @param program what runs in every slot; gets PARLEY_ROLE and PARLEY_PORT of its slot */
export function createFleet(slots: readonly Slot[], program: Program): Fleet {
  const running = new Set<ChildProcess>()
  const crashes: string[] = []
  let said = ''
  let stops = 0

  function start({ role, port }: Slot): Running {
    const child = spawn(process.execPath, [fileURLToPath(new URL(program.file, import.meta.url))], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        PARLEY_LOG_LEVEL: 'error',
        PARLEY_ROLE: role,
        PARLEY_PORT: String(port),
        ...program.env,
      },
    })
    running.add(child)
    child.once('exit', () => running.delete(child))
    const hear = (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-8000)
    }
    child.stderr?.on('data', hear)
    const ready = new Promise<boolean>((resolve) => {
      child.once('exit', () => resolve(false))
      child.stdout?.on('data', (bytes: Buffer) => {
        hear(bytes)
        if (!bytes.toString().includes('is ready')) return
        resolve(true)
        child.once('exit', (code) => {
          if (!child.killed) crashes.push(`exit ${code}: ${said}`)
        })
      })
    })
    return { child, ready }
  }

  return {
    urls: slots
      .filter(({ role }) => role === 'all' || role === 'web')
      .map(({ port }) => `http://127.0.0.1:${port}`),
    async runKills({ kills, random, until }) {
      const told = { killed: 0, whileStarting: 0, gaveUpStarting: 0 }
      let left = kills
      const stopsBefore = stops
      const liveAndDie = async (slot: Slot) => {
        const { child, ready } = start(slot)
        const began = performance.now()
        const early = random.chance(0.2)
        if (early) await Promise.race([ready, pause(random.below(1500))])
        // Where starting takes long, all takes long: those that live no longer than usual would do nothing.
        else if (await ready) await pause(random.below(Math.max(3000, performance.now() - began)))
        if (child.exitCode !== null) {
          told.gaveUpStarting += 1
          return
        }
        left -= 1
        await kill(child)
        told.killed += 1
        if (early) told.whileStarting += 1
      }
      await Promise.all(
        slots.map(async (slot) => {
          while ((left > 0 || !until()) && stops === stopsBefore) await liveAndDie(slot)
        }),
      )
      return told
    },
    async stayUp() {
      const started = slots.map(start)
      for (const { ready } of started)
        if (!(await ready)) throw new Error(`it did not start: ${said}`)
    },
    async stop() {
      // A drill that is cut short starts nothing again.
      stops += 1
      await Promise.all([...running].map(kill))
    },
    crashes: () => crashes,
    said: () => said,
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
