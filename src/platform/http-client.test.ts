import type { IncomingMessage } from 'node:http'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { AtpAgent } from '@atproto/api'
import { describe, expect, it } from 'vitest'
import { client, failure, kindOf, readAll, serve, serveTcp } from './http-client.fixture.ts'

describe('addresses', () => {
  it('refuses a private literal, a name that resolves to one, and sends nothing', async () => {
    let asked = 0
    const base = await serve((_, response) => response.end(String(++asked)))
    const port = new URL(base).port
    const guarded = client({
      allowPrivate: () => false,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    })
    expect(await kindOf(guarded.fetch(base))).toBe('refused')
    expect(await kindOf(guarded.fetch(`http://0x7f000001:${port}/`))).toBe('refused')
    expect(await kindOf(guarded.fetch(`http://rebound.example:${port}/`))).toBe('refused')
    expect(await kindOf(guarded.fetch('nonsense'))).toBe('refused')
    expect(asked).toBe(0)
  })

  it('connects to the address it resolved, once for each connection', async () => {
    const sockets = new Set<unknown>()
    const base = await serve((request, response) => {
      sockets.add(request.socket)
      response.end(request.headers.host)
    })
    const { port } = new URL(base)
    let resolved = 0
    const http = client({
      resolve: async () => {
        resolved++
        return [{ address: '127.0.0.1', family: 4 }]
      },
    })
    for (let i = 0; i < 3; i++) {
      const response = await http.fetch(`http://shop.example:${port}/`)
      expect(await response.text()).toBe(`shop.example:${port}`)
    }
    expect(resolved).toBe(sockets.size)
  })
})

describe('requests', () => {
  it('sends method, headers and body in every form that fetch takes', async () => {
    const base = await serve(async (request, response) => {
      const body = await readAll(request)
      const {
        'content-type': type,
        'content-length': length,
        'user-agent': agent,
      } = request.headers
      response.end(JSON.stringify({ method: request.method, type, length, agent, body: `${body}` }))
    })
    const http = client()
    const ask = async (...call: Parameters<typeof http.fetch>) => (await http.fetch(...call)).json()
    expect(await ask(new URL(base))).toMatchObject({
      method: 'GET',
      agent: 'Parley/test',
      body: '',
    })
    expect(await ask(base, { method: 'POST', body: 'çay' })).toMatchObject({
      type: 'text/plain;charset=UTF-8',
      length: '4',
      body: 'çay',
    })
    expect(
      await ask(base, { method: 'POST', body: new URLSearchParams({ a: '1 2' }) }),
    ).toMatchObject({
      type: 'application/x-www-form-urlencoded;charset=UTF-8',
      body: 'a=1+2',
    })
    const form = new FormData()
    form.set('file', new Blob(['bytes'], { type: 'image/png' }), 'a.png')
    const sent = await ask(base, { method: 'POST', body: form })
    expect(sent).toMatchObject({ type: expect.stringContaining('multipart/form-data; boundary=') })
    expect(sent).toMatchObject({ body: expect.stringContaining('filename="a.png"') })
    const request = new Request(base, {
      method: 'PUT',
      body: 'x',
      headers: { 'user-agent': 'own' },
    })
    expect(await ask(request)).toMatchObject({
      method: 'PUT',
      agent: 'own',
      length: '1',
      body: 'x',
    })
    const stream = new Blob(['streamed']).stream()
    expect(await ask(base, { method: 'POST', body: stream, duplex: 'half' })).toMatchObject({
      body: 'streamed',
    })
  })

  it('serves as the fetch of an AtpAgent', async () => {
    const base = await serve((request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ did: `did:example:${request.url?.split('=')[1]}` }))
    })
    const agent = new AtpAgent({ service: base, fetch: client().fetch })
    const { data } = await agent.resolveHandle({ handle: 'a.example' })
    expect(data.did).toBe('did:example:a.example')
  })

  it('gives status, headers and address, and bodies of empty answers as null', async () => {
    const base = await serve((request, response) => {
      response
        .writeHead(request.url === '/none' ? 204 : 418, { 'set-cookie': ['a=1', 'b=2'] })
        .end()
    })
    const response = await client().fetch(`${base}/x#fragment`)
    expect([response.status, response.ok, response.url]).toEqual([418, false, `${base}/x`])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect((await client().fetch(`${base}/none`)).body).toBe(null)
    expect((await client().fetch(base, { method: 'HEAD' })).body).toBe(null)
  })
})

