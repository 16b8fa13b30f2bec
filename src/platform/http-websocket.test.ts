import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import { client, kindOf, listen, serve } from './http-client.fixture.ts'

/** A server that sends back what it is told. */
async function echo(): Promise<string> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())))
  onTestFinished(() => sockets.close())
  return (await listen(server)).replace('http', 'ws')
}

const signal = () => AbortSignal.timeout(60_000)

describe('a websocket of the guarded client', () => {
  it('sends, receives and closes', async () => {
    const heard = Promise.withResolvers<string>()
    const socket = await client().websocket({
      address: await echo(),
      onText: heard.resolve,
      signal: signal(),
    })
    socket.send('Bună')
    expect(await heard.promise).toBe('Bună')
    socket.close(4000)
    expect((await socket.closed).code).toBe(4000)
  })

  it('is closed by its signal', async () => {
    const ending = new AbortController()
    const socket = await client().websocket({
      address: await echo(),
      onText: () => undefined,
      signal: ending.signal,
    })
    ending.abort()
    expect((await socket.closed).code).toBe(4000)
  })

  it.each([
    'ws://127.0.0.1:9/',
    'ws://169.254.169.254/',
    'http://shop.example/',
    'ws://user:pass@shop.example/',
    'nonsense',
  ])('refuses %s when no private address is allowed', async (address) => {
    const http = client({ allowPrivate: () => false })
    const opening = http.websocket({ address, onText: () => undefined, signal: signal() })
    expect(await kindOf(opening)).toBe('refused')
  })

  it('refuses a name that stands for a private address', async () => {
    const resolve = async () => [{ address: '10.0.0.7', family: 4 }]
    const http = client({ allowPrivate: () => false, resolve })
    const address = 'wss://gateway.example/'
    const opening = http.websocket({ address, onText: () => undefined, signal: signal() })
    expect(await kindOf(opening)).toBe('refused')
  })

  it('fails where no websocket is', async () => {
    const address = (await serve((_request, response) => response.end('hello'))).replace(
      'http',
      'ws',
    )
    const opening = client().websocket({ address, onText: () => undefined, signal: signal() })
    expect(await kindOf(opening)).toBe('not-sent')
  })

  it('gives up on a server that does not answer', async () => {
    const address = (await serve(() => undefined)).replace('http', 'ws')
    const opening = client().websocket({
      address,
      onText: () => undefined,
      signal: signal(),
      timeoutMs: 200,
    })
    expect(await kindOf(opening)).toBe('not-sent')
  })
})
