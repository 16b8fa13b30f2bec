import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createHub, type Hub } from './hub.ts'

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp()
})

it('sends news in whole chunks to the browsers of its workspace only', async () => {
  const { hub, port } = await serve()
  const [here, there] = [randomUUID(), randomUUID()]
  const [first, second, other] = await Promise.all([
    listen(port, here, '1.1'),
    listen(port, here, '1.1'),
    listen(port, there, '1.1'),
  ])
  tell(hub, here, 'a')
  tell(hub, here, 'ăț')
  tell(hub, there, 'b')
  for (const browser of [first, second])
    expect(unchunk(await browser.until('"ăț"'))).toBe(`${hello}${news('a')}${news('ăț')}`)
  expect(unchunk(await other.until('"b"'))).toBe(`${hello}${news('b')}`)
})

it('sends plain lines to whoever does not know chunks', async () => {
  const { hub, port } = await serve()
  const workspace = randomUUID()
  const old = await listen(port, workspace, '1.0')
  tell(hub, workspace, 'a')
  expect(await old.until('"a"')).toBe(`${hello}${news('a')}`)
})

it('writes nothing to a stream that was ended', async () => {
  const { hub, port } = await serve()
  const workspace = randomUUID()
  const browser = await listen(port, workspace, '1.1')
  hub.close()
  tell(hub, workspace, 'late')
  expect(unchunk(await browser.until('0\r\n\r\n'))).toBe(hello)
})

const hello = 'retry: 2000\n\nevent: resync\ndata: {"kind":"resync","id":""}\n\n'
const news = (id: string) => `event: draft\ndata: {"kind":"draft","id":"${id}"}\n\n`

function tell(hub: Hub, workspace: string, id: string): void {
  hub.hear(JSON.stringify({ workspace, kind: 'draft', id }))
}

async function serve(): Promise<{ hub: Hub; port: number }> {
  const hub = createHub()
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    hub.join(request.url?.slice(1) ?? '', response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(() => {
    hub.close()
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { hub, port: address.port }
}

/** A browser that has had its first news. `until`: the body as it came, once it says this. */
async function listen(port: number, workspace: string, version: '1.0' | '1.1') {
  const socket = connect({ port, host: '127.0.0.1' })
  cleanUps.push(() => socket.destroy())
  let said = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  socket.write(`GET /${workspace} HTTP/${version}\r\nHost: here\r\n\r\n`)
  const until = async (words: string) => {
    while (!said.includes(words) || !/\n\r?\n$/.test(said)) await once(socket, 'data')
    return said.slice(said.indexOf('\r\n\r\n') + 4)
  }
  await until('"resync"')
  return { until }
}

/** The text that the chunks hold. Throws unless each is as long as it says. */
function unchunk(body: string): string {
  let rest = Buffer.from(body)
  let text = ''
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n')
    const length = Number.parseInt(rest.subarray(0, end).toString(), 16)
    text += rest.subarray(end + 2, end + 2 + length).toString()
    if (rest.subarray(end + 2 + length, end + 4 + length).toString() !== '\r\n')
      throw new Error(`not a chunk: ${rest.toString()}`)
    rest = rest.subarray(end + 4 + length)
  }
  return text
}
