import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { WorkspaceId } from '../contract/ids.ts'
import { createHub, registerLive } from '../src/modules/live/index.ts'
import { createHttpServer } from '../src/platform/http-server.ts'
import { newId } from '../src/platform/ids.ts'
import { createLog } from '../src/platform/log.ts'
import {
  type Arm,
  compare,
  type Line,
  median,
  refuseNoisy,
  report,
  round,
  timeArms,
} from './harness.ts'
import { type Order, Told } from './live/listeners.ts'

const goal = 0.8
const rounds = 8
const sizes = [
  { connections: 500, messages: 20 },
  { connections: 2000, messages: 6 },
]
/** Browsers of another business, that must hear nothing. */
const strangers = 20

/**
 * A new message to all browsers of a workspace: `GET /api/v1/events` and the hub as they are in the
 * program, against a loop that writes the same bytes, encoded before, to the same sockets. Each message
 * is there when the last browser has it; then the next one goes out.
 * @returns whether the goal was met at both sizes
 */
export async function live(): Promise<boolean> {
  let met = true
  for (const size of sizes) {
    const line = await measure(size)
    report(line)
    met &&= line.ratio >= goal && line.cpu.ratio >= goal
  }
  return met
}

async function measure({
  connections,
  messages,
}: (typeof sizes)[number]): Promise<Line & { cpu: Spread }> {
  const [ours, theirs] = [newId(WorkspaceId), newId(WorkspaceId)]
  const server = await startServer()
  const [browsers, outsiders] = [createBrowsers(), createBrowsers()]
  try {
    await browsers.open({ port: server.port, workspace: ours, connections })
    const sockets = [...server.sockets]
    await outsiders.open({ port: server.port, workspace: theirs, connections: strangers })
    const arms: Arm<string[]>[] = [
      {
        name: 'hub',
        run: (ids) =>
          browsers.tell(ids, (id) =>
            server.hub.hear(JSON.stringify({ workspace: ours, kind: 'conversation', id })),
          ),
      },
      {
        name: 'writes',
        run: (ids) => {
          const frames = new Map(ids.map((id) => [id, frameOf(id)]))
          return browsers.tell(ids, (id) => {
            const frame = frames.get(id) ?? Buffer.alloc(0)
            for (const socket of sockets) socket.write(frame)
          })
        },
      },
    ]
    const work = Array.from({ length: rounds }, () => [
      Array.from({ length: messages }, () => randomUUID()),
    ])
    const spent = new Map<string, number[]>()
    const counted = arms.map((arm) => countCpu(arm, spent))
    const timing = refuseNoisy(await timeArms(counted, work), ['writes'])
    if ((await outsiders.stray()) > 0) throw new Error('news went to another workspace')
    if (sockets.length !== connections) throw new Error(`${sockets.length} connections`)
    const line = compare(timing, {
      workload: 'live',
      metric: 'messages/s to a browser, hub against a loop of raw writes',
      ours: 'hub',
      floor: 'writes',
      size: connections,
      units: messages * connections,
      goal,
    })
    return { ...line, cpu: compareCpu(spent) }
  } finally {
    await Promise.all([browsers.close(), outsiders.close()])
    await server.close()
  }
}

type Spread = { ratio: number; min: number; max: number }

/** Counts what the server's thread computes besides: a busy machine makes it wait, but not compute more. */
function countCpu(arm: Arm<string[]>, spent: Map<string, number[]>): Arm<string[]> {
  const rounds: number[] = []
  spent.set(arm.name, rounds)
  return {
    name: arm.name,
    async run(ids) {
      const begun = process.threadCpuUsage()
      await arm.run(ids)
      const { user, system } = process.threadCpuUsage(begun)
      rounds.push(user + system)
    },
  }
}

/** The first round warms up. */
function compareCpu(spent: ReadonlyMap<string, readonly number[]>): Spread {
  const [hub = [], writes = []] = [spent.get('hub'), spent.get('writes')]
  const ratios = writes.map((floor, at) => floor / (hub[at] ?? Number.NaN)).slice(1)
  return {
    ratio: round(median(ratios)),
    min: round(Math.min(...ratios)),
    max: round(Math.max(...ratios)),
  }
}

/** One piece of news as it stands on the wire: a chunk of HTTP/1.1. */
function frameOf(id: string): Buffer {
  const text = `event: conversation\ndata: ${JSON.stringify({ kind: 'conversation', id })}\n\n`
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
}

/** The program's server with nothing but the stream, which takes each caller for whom they say they are. */
async function startServer() {
  const hub = createHub()
  const sockets = new Set<Socket>()
  const many = 1_000_000_000
  const { app, keepOpen } = await createHttpServer({
    log: createLog('error'),
    publicUrl: 'http://127.0.0.1',
    guard: async () => null,
    limits: { perCaller: many, perAddress: many },
  })
  registerLive(app, {
    hub,
    keepOpen,
    actorOf: ({ headers }) => ({
      kind: 'operator',
      workspaceId: WorkspaceId.parse(headers['x-room']),
      name: 'bench',
    }),
  })
  app.server.on('connection', (socket) => sockets.add(socket))
  await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  const close = async () => {
    hub.close()
    await app.close()
  }
  return { hub, sockets, port: address.port, close }
}

/** The browsers have a thread of their own. */
function createBrowsers() {
  const worker = new Worker(new URL('./live/listeners.ts', import.meta.url))
  const answer = async () => {
    const [message]: unknown[] = await once(worker, 'message')
    const told = Told.safeParse(message)
    if (!told.success) throw new Error(`the browsers failed: ${JSON.stringify(message)}`)
    return told.data
  }
  const order = (wish: Order) => {
    const told = answer()
    worker.postMessage(wish)
    return told
  }
  return {
    open: (wish: Omit<Extract<Order, { kind: 'open' }>, 'kind'>) =>
      order({ kind: 'open', ...wish }),
    /** Resolves when every browser has had every message. */
    async tell(ids: readonly string[], send: (id: string) => void): Promise<void> {
      for (const id of ids) {
        await order({ kind: 'expect', id })
        const received = answer()
        send(id)
        await received
      }
    },
    stray: async () => (await order({ kind: 'close' })).stray,
    close: () => worker.terminate(),
  }
}