describe('redirects', () => {
  it('follows three, then refuses', async () => {
    const base = await serve((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` })
      response.end('arrived')
    })
    const response = await client().fetch(`${base}/3`)
    expect([await response.text(), response.url, response.redirected]).toEqual([
      'arrived',
      `${base}/0`,
      true,
    ])
    expect(await kindOf(client().fetch(`${base}/4`))).toBe('refused')
    expect((await client().fetch(`${base}/1`, { redirect: 'manual' })).status).toBe(302)
    expect(await kindOf(client().fetch(`${base}/1`, { redirect: 'error' }))).toBe('refused')
  })

  it('does not follow for a method that changes things', async () => {
    const seen: unknown[] = []
    const base = await serve((request, response) => {
      seen.push(request.method)
      response.writeHead(307, { location: '/other' }).end()
    })
    const response = await client().fetch(base, { method: 'POST', body: 'x' })
    expect([response.status, seen]).toEqual([307, ['POST']])
  })

  it('keeps credentials on the same origin and drops them for another', async () => {
    const seen: unknown[] = []
    const echo = (request: IncomingMessage) => {
      const { authorization, cookie, 'x-api-key': key, accept } = request.headers
      seen.push({ authorization, cookie, key, accept })
    }
    const other = await serve((request, response) => response.end(echo(request)))
    const base = await serve((request, response) => {
      echo(request)
      const location = request.url === '/' ? '/again' : other
      response.writeHead(302, { location }).end()
    })
    const secrets = { authorization: 'Bearer t', cookie: 's=1', 'x-api-key': 'k' }
    await client().fetch(base, { headers: { ...secrets, accept: 'text/html' } })
    const all = { authorization: 'Bearer t', cookie: 's=1', key: 'k', accept: 'text/html' }
    expect(seen).toEqual([all, all, { accept: 'text/html' }])
  })

  it('checks every hop', async () => {
    let reached = 0
    const inside = await serve((_, response) => response.end(String(++reached)))
    const base = await serve((_, response) => response.writeHead(302, { location: inside }).end())
    const http = client({ allowPrivate: (url) => url.origin === base })
    expect(await kindOf(http.fetch(base))).toBe('refused')
    expect(reached).toBe(0)
  })
})

describe('limits', () => {
  it('refuses a body over maxBytes, announced or not', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/announced') response.setHeader('content-length', 5000)
      response.write('x'.repeat(2500))
      setTimeout(() => response.end('x'.repeat(2500)), 10)
    })
    for (const path of ['/announced', '/chunked']) {
      const fetched = client().fetch(base + path, { maxBytes: 4999 })
      expect(await kindOf(fetched.then((response) => response.text()))).toBe('too-large')
    }
    expect(await (await client().fetch(base, { maxBytes: 5000 })).text()).toHaveLength(5000)
  })

  it('takes empty answers that name a coding', async () => {
    const base = await serve((request, response) => {
      const status = request.url === '/304' ? 304 : 200
      response.writeHead(status, { 'content-encoding': 'gzip' }).end()
    })
    for (const [path, method] of [
      ['/304', 'GET'],
      ['/', 'GET'],
      ['/', 'HEAD'],
    ] as const) {
      expect(await (await client().fetch(base + path, { method })).text()).toBe('')
    }
  })

  it('ends the connection of an answer that it refuses to read', async () => {
    const heads = ['302 Found\r\nlocation: /x', '200 OK\r\ncontent-encoding: odd', '999 Odd']
    for (const head of heads) {
      const closed = Promise.withResolvers<void>()
      const base = await serveTcp((socket) => {
        socket.on('close', () => closed.resolve())
        socket.once('data', () =>
          socket.write(`HTTP/1.1 ${head}\r\ncontent-length: 900\r\n\r\nhalf`),
        )
      })
      expect(['refused', 'no-answer']).toContain(
        await kindOf(client().fetch(base, { redirect: 'error' })),
      )
      await closed.promise
    }
  })

  it('stops a decompression bomb at maxBytes and reads honest compression', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/bomb') {
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(20_000_000)))
      } else {
        response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('hello'))
      }
    })
    expect(await (await client().fetch(base)).text()).toBe('hello')
    const bomb = await client().fetch(`${base}/bomb`, { maxBytes: 1_000_000 })
    expect(await kindOf(bomb.arrayBuffer())).toBe('too-large')
  })

  it('refuses layered and broken compression as no answer', async () => {
    const base = await serve((request, response) => {
      const layered = request.url === '/layers'
      response.writeHead(200, { 'content-encoding': layered ? 'gzip, gzip' : 'gzip' })
      response.end(layered ? gzipSync('hello') : 'not gzip at all')
    })
    expect(await kindOf(client().fetch(`${base}/layers`))).toBe('no-answer')
    const broken = await client().fetch(base)
    expect(await kindOf(broken.text())).toBe('no-answer')
  })

  it('ends the exchange at timeoutMs, before and inside the body', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/body') response.write('start')
    })
    expect(await kindOf(client().fetch(base, { timeoutMs: 60 }))).toBe('no-answer')
    const response = await client().fetch(`${base}/body`, { timeoutMs: 60 })
    expect(await kindOf(response.text())).toBe('no-answer')
  })

  it('honours an abort before, during and after the head', async () => {
    const base = await serve((request, response) => {
      if (request.url === '/body') response.write('start')
    })
    expect(await kindOf(client().fetch(base, { signal: AbortSignal.abort() }))).toBe('not-sent')
    expect(await kindOf(client().fetch(base, { signal: AbortSignal.timeout(50) }))).toBe(
      'no-answer',
    )
    const controller = new AbortController()
    const response = await client().fetch(`${base}/body`, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('the page was left')), 20)
    const error = await failure(response.text())
    expect([error.kind, error.message]).toEqual([
      'no-answer',
      `${new URL(base).host}: the page was left`,
    ])
  })

  it('streams without limits when timeoutMs is null, until the reader cancels', async () => {
    const closed = Promise.withResolvers<void>()
    const base = await serve((request, response) => {
      request.socket.on('close', () => closed.resolve())
      response.write('data: 1\n\n')
      setTimeout(() => response.write('data: 2\n\n'), 150)
    })
    const response = await client().fetch(base, { timeoutMs: null, maxBytes: 1 })
    const reader = response.body?.getReader()
    const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString()
    expect([await read(), await read()]).toEqual(['data: 1\n\n', 'data: 2\n\n'])
    await reader?.cancel()
    await closed.promise
  })
})
