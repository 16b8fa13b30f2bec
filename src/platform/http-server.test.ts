import { connect } from 'node:net'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { Problem } from '../../contract/http.ts'
import { createTestLog, type TestLog } from '../../test/log.ts'
import { AppError } from './errors.ts'
import { registerProbes } from './http-probes.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts'

const publicUrl = 'http://127.0.0.1:4400'
const host = { host: '127.0.0.1:4400' }
let log: TestLog
let server: HttpServer
let port: number

beforeAll(async () => {
  log = createTestLog()
  server = await serve({})
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const address = server.app.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  port = address.port
})
afterAll(() => server.app.close())
beforeEach(() => {
  log = log ?? createTestLog()
})

async function serve(options: Partial<HttpServerOptions>): Promise<HttpServer> {
  const made = await createHttpServer({
    log: log.log,
    publicUrl,
    guard: async (_request, access) => {
      if (access !== 'open') throw new AppError('not-signed-in', 'Sign in first.')
      return 'somebody'
    },
    webRoot: '/nonexistent-web-root',
    ...options,
  })
  const { app } = made
  registerProbes(app, { ready: async () => undefined, metrics: async () => 'up 1\n' })
  const Thing = z.object({ name: z.string().min(3), size: z.object({ wide: z.int() }) })
  const config = { access: 'open' as const }
  app.post(
    '/api/v1/things',
    { config, schema: { body: Thing, response: { 200: Thing } } },
    (request) => request.body,
  )
  app.get('/api/v1/things/:id', { config, schema: { params: z.object({ id: z.uuid() }) } }, () => ({
    ok: true,
  }))
  app.get('/api/v1/broken', { config, schema: {} }, () => {
    throw new Error('the password is hunter2')
  })
  app.get('/api/v1/late', { config, schema: {} }, () => {
    throw new AppError('unavailable', 'Come back later.')
  })
  app.get('/api/v1/walled', { config: { access: 'reply' }, schema: {} }, () => ({ ok: true }))
  app.get('/api/v1/stream', { config, schema: {} }, (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write(': hello\n\n')
    made.keepOpen(reply.raw)
  })
  app.post(
    '/api/v1/files',
    { config, schema: { consumes: ['multipart/form-data'] } },
    async (request) => {
      const part = await request.file({ limits: { fileSize: 1000 } })
      return { bytes: (await part?.toBuffer())?.length }
    },
  )
  return made
}

type Sent = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  headers?: Record<string, string>
  payload?: string
}
async function send(url: string, { method = 'GET', headers = {}, payload }: Sent = {}) {
  const answer = await server.app.inject({
    method,
    url,
    headers: { ...host, ...headers },
    ...(payload !== undefined && { payload }),
  })
  return { status: answer.statusCode, headers: answer.headers, text: answer.body }
}
const json = { 'content-type': 'application/json' }

async function problem(answer: ReturnType<typeof send>) {
  const { headers, text, status } = await answer
  expect(headers['content-type']).toMatch(/^application\/problem\+json/)
  const parsed = Problem.parse(JSON.parse(text))
  expect(parsed.status).toBe(status)
  return parsed
}

it('refuses to register a route that does not say who may call it', async () => {
  const made = await serve({})
  expect(() => made.app.get('/api/v1/forgotten', { schema: {} }, () => null)).toThrow(
    'GET /api/v1/forgotten does not say who may call it',
  )
  expect(() =>
    made.app.get('/api/v1/shapeless', { config: { access: 'open' } }, () => null),
  ).toThrow('GET /api/v1/shapeless has no schema')
  await made.app.close()
})

it('describes every route in a valid OpenAPI 3.1 document', async () => {
  const { text } = await send('/api/openapi.json')
  const document = z
    .object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(JSON.parse(text))
  expect(document.openapi).toMatch(/^3\.1\./)
  const verdict = await new Validator().validate(JSON.parse(text))
  expect(verdict).toMatchObject({ valid: true })
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const registered = server.routes.map(
    ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
  )
  expect(described.sort()).toEqual(registered.sort())
  expect(described).toEqual(
    expect.arrayContaining([
      'GET /healthz',
      'GET /readyz',
      'GET /metrics',
      'GET /api/openapi.json',
    ]),
  )
})

