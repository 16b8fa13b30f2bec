import { connect, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { z } from 'zod'

/** `open`: connections to make, as browsers of this workspace. `expect`: the news that each will get next. */
export const Order = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    port: z.int(),
    workspace: z.string(),
    connections: z.int().positive(),
  }),
  z.object({ kind: z.literal('expect'), id: z.string() }),
  z.object({ kind: z.literal('close') }),
])
export type Order = z.infer<typeof Order>

/** `done`: as ordered. `stray`: messages that came though none was expected, so far. */
export const Told = z.object({ kind: z.literal('done'), stray: z.int() })

type Browser = { socket: Socket; text: string }

const newsEnd = '"}\n\n'
/** Length of one piece of news as it stands on the wire, and not of two. */
const longest = 150
const port = parentPort
const browsers: Browser[] = []
let wanted = ''
let missing = 0
let stray = 0
let settle = () => undefined as unknown

// Bare sockets: what a client costs is taken from the server's share of the machine, so it costs little.
port?.on('message', (message: unknown) => {
  void run(Order.parse(message)).then(
    () => port.postMessage({ kind: 'done', stray }),
    (error: unknown) => port.postMessage({ error: String(error) }),
  )
})

async function run(order: Order): Promise<void> {
  if (order.kind === 'open') {
    // By the hundred: a listening socket does not take in thousands at one moment.
    for (let left = order.connections; left > 0; left -= 100)
      await Promise.all(Array.from({ length: Math.min(100, left) }, () => openBrowser(order)))
  } else if (order.kind === 'expect') {
    missing = browsers.length
    for (const browser of browsers) browser.text = ''
    wanted = order.id
    port?.postMessage({ kind: 'done', stray })
    await new Promise<void>((resolve) => {
      settle = () => resolve()
    })
    wanted = ''
  } else {
    for (const { socket } of browsers.splice(0)) socket.destroy()
  }
}

async function openBrowser({ port, workspace }: Extract<Order, { kind: 'open' }>): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const browser = { socket, text: '' }
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the server hung up')))
    socket.write(
      `GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nx-room: ${workspace}\r\n\r\n`,
    )
    const onOpen = (data: Buffer) => {
      browser.text += data.toString('latin1')
      // The first news of a stream is "read everything again".
      if (!browser.text.includes(newsEnd)) return
      if (!browser.text.startsWith('HTTP/1.1 200')) reject(new Error(browser.text.slice(0, 200)))
      browser.text = ''
      socket.off('data', onOpen).on('data', (more: Buffer) => hear(browser, more))
      browsers.push(browser)
      resolve()
    }
    socket.on('data', onOpen)
  })
}

/** Exactly the news that was expected and nothing else, or it does not count as received. */
function hear(browser: Browser, data: Buffer): void {
  browser.text += data.toString('latin1')
  if (!browser.text.endsWith(`${newsEnd}\r\n`)) return
  if (wanted === '') stray += 1
  else if (browser.text.includes(`"id":"${wanted}"`) && browser.text.length <= longest) {
    browser.text = ''
    if (--missing === 0) settle()
  }
}
