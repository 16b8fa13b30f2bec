import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type {
  Account,
  Fault,
  NewAccount,
  NewPost,
  PostRef,
  Ready,
  SeenRequest,
  StoredPost,
} from './protocol.ts'

/** A running Bluesky network and what people, operators and bad luck can do on it. */
export type BlueskyNetwork = Omit<Ready, 'ready' | 'control'> & {
  createAccount(input: NewAccount): Promise<Account>
  /** Writes a post past the proxy, so customers can write while Parley's way is broken. */
  post(input: NewPost): Promise<PostRef>
  editPost(uri: string, text: string): Promise<PostRef>
  deletePost(uri: string): Promise<void>
  /** All posts in the repository of a DID or handle, oldest first: what truly stands there. */
  posts(actor: string): Promise<StoredPost[]>
  createAppPassword(did: string, name: string): Promise<string>
  revokeAppPassword(did: string, name: string): Promise<void>
  /** As on the server's account page; says how many programs were signed in. */
  revokeSignIns(did: string): Promise<number>
  /** Waits until the AppView has indexed everything; fails after `timeoutMs` (default 15,000). */
  processAll(timeoutMs?: number): Promise<void>
  /** Puts a fault in force at the proxy, before those already there. `pass` clears them all. */
  setFault(fault: Fault): Promise<void>
  /** What the proxy saw since the start, faults included; `match` is a part of the path. */
  requests(match?: string): Promise<SeenRequest[]>
  /** Ends the process and waits for it; safe to repeat. */
  stop(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('network.ts', import.meta.url))
const COMPILE_CACHE = fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url))
/** A fifth less memory than with the default, and not slower. */
const NODE_OPTIONS = ['--max-semi-space-size=4']
const REQUEST_TIMEOUT_MS = 60_000

/**
 * Starts the network in a process of its own, with this process's Node. Run `npm ci` in this folder
 * before. The child ends when this process ends, however it ends.
 * @param options.databaseUrl a PostgreSQL role that may create databases; the network makes its own
 * @param options.client a web server on this machine that the network is to know by a public name, with
 *   the file of its certificate
 * @param options.timeoutMs how long the start may take (default 150,000; usual are 3,000 to 6,000)
 * @throws Error with what the child printed when it ends or lingers before it is ready
 */
export async function startBlueskyNetwork(options: {
  databaseUrl: string
  client?: { name: string; certificate: string } | undefined
  timeoutMs?: number
}): Promise<BlueskyNetwork> {
  const child = spawn(process.execPath, [...NODE_OPTIONS, PROGRAM], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: options.databaseUrl,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...(options.client && {
        NAMES_ON_LOOPBACK: options.client.name,
        NODE_EXTRA_CA_CERTS: options.client.certificate,
      }),
    },
  })
  const ready = await untilReady(child, options.timeoutMs ?? 150_000)
  const call = caller(ready.control)
  const { pds, directPds, appview, plc, pid } = ready
  return {
    pds,
    directPds,
    appview,
    plc,
    pid,
    createAccount: async (input) => accountOf(await call('POST', '/accounts', input)),
    post: async (input) => postRefOf(await call('POST', '/posts', input)),
    editPost: async (uri, text) => postRefOf(await call('POST', '/edit', { uri, text })),
    deletePost: async (uri) => void (await call('POST', '/delete', { uri })),
    posts: async (actor) =>
      itemsOf(await call('GET', `/posts?actor=${encodeURIComponent(actor)}`)).map(storedPostOf),
    createAppPassword: async (did, name) =>
      text(await call('POST', '/appPassword', { did, name }), 'password'),
    revokeAppPassword: async (did, name) =>
      void (await call('POST', '/revokeAppPassword', { did, name })),
    revokeSignIns: async (did) =>
      Number(field(await call('POST', '/revokeSignIns', { did }), 'revoked')),
    processAll: async (timeoutMs) => void (await call('POST', '/process', { timeoutMs })),
    setFault: async (fault) => void (await call('POST', '/proxy', fault)),
    requests: async (match = '') =>
      itemsOf(await call('GET', '/requests'))
        .map(seenRequestOf)
        .filter(({ path }) => path.includes(match)),
    stop: () => stop(child),
  }
}

/** Resolves with the ready line; on failure the child is gone before the error is thrown. */
async function untilReady(child: ChildProcess, timeoutMs: number): Promise<Ready> {
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    complaints = (complaints + chunk).slice(-4000)
  })
  const stdout = child.stdout
  if (!stdout) throw new Error('the Bluesky network was spawned without a standard output')
  const lines = createInterface({ input: stdout })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  try {
    for await (const line of lines) {
      if (line.startsWith('{"ready":')) return readyOf(JSON.parse(line))
    }
  } finally {
    clearTimeout(timer)
    stdout.resume()
  }
  throw new Error(`the Bluesky network did not start (in ${timeoutMs} ms): ${complaints}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  child.kill('SIGTERM')
  await gone
  clearTimeout(timer)
}

function caller(control: string) {
  return async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(control + path, {
      method,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${text(answer, 'error')}`)
    return answer
  }
}

function readyOf(value: unknown): Ready {
  return {
    ready: true,
    control: text(value, 'control'),
    pds: text(value, 'pds'),
    directPds: text(value, 'directPds'),
    appview: text(value, 'appview'),
    plc: text(value, 'plc'),
    pid: Number(field(value, 'pid')),
  }
}

function accountOf(value: unknown): Account {
  return {
    did: text(value, 'did'),
    handle: text(value, 'handle'),
    email: text(value, 'email'),
    password: text(value, 'password'),
  }
}

function postRefOf(value: unknown): PostRef {
  return { uri: text(value, 'uri'), cid: text(value, 'cid') }
}

function storedPostOf(value: unknown): StoredPost {
  return { ...postRefOf(value), value: Object.fromEntries(entries(field(value, 'value'))) }
}

function seenRequestOf(value: unknown): SeenRequest {
  const status = field(value, 'status')
  return {
    at: text(value, 'at'),
    method: text(value, 'method'),
    path: text(value, 'path'),
    // @NOTE a parser: the proxy writes only these words
    fault: text(value, 'fault') as SeenRequest['fault'],
    status: typeof status === 'number' ? status : null,
  }
}

function itemsOf(value: unknown): unknown[] {
  const items = field(value, 'items')
  if (!Array.isArray(items)) throw new TypeError('the Bluesky network answered without items')
  return items
}

function text(value: unknown, key: string): string {
  const found = field(value, key)
  if (typeof found !== 'string') throw new TypeError(`the Bluesky network answered without ${key}`)
  return found
}

function field(value: unknown, key: string): unknown {
  return entries(value).find(([name]) => name === key)?.[1]
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