it('names the fields of a body that are wrong', async () => {
  const answer = await problem(
    send('/api/v1/things', {
      method: 'POST',
      headers: json,
      payload: '{"name":"ab","size":{"wide":"x"}}',
    }),
  )
  expect(answer).toMatchObject({ status: 400, code: 'bad-input' })
  expect(answer.errors?.map(({ field }) => field)).toEqual(['name', 'size.wide'])
})

it.each([
  ['JSON that is cut short', { method: 'POST', headers: json, payload: '{"name":' }, 400],
  ['an empty body', { method: 'POST', headers: json, payload: '' }, 400],
  ['no body at all', { method: 'POST' }, 400],
  [
    'another content type',
    { method: 'POST', headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
    415,
  ],
  [
    'a body over the limit',
    { method: 'POST', headers: json, payload: `{"name":"${'x'.repeat(300_000)}"}` },
    413,
  ],
  ['prototype poisoning', { method: 'POST', headers: json, payload: '{"__proto__":{"a":1}}' }, 400],
  ['a method the path does not answer', { method: 'DELETE' }, 405],
] satisfies [string, Sent, number][])('answers %s with a problem', async (_what, sent, status) => {
  const answer = await problem(send('/api/v1/things', sent))
  expect(answer.status).toBe(status)
})

it.each([
  ['/api/v1/nothing', 404],
  ['/api', 404],
  ['/api/v1/things/not-a-uuid', 400],
  ['/api/v1/things/%zz', 400],
  [`/api/v1/things/${'9'.repeat(2000)}`, 414],
  ['/missing.js', 404],
])('answers GET %.40s with %i', async (url, status) => {
  expect((await problem(send(url))).status).toBe(status)
})

it('tells which methods a path answers', async () => {
  const { headers } = await send('/api/v1/things', { method: 'PUT' })
  expect(headers.allow).toBe('POST')
})

it('answers an unexpected error without its words, and logs it with the request id', async () => {
  const answer = await problem(send('/api/v1/broken'))
  expect(answer).toMatchObject({ status: 500, code: 'internal' })
  expect(JSON.stringify(answer)).not.toContain('hunter2')
  const id = /request (\S+) in/.exec(answer.detail)?.[1]
  expect(log.errors().some((line) => line.includes(`${id}`) && line.includes('hunter2'))).toBe(true)
})

it('says an expected 503 in its own words', async () => {
  expect(await problem(send('/api/v1/late'))).toMatchObject({
    code: 'unavailable',
    detail: 'Come back later.',
  })
})

it('asks the guard before it reads the body or checks the input', async () => {
  expect(await problem(send('/api/v1/walled'))).toMatchObject({ status: 401 })
})

const boundary = 'content-type: multipart/form-data; boundary=b'.slice(14)
const part = (content: string) =>
  `--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: image/png\r\n\r\n${content}\r\n--b--\r\n`
it.each([
  ['a file over the limit', part('x'.repeat(2000)), 413],
  ['a form that ends in the middle', part('x').slice(0, 60), 400],
])('answers %s with a problem, never a cut file', async (_what, payload, status) => {
  const sent = { method: 'POST', headers: { 'content-type': boundary }, payload } as const
  expect((await problem(send('/api/v1/files', sent))).status).toBe(status)
})

it.each([
  ['another site by Origin', { cookie: 'a=b', origin: 'https://evil.example' }],
  ['another port of this machine', { cookie: 'a=b', origin: 'http://127.0.0.1:9999' }],
  ['another site by Sec-Fetch-Site', { cookie: 'a=b', 'sec-fetch-site': 'cross-site' }],
  ['a sibling site', { cookie: 'a=b', 'sec-fetch-site': 'same-site' }],
  ['a page without an origin', { cookie: 'a=b', origin: 'null' }],
  ['a cookie from nowhere', { cookie: 'a=b' }],
  ['another site without a cookie (signing in)', { origin: 'https://evil.example' }],
])('refuses a change sent by %s', async (_what, headers) => {
  const payload = '{"name":"abc","size":{"wide":1}}'
  const answer = send('/api/v1/things', {
    method: 'POST',
    headers: { ...json, ...headers },
    payload,
  })
  expect(await problem(answer)).toMatchObject({ status: 403 })
})

it.each([
  ['our own page', { cookie: 'a=b', origin: publicUrl, 'sec-fetch-site': 'same-origin' }],
  [
    'our page under its other local name',
    { cookie: 'a=b', origin: 'http://localhost:4400', host: 'localhost:4400' },
  ],
  [
    'a script with an API key',
    { authorization: 'Bearer parley_x', origin: 'https://evil.example' },
  ],
  ['a script without anything', {}],
])('takes a change sent by %s', async (_what, headers) => {
  const payload = '{"name":"abc","size":{"wide":1}}'
  const answer = await send('/api/v1/things', {
    method: 'POST',
    headers: { ...json, ...headers },
    payload,
  })
  expect(answer.status).toBe(200)
})

it.each(['evil.example', 'evil.example:4400', '127.0.0.1.evil.example', 'a@evil.example'])(
  'refuses the host name %j, which is not ours',
  async (name) => {
    expect(await problem(send('/api/v1/things', { headers: { host: name } }))).toMatchObject({
      status: 403,
    })
  },
)

it('answers probes under any name', async () => {
  expect((await send('/healthz', { headers: { host: '10.0.0.7:4400' } })).status).toBe(200)
  expect(await send('/metrics')).toMatchObject({ status: 200, text: 'up 1\n' })
  expect(JSON.parse((await send('/readyz')).text)).toEqual({ ready: true })
})

it('lets pages run only our own scripts and be framed by nobody', async () => {
  const { headers } = await send('/', { headers: { accept: 'text/html' } })
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("default-src 'none'")
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['strict-transport-security']).toBeUndefined()
})

