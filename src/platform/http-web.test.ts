import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestLog } from '../../test/log.ts'
import { createHttpServer, type HttpServer } from './http-server.ts'

let folder: string
let server: HttpServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-web-'))
  const root = join(folder, 'dist')
  await mkdir(join(root, 'assets'), { recursive: true })
  await writeFile(join(root, 'index.html'), '<title>Parley</title>')
  await writeFile(join(root, 'assets/app-1a2b3c.js'), 'export {}')
  await writeFile(join(root, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(folder, 'secret.key'), 'the secret')
  server = await createHttpServer({
    log: createTestLog().log,
    publicUrl: 'https://desk.example',
    guard: async () => null,
    webRoot: root,
  })
})
afterAll(async () => {
  await server.app.close()
  await rm(folder, { recursive: true })
})

async function get(url: string, accept = '*/*', method: 'GET' | 'HEAD' | 'POST' = 'GET') {
  const headers = { host: 'desk.example', accept }
  const answer = await server.app.inject({ method, url, headers })
  return { status: answer.statusCode, headers: answer.headers, body: answer.body }
}

it('lets browsers keep assets for good and the page not at all', async () => {
  const asset = await get('/assets/app-1a2b3c.js')
  expect(asset).toMatchObject({ status: 200, body: 'export {}' })
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(asset.headers['content-type']).toMatch(/javascript/)
  const page = await get('/')
  expect(page.body).toBe('<title>Parley</title>')
  expect(page.headers['cache-control']).toBe('no-store')
  expect((await get('/favicon.svg')).headers['cache-control']).toBe('no-cache')
})

it('answers the page for every address of the web app, to browsers only', async () => {
  expect(await get('/inbox/0190?view=mine', 'text/html')).toMatchObject({
    status: 200,
    body: '<title>Parley</title>',
  })
  expect((await get('/inbox', 'application/json')).status).toBe(404)
  expect((await get('/assets/gone-1.js')).status).toBe(404)
  expect((await get('/api/v1/gone', 'text/html')).status).toBe(404)
  expect((await get('/inbox', 'text/html', 'POST')).status).toBe(404)
  expect((await get('/', 'text/html', 'HEAD')).status).toBe(200)
})

it.each([
  '/../secret.key',
  '/assets/../../secret.key',
  '/%2e%2e/secret.key',
  '/assets/%2e%2e%2f%2e%2e%2fsecret.key',
  '/..%5csecret.key',
  '//secret.key',
  '/secret.key%00.js',
])('gives away no file outside the web app for %s', async (url) => {
  const answer = await get(url)
  expect(answer.body).not.toContain('the secret')
  expect(answer.status).toBeGreaterThanOrEqual(400)
})

it('asks browsers to stay on https when it is reached by https', async () => {
  const { headers } = await get('/')
  expect(headers['strict-transport-security']).toContain('max-age=31536000')
  expect(headers['content-security-policy']).toContain('upgrade-insecure-requests')
})

it('answers only under its public name and on this machine', async () => {
  const under = (host: string) => server.app.inject({ url: '/', headers: { host } })
  expect((await under('desk.example')).statusCode).toBe(200)
  expect((await under('localhost:4400')).statusCode).toBe(200)
  expect((await under('desk.example.evil.example')).statusCode).toBe(403)
})
