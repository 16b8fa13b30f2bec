import { spawn } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { type BlueskyNetwork, startBlueskyNetwork } from './client.ts'
import type { Account } from './protocol.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    database: { admin: string; template: string }
  }
}

const databaseUrl = process.env.DATABASE_URL ?? inject('database').admin

const CREATE = 'com.atproto.repo.createRecord'
let network: BlueskyNetwork
let shop: Account
let ana: Account
let token: string

beforeAll(async () => {
  network = await startBlueskyNetwork({ databaseUrl })
  shop = await network.createAccount({ handle: 'brutaria', displayName: 'Brutăria' })
  ana = await network.createAccount({ handle: 'ana' })
  const password = await network.createAppPassword(shop.did, 'parley')
  const session = await xrpc('com.atproto.server.createSession', {
    identifier: shop.handle,
    password,
  })
  token = String(session.body.accessJwt)
})
afterEach(() => network.setFault({ mode: 'pass' }))
afterAll(() => network.stop())

async function xrpc(method: string, input?: unknown, patienceMs = 60_000) {
  const response = await fetch(`${network.pds}/xrpc/${method}`, {
    signal: AbortSignal.timeout(patienceMs),
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(input ? { method: 'POST', body: JSON.stringify(input) } : {}),
  })
  const body: Record<string, unknown> = JSON.parse(await response.text())
  return { status: response.status, headers: response.headers, body }
}

function reply(text: string, rkey?: string, patienceMs?: number) {
  const record = { $type: 'app.bsky.feed.post', text, createdAt: new Date().toISOString() }
  const input = { repo: shop.did, collection: 'app.bsky.feed.post', record, rkey }
  return xrpc(CREATE, input, patienceMs)
}

async function countOf(text: string): Promise<number> {
  return (await network.posts(shop.did)).filter(({ value }) => value.text === text).length
}

describe('what people do', () => {
  it('reaches the mentioned account through the AppView', async () => {
    const { uri } = await network.post({ did: ana.did, text: 'Hello @brutaria.test, any bread?' })
    await network.processAll()
    const { body } = await xrpc('app.bsky.notification.listNotifications')
    expect(body.notifications).toMatchObject([{ uri, reason: 'mention' }])
  })

  it('threads a reply to a reply under the first post', async () => {
    const first = await network.post({ did: ana.did, text: 'first' })
    const second = await network.post({ did: ana.did, text: 'second', replyTo: first.uri })
    const third = await network.post({ did: ana.did, text: 'third', replyTo: second.uri })
    const stored = (await network.posts(ana.did)).find(({ uri }) => uri === third.uri)
    expect(stored?.value.reply).toEqual({ root: first, parent: second })
  })

  it('keeps a quote together with a picture', async () => {
    const base64 =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const quoted = await network.post({ did: ana.did, text: 'quoted' })
    const images = [{ base64, mimeType: 'image/png', alt: 'one pixel' }]
    const { uri } = await network.post({ did: ana.did, text: 'look', quote: quoted.uri, images })
    const stored = (await network.posts(ana.did)).find((post) => post.uri === uri)
    expect(stored?.value.embed).toMatchObject({
      $type: 'app.bsky.embed.recordWithMedia',
      record: { record: quoted },
      media: { images: [{ alt: 'one pixel', image: { mimeType: 'image/png' } }] },
    })
  })

  it('changes an edited post in place and removes a deleted one', async () => {
    const { uri } = await network.post({ did: ana.did, text: 'befor' })
    await network.editPost(uri, 'before')
    const texts = async () => (await network.posts(ana.did)).map(({ value }) => value.text)
    expect(await texts()).toContain('before')
    expect(await texts()).not.toContain('befor')
    await network.deletePost(uri)
    expect(await texts()).not.toContain('before')
  })

  it('names the proxy as the home of an account', async () => {
    const document = await (await fetch(`${network.plc}/${shop.did}`)).text()
    expect(document).toContain(network.pds)
  })
})