it('says so plainly while the web app is not built', async () => {
  expect(await send('/')).toMatchObject({
    status: 503,
    text: expect.stringContaining('not built yet'),
  })
})

it('counts the requests of one caller and says when to come back', async () => {
  const limited = await serve({
    limits: { perCaller: 2, perAddress: 100 },
    guard: async () => 'member:1',
  })
  const get = () => limited.app.inject({ url: '/api/v1/things/x', headers: host })
  await get()
  await get()
  const answer = await get()
  expect(answer.statusCode).toBe(429)
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  await limited.app.close()
})

it('counts the requests of one address, whoever it says it is', async () => {
  let name = 0
  const limited = await serve({
    limits: { perCaller: 100, perAddress: 2 },
    guard: async () => `member:${name++}`,
  })
  const get = () => limited.app.inject({ url: '/api/v1/things/x', headers: host })
  await get()
  await get()
  expect((await get()).statusCode).toBe(429)
  await limited.app.close()
})

it('ends open streams when it closes', async () => {
  const made = await serve({})
  const address = await made.app.listen({ port: 0, host: '127.0.0.1' })
  const response = await fetch(`${address}/api/v1/stream`)
  const text = response.text()
  await made.app.close()
  expect(await text).toBe(': hello\n\n')
})

function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
  })
}

const body = '{"name":"abc","size":{"wide":1}}'
it.each([
  [
    'both lengths',
    `POST /api/v1/things HTTP/1.1\r\nHost: 127.0.0.1:4400\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n`,
    400,
  ],
  [
    'two lengths',
    `POST /api/v1/things HTTP/1.1\r\nHost: 127.0.0.1:4400\r\nContent-Length: 5\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    400,
  ],
  [
    'a space before the colon',
    'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:4400\r\nTransfer-Encoding : chunked\r\n\r\n',
    400,
  ],
  ['a bare line feed', 'GET /healthz HTTP/1.1\nHost: 127.0.0.1:4400\nX: a\rb\n\n', 400],
  ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
  [
    'headers without end',
    `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:4400\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
    431,
  ],
  ['what is no HTTP', 'HELO mail.example\r\n\r\n', 400],
])('closes a connection with %s', async (_what, text, status) => {
  const answer = await raw(text)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer).not.toContain('/admin')
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
})
