import { connect, createServer, type Socket } from 'node:net'

/** `pass`: as if it were not there; `down`: connections end at once; `garbage`: something else answers. */
export type GateMode = 'pass' | 'down' | 'garbage'

/** A gate in front of a server, on a free port of 127.0.0.1. */
export async function openGate(target: number) {
  let mode: GateMode = 'pass'
  let connections = 0
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    if (mode === 'down') return void socket.destroy()
    if (mode === 'garbage') return void socket.end('HTTP/1.1 418 teapot\r\n\r\n<html>?</html>\r\n')
    const through = connect({ host: '127.0.0.1', port: target })
    through.on('error', () => socket.destroy())
    through.on('close', () => socket.destroy())
    socket.on('close', () => through.destroy())
    socket.pipe(through).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    port: address.port,
    connections: () => connections,
    set(next: GateMode) {
      mode = next
      if (next !== 'pass') for (const socket of open) socket.destroy()
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