describe('faults', () => {
  it.each([
    ['cut-before-accept', 0],
    ['cut-after-accept', 1],
    ['cut-mid-answer', 1],
  ] as const)('%s fails the call and leaves %i posts', async (mode, count) => {
    await network.setFault({ mode, match: CREATE, times: 1 })
    await expect(reply(mode)).rejects.toThrow()
    expect(await countOf(mode)).toBe(count)
    expect(await reply(`${mode} again`)).toMatchObject({ status: 200 })
  })

  it('takes a duplicated request twice', async () => {
    await network.setFault({ mode: 'duplicate', match: CREATE, times: 1 })
    expect(await reply('twice')).toMatchObject({ status: 200 })
    expect(await countOf('twice')).toBe(2)
  })

  it('has done what a slow answer is about before it answers', async () => {
    await network.setFault({ mode: 'slow', match: CREATE, times: 1, delayMs: 15_000 })
    const slow = reply('slow')
    await expect.poll(() => countOf('slow'), { timeout: 14_900 }).toBe(1)
    expect(await slow).toMatchObject({ status: 200 })
  })

  it('calls a token expired in the words of a PDS', async () => {
    await network.setFault({ mode: 'expired-token', times: 1 })
    const expired = { status: 400, body: { error: 'ExpiredToken' } }
    expect(await xrpc('com.atproto.server.getSession')).toMatchObject(expired)
    expect(await xrpc('com.atproto.server.getSession')).toMatchObject({ status: 200 })
  })

  it('hits only the calls it names', async () => {
    await network.setFault({ mode: 'answer', match: CREATE, status: 503, error: 'NotNow' })
    expect(await xrpc('com.atproto.server.getSession')).toMatchObject({ status: 200 })
    expect(await reply('no')).toMatchObject({ status: 503, body: { error: 'NotNow' } })
    expect(await countOf('no')).toBe(0)
  })

  it('closes the port while it refuses, and opens the same one', async () => {
    await network.setFault({ mode: 'refuse' })
    await expect(reply('closed')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await network.setFault({ mode: 'pass' })
    expect(await reply('open')).toMatchObject({ status: 200 })
  })

  it('says when a rate limit ends', async () => {
    await network.setFault({ mode: 'rate-limit', resetSeconds: 30, times: 1 })
    const { status, headers, body } = await reply('limited')
    expect([status, body.error]).toEqual([429, 'RateLimitExceeded'])
    expect(Number(headers.get('ratelimit-reset')) - Date.now() / 1000).toBeGreaterThan(25)
  })

  it('delivers a late request although its sender has given up', async () => {
    await network.setFault({ mode: 'late', match: CREATE, times: 1, delayMs: 20_000 })
    await expect(reply('late', undefined, 5000)).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(await countOf('late')).toBe(0)
    await expect.poll(() => countOf('late'), { timeout: 60_000 }).toBe(1)
  }, 120_000)

  it('loses the answer of a gateway, after which the same record key finds the post', async () => {
    const rkey = '3n2usdkqivs2y'
    await network.setFault({ mode: 'answer-after-accept', match: CREATE, times: 1 })
    expect(await reply('kept', rkey)).toMatchObject({ status: 502 })
    expect((await network.posts(shop.did)).find(({ uri }) => uri.endsWith(rkey))).toBeDefined()
    const seen = await network.requests(CREATE)
    expect(seen.at(-1)).toMatchObject({ fault: 'answer-after-accept', status: 200 })
  })

  it('refuses the token of a revoked app password', async () => {
    const password = await network.createAppPassword(ana.did, 'short')
    const login = { identifier: ana.handle, password }
    expect(await xrpc('com.atproto.server.createSession', login)).toMatchObject({ status: 200 })
    await network.revokeAppPassword(ana.did, 'short')
    expect(await xrpc('com.atproto.server.createSession', login)).toMatchObject({ status: 401 })
  })
})

describe('the process', () => {
  it('ends by itself when its parent is killed', async () => {
    const client = new URL('client.ts', import.meta.url).href
    const script = `const { startBlueskyNetwork } = await import(${JSON.stringify(client)})
      const { pid } = await startBlueskyNetwork({ databaseUrl: ${JSON.stringify(databaseUrl)} })
      process.stdout.write(pid + '\\n')`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (line: Buffer) => resolve(Number(line.toString()))),
    )
    process.kill(pid, 0)
    parent.kill('SIGKILL')
    await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false)
  }, 120_000)

  it('says what is wrong when it cannot start', async () => {
    const nowhere = 'postgres://nobody@127.0.0.1:1/none'
    await expect(startBlueskyNetwork({ databaseUrl: nowhere })).rejects.toThrow('ECONNREFUSED')
  }, 120_000)
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
