import { createServer as createTcpServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { client, failure, kindOf, listen, serveTcp } from './http-client.fixture.ts'

describe('what is known of a failure', () => {
  it('is not-sent when no connection was made', async () => {
    const base = await serveTcp(() => undefined)
    const gone = createTcpServer()
    const refusing = await listen(gone)
    await new Promise((resolve) => gone.close(resolve))
    const deaf = client({
      resolve: () => Promise.reject(new Error('getaddrinfo ENOTFOUND nowhere.example')),
    })
    const slow = client({ resolve: () => new Promise(() => undefined) })
    expect(await kindOf(client().fetch(refusing))).toBe('not-sent')
    expect(await kindOf(deaf.fetch('http://nowhere.example/', { method: 'POST' }))).toBe('not-sent')
    expect(await kindOf(slow.fetch('http://slow.example/', { timeoutMs: 50 }))).toBe('not-sent')
    const handshake = base.replace('http:', 'https:')
    const silent = client({ connectTimeoutMs: 50 })
    expect(await kindOf(silent.fetch(handshake, { method: 'POST', body: 'x' }))).toBe('not-sent')
    const rude = (await serveTcp((socket) => socket.end('not TLS'))).replace('http:', 'https:')
    expect(await kindOf(client().fetch(rude, { method: 'POST', body: 'x' }))).toBe('not-sent')
  })

  it('is no-answer when the connection ends after the request, before or inside the answer', async () => {
    const heads = [
      '',
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf',
      'HTTP/1.1 999 Odd\r\n\r\n',
      '!',
    ]
    for (const head of heads) {
      const base = await serveTcp((socket) => socket.once('data', () => socket.end(head)))
      const call = client().fetch(base, { method: 'POST', body: 'x' })
      expect(await kindOf(call.then((response) => response.text()))).toBe('no-answer')
    }
  })

  it('outlives a connection that breaks after an answer without body, or with one nobody reads', async () => {
    for (const head of [
      '200 OK\r\ncontent-length: 9',
      '204 None',
      '200 OK\r\ncontent-length: 99999',
    ]) {
      const closed = Promise.withResolvers<void>()
      const base = await serveTcp((socket) => {
        socket.on('close', () => closed.resolve())
        socket.once('data', () => {
          socket.write(`HTTP/1.1 ${head}\r\n\r\n`)
          setTimeout(() => socket.resetAndDestroy(), 10)
        })
      })
      const method = head.endsWith(' 9') ? 'HEAD' : 'GET'
      const response = await client().fetch(base, { method, timeoutMs: 200 })
      await closed.promise
      expect(response.status).toBeLessThan(300)
    }
  })

  it('is no-answer when a reused connection is reset, and the request is not repeated', async () => {
    for (const method of ['POST', 'GET', 'PUT']) {
      const seen: string[] = []
      const base = await serveTcp((socket) => {
        socket.on('data', (data) => {
          seen.push(`${data}`.split(' ')[1] ?? '')
          if (seen.length > 1) socket.resetAndDestroy()
          else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        })
      })
      const http = client()
      expect(await (await http.fetch(`${base}/first`)).text()).toBe('ok')
      expect(await kindOf(http.fetch(`${base}/second`, { method }))).toBe('no-answer')
      expect(seen).toEqual(['/first', '/second'])
    }
  })

  it('keeps paths and queries out of messages', async () => {
    const base = await serveTcp((socket) => socket.once('data', () => socket.destroy()))
    const error = await failure(client().fetch(`${base}/bot123:SECRET/send?token=SECRET`))
    expect(error.message).not.toContain('SECRET')
    expect(error.cause).toBeInstanceOf(Error)
  })
})
