/**
 * A real Bluesky network as a process: PLC, PDS behind a proxy that can fail on demand, AppView.
 * `DATABASE_URL=postgres://… node network.ts` prints one JSON line (`Ready` in protocol.ts) and
 * runs until SIGTERM, SIGINT or the end of its standard input, so it never outlives its parent.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startControl } from './control.ts'
import { customersOf } from './customers.ts'
import { createNetworkDatabase } from './database.ts'
import { listenOnLoopbackOnly, resolveToLoopback } from './loopback.ts'
import { freePorts } from './ports.ts'
import type { Ready } from './protocol.ts'
import { startFaultProxy } from './proxy.ts'

const FOLDER = 'parley-bluesky-'
const STOP_WITHIN_MS = 8_000
const cleanups: Array<() => unknown> = []
let stopping = false

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(0))
process.stdin.on('end', () => stop(0)).on('error', () => stop(0))
process.stdin.resume()
process.on('uncaughtException', (error) => {
  process.stderr.write(`bluesky network: ${error.stack ?? error.message}\n`)
  stop(1)
})

await start()

async function start(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL
  if (!databaseUrl) throw new Error('DATABASE_URL must name a PostgreSQL server')
  listenOnLoopbackOnly()
  resolveToLoopback(process.env.NAMES_ON_LOOPBACK?.split(',') ?? [])
  const dataDirectory = await createFolder()
  cleanups.push(() => rm(dataDirectory, { recursive: true, force: true }))
  const [database, ports, services] = await Promise.all([
    createNetworkDatabase(databaseUrl),
    freePorts(4),
    // Most of the start is reading these packages: meanwhile the database is made.
    import('./services.ts'),
  ])
  cleanups.unshift(database.drop)
  const [publicPort = 0, pdsPort = 0, bskyPort = 0, controlPort = 0] = ports
  const running = await services.startServices({
    databaseUrl: database.url,
    dataDirectory,
    bskyPort,
    pdsPort,
    publicPort,
  })
  cleanups.unshift(() => services.stopServices(running))
  const proxy = await startFaultProxy(publicPort, pdsPort)
  cleanups.unshift(() => proxy.close())
  const control = await startControl(controlPort, {
    customers: customersOf(running.pds.url),
    proxy,
    processAll: (timeoutMs) => services.processAll(running, timeoutMs),
    revokeSignIns: (did) => services.revokeSignIns(running, did),
  })
  cleanups.unshift(() => control.close())
  const ready: Ready = {
    ready: true,
    control: `http://127.0.0.1:${controlPort}`,
    pds: `http://127.0.0.1:${publicPort}`,
    directPds: running.pds.url,
    appview: `http://127.0.0.1:${bskyPort}`,
    plc: running.plc.url.replace('localhost', '127.0.0.1'),
    pid: process.pid,
  }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
}

function stop(code: number): void {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(code || 1), STOP_WITHIN_MS).unref()
  void cleanUp().then((failed) => process.exit(failed ? 1 : code))
}

async function cleanUp(): Promise<boolean> {
  let failed = false
  for (const cleanup of cleanups) {
    try {
      await cleanup()
    } catch (error) {
      failed = true
      process.stderr.write(`bluesky network: did not stop cleanly: ${String(error)}\n`)
    }
  }
  return failed
}

/** Makes the data folder, and removes those of networks that were killed: the name holds the pid. */
async function createFolder(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(/^parley-bluesky-(\d+)-/.exec(name)?.[1])
    if (pid > 0 && !isRunning(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true })
  }
  return mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
