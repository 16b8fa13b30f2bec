import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type PracticeOptions, startPracticeNetwork } from './server.ts'

/** A practice network of its own for one test file, with short ways to talk to it over HTTP. */
export async function startTestNetwork(options: Partial<PracticeOptions> = {}) {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'practice-'))
  const practice = await startPracticeNetwork({ port: 0, welcome: false, ...options, dataDir })
  const { url, token } = practice

  async function send(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    const form = body instanceof FormData
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(path.startsWith('/api/') ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parseJson(text) }
  }

  return {
    ...practice,
    dataDir,
    send,
    get: (path: string, headers = {}) => send('GET', path, undefined, headers),
    /** posts as the shop */
    say: (body: Record<string, unknown>, headers = {}) =>
      send('POST', '/api/v1/statuses', body, headers),
    /** posts as a customer; answers the id */
    async customer(text: string, more: Record<string, unknown> = {}): Promise<string> {
      const answer = await send('POST', '/practice/posts', { as: 'mara', text, ...more })
      return Id.parse(answer.json).id
    },
    fault: (body: Record<string, unknown>) => send('POST', '/practice/faults', body),
    calm: () => send('DELETE', '/practice/faults'),
    async truth(account = 'shop') {
      const answer = await send('GET', `/practice/statuses?account=${account}`)
      return z.object({ items: z.array(Truth) }).parse(answer.json).items
    },
    async stop() {
      await practice.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Opens a stream of server-sent events, and reads it until `enough` says so. */
export async function readStream(
  net: { url: string; token: string },
  path: string,
  enough: (text: string) => boolean,
): Promise<{ text: Promise<string> }> {
  const stop = new AbortController()
  const headers = { authorization: `Bearer ${net.token}` }
  const { body, status } = await fetch(`${net.url}${path}`, { headers, signal: stop.signal })
  if (status !== 200 || !body) throw new Error(`the stream answered ${status}`)
  const read = async () => {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true })
      if (enough(text)) break
    }
    stop.abort()
    return text
  }
  return { text: read() }
}

/** Waits until `look` answers something true; fails after `ms`. */
export async function until<T>(
  look: () => Promise<T>,
  ms = 60_000,
): Promise<Exclude<T, false | null | undefined>> {
  const end = Date.now() + ms
  for (;;) {
    const seen = await look()
    if (isThere(seen)) return seen
    if (Date.now() > end) throw new Error(`nothing came within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

function isThere<T>(value: T): value is Exclude<T, false | null | undefined> {
  return Boolean(value)
}

export const Id = z.object({ id: z.string() })
export const Ids = z.array(Id).transform((items) => items.map((item) => item.id))
export const Truth = z.object({
  id: z.string(),
  account: z.string(),
  text: z.string(),
  visibility: z.string(),
  in_reply_to_id: z.string().nullable(),
  thread_id: z.string(),
  idempotency_key: z.string().nullable(),
  deleted: z.boolean(),
  edits: z.number(),
  media: z.array(z.object({ id: z.string(), description: z.string().nullable() })),
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Several tests are about answers that are no JSON.
    return undefined
  }
}

type Answer = { status: number; headers: Headers; text: string; json: unknown }
