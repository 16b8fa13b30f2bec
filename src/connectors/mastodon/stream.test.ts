import { createServer, type ServerResponse } from 'node:http'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { failureOf, openHttp } from '../suite.ts'
import { sessionOn } from './server.fixture.ts'
import { listen } from './stream.ts'

const http = openHttp()
const never = new AbortController().signal
afterAll(() => http.close())

describe('listening to the stream', () => {
  it('is woken by news, not by what others post, and ends when the server ends', async () => {
    const server = await startStreaming(async (stream) => {
      stream.write(':)\n')
      stream.write('event: update\ndata: {}\n\n')
      stream.write('event: notifi')
      await new Promise((resolve) => setTimeout(resolve, 20))
      stream.write('cation\ndata: {}\n\nevent: delete\ndata: 7\n\n:thump\n')
      stream.end()
    })
    expect(await wakesOf(server.service)).toBe(1 + 2)
  })

  it('ends quietly when the connection is cut, also in the middle of an event', async () => {
    const server = await startStreaming(async (stream) => {
      stream.write('event: notification\ndata: {"a"')
      await new Promise((resolve) => setTimeout(resolve, 20))
      stream.destroy()
    })
    expect(await wakesOf(server.service)).toBe(1)
  })

  it('survives an event that never ends', async () => {
    const server = await startStreaming(async (stream) => {
      for (let i = 0; i < 30; i++) stream.write('data: '.padEnd(100_000, 'x'))
      stream.end('\n\n')
    })
    expect(await wakesOf(server.service)).toBeGreaterThan(1)
  })

  it('ends when told, also before it began', async () => {
    const server = await startStreaming(async (stream) => {
      stream.write(':)\n')
    })
    const ending = new AbortController()
    const session = sessionOn(server.service, http)
    const listening = listen(session, () => ending.abort(), ending.signal)
    await expect(listening).resolves.toBeUndefined()
    await expect(listen(session, () => undefined, ending.signal)).resolves.toBeUndefined()
  })

  it('says when the token is no longer accepted', async () => {
    const server = await startStreaming(async (stream) => {
      stream.writeHead(401, { 'content-type': 'application/json' })
      stream.end('{"error":"The access token is invalid"}')
    })
    const failure = await failureOf(listen(sessionOn(server.service, http), () => undefined, never))
    expect(failure).toMatchObject({ kind: 'auth-expired', lost: 'token' })
  })
})

async function wakesOf(service: string): Promise<number> {
  let wakes = 0
  const wake = () => {
    wakes++
  }
  await listen(sessionOn(service, http), wake, never)
  return wakes
}

/** A Mastodon that only streams. */
async function startStreaming(stream: (response: ServerResponse) => Promise<void>) {
  const server = createServer((request, response) => {
    if (request.url !== '/api/v2/instance') return void stream(response)
    const { port } = portOf()
    const configuration = { urls: { streaming: `ws://127.0.0.1:${port}` } }
    return response.end(JSON.stringify({ version: '4.3.0', domain: 'x.example', configuration }))
  })
  const portOf = () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return address
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { service: `http://127.0.0.1:${portOf().port}` }
}
