import { connect, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { z } from 'zod'

/** Posts to make: all `bodies`, over `connections` that stay open, one at a time on each. */
export const Load = z.object({
  port: z.int(),
  path: z.string(),
  connections: z.int().positive(),
  bodies: z.array(z.string()),
})
export type Load = z.infer<typeof Load>

/** Milliseconds of one post. */
export const Loaded = z.object({ refused: z.int(), median: z.number(), p99: z.number() })

// A bare client on sockets: what it costs is taken from the server's share of the machine, so it costs little.
const port = parentPort
port?.on('message', (message: unknown) => {
  void run(Load.parse(message)).then(
    (done) => port.postMessage(done),
    (error: unknown) => port.postMessage({ error: String(error) }),
  )
})

async function run({ port, path, connections, bodies }: Load): Promise<z.infer<typeof Loaded>> {
  const times: number[] = []
  let next = 0
  let refused = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const post = await openPost(port, path)
      while (next < bodies.length) {
        const body = bodies[next++] ?? ''
        const begun = performance.now()
        if ((await post.send(body)) !== 200) refused += 1
        times.push(performance.now() - begun)
      }
      post.close()
    }),
  )
  times.sort((a, b) => a - b)
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { refused, median: at(0.5), p99: at(0.99) }
}

async function openPost(port: number, path: string) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: `
  return {
    async send(body: string): Promise<number> {
      socket.write(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`)
      return readStatus(socket)
    },
    close: () => socket.destroy(),
  }
}

/** Reads one whole answer, by its Content-Length, and gives its status. */
function readStatus(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0)
    const end = (error: Error | null, status = 0) => {
      socket.off('data', onData).off('error', end).off('close', onClose)
      if (error) reject(error)
      else resolve(status)
    }
    const onClose = () => end(new Error('the server hung up'))
    const onData = (data: Buffer) => {
      seen = seen.length === 0 ? data : Buffer.concat([seen, data])
      const split = seen.indexOf('\r\n\r\n')
      if (split < 0) return
      const head = seen.subarray(0, split).toString('latin1')
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (seen.length >= split + 4 + length) end(null, Number(head.slice(9, 12)))
    }
    socket.on('data', onData).on('error', end).on('close', onClose)
  })
}
