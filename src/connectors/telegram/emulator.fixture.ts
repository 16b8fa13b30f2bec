import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Args, methodsOf, type Outcome, type Webhook } from './emulator.methods.ts'
import { bot, createState, type State } from './emulator.state.ts'

/** Ways in which the emulator fails; the first three are refusals, the next two break the answer. */
export type EmulatorFault =
  | 'rate-limited'
  | 'expired-token'
  | 'outage'
  | 'cut'
  | 'garbage'
  | 'twice'

export type Emulator = State & {
  url: string
  token: string
  webhook: () => Webhook | null
  /** Every call that came, in order: method and arguments. */
  calls: { method: string; args: Args }[]
  /** The next `times` calls (of sending, for `cut`; of what is brought, for `twice`) fail so. */
  fail(fault: EmulatorFault, times: number): void
  heal(): void
  /** Where what is brought to an address goes on this machine. */
  reach(bring: (url: string, secret: string, body: string) => Promise<number>): void
  close(): Promise<void>
}

/** How long what was not taken waits until it is brought again, in milliseconds. */
const againMs = 50

/**
 * A server on a free port that follows the Bot API's specification for one bot. It is an emulator: what is
 * tested against it is tested against our reading of the specification, not against Telegram.
 */
export async function startEmulator(): Promise<Emulator> {
  const state = createState()
  const token = `${bot.id}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw`
  const webhook: { now: Webhook | null } = { now: null }
  const methods = methodsOf(state, webhook)
  const calls: Emulator['calls'] = []
  const faults = new Map<EmulatorFault, number>()
  const takeFault = (fault: EmulatorFault) => {
    const left = faults.get(fault) ?? 0
    faults.set(fault, left - 1)
    return left > 0
  }
  const bringing = bringUpdates(state, webhook, takeFault)
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(asError(error)))
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, area = '', ...rest] = new URL(request.url ?? '/', 'http://localhost').pathname.split(
      '/',
    )
    if (area === 'file') return answerFile(rest, response)
    const method = (rest[0] ?? '').toLowerCase()
    const args = await readArgs(request)
    if (takeFault('outage')) return end(response, 502, '<html>502 Bad Gateway</html>')
    if (takeFault('garbage')) return end(response, 200, '<html>hello</html>')
    if (takeFault('rate-limited'))
      return refuse(response, 429, 'Too Many Requests: retry after 3', { retry_after: 3 })
    if (takeFault('expired-token') || area !== `bot${token}`)
      return refuse(response, 401, 'Unauthorized')
    calls.push({ method, args })
    const outcome: Outcome = methods[method]?.(args) ?? { status: 404, description: 'Not Found' }
    if (method.startsWith('send') && takeFault('cut')) return void response.destroy()
    if ('result' in outcome)
      return end(response, 200, JSON.stringify({ ok: true, result: outcome.result }))
    refuse(response, outcome.status, outcome.description, outcome.parameters)
  }

  function answerFile([area, , name]: string[], response: ServerResponse): void {
    const bytes = state.files.get((name ?? '').replace('.png', ''))
    if (area === `bot${token}` && bytes) response.end(bytes)
    else end(response, 404, 'Not Found')
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    token,
    webhook: () => webhook.now,
    calls,
    fail: (fault: EmulatorFault, times: number) => void faults.set(fault, times),
    heal: () => faults.clear(),
    reach: bringing.reach,
    async close() {
      bringing.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** Brings updates to the webhook one after the other, each until it is taken. */
function bringUpdates(
  state: State,
  webhook: { now: Webhook | null },
  takeFault: (fault: EmulatorFault) => boolean,
) {
  let bring: ((url: string, secret: string, body: string) => Promise<number>) | null = null
  let busy = false
  let stopped = false
  async function work(): Promise<void> {
    if (busy || stopped) return
    busy = true
    for (let update = state.first(); update; update = state.first()) {
      const { now } = webhook
      if (!now || !bring || stopped) break
      const body = JSON.stringify(update)
      const status = await bring(now.url, now.secret, body).catch(() => 0)
      if (status >= 200 && status < 300) {
        // A lost answer: it was taken, and is brought once more.
        if (!takeFault('twice')) state.shift()
        continue
      }
      const words = `Wrong response from the webhook: ${status}`
      now.error = { at: Math.floor(Date.now() / 1000), words }
      break
    }
    busy = false
  }
  const timer = setInterval(() => void work(), againMs)
  state.onUpdate = () => void work()
  return {
    reach(to: NonNullable<typeof bring>) {
      bring = to
    },
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}

async function readArgs(request: IncomingMessage): Promise<Args> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  if (type.includes('json')) return JSON.parse(body.toString() || '{}')
  if (!type.includes('multipart')) return {}
  const form = await new Response(body, { headers: { 'content-type': type } }).formData()
  const args: Args = {}
  for (const [name, value] of form)
    args[name] = typeof value === 'string' ? value : new Uint8Array(await value.arrayBuffer())
  return args
}

function refuse(
  response: ServerResponse,
  status: number,
  description: string,
  parameters?: Record<string, number>,
): void {
  const body = { ok: false, error_code: status, description, ...(parameters && { parameters }) }
  end(response, status, JSON.stringify(body))
}

function end(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
