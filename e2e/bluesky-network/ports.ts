import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Finds `count` free ports on 127.0.0.1, below the range from which systems take the ports of
 * outgoing connections: the proxy gives its port up and must get the same one again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(12_000, 31_000)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
