import { createServer, type IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Json, NetworkMessage } from '../contract.ts'
import { failureOf, type openSession as Open, openHttp, openSession } from '../suite.ts'
import { feed } from './feed.ts'

type Served = { status?: number; body?: string | Uint8Array; headers?: Record<string, string> }

let served: Served
let asked: IncomingMessage[]
let address: string
let session: Awaited<ReturnType<typeof Open<{ url: string }>>>['session']
const http = openHttp()
const server = createServer((request, response) => {
  asked.push(request)
  const { status = 200, body = '', headers = {} } = served
  const same = headers.etag !== undefined && request.headers['if-none-match'] === headers.etag
  response.writeHead(same ? 304 : status, headers).end(same ? undefined : body)
})

const begun = Date.now()
const day = (ago: number) => new Date(begun - ago * 24 * 3600_000)
const rssItem = (more: string) => `<item>${more}</item>`
const rss = (items: string, title = 'Reviews of Corner Shop') =>
  `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>${title}</title><link>https://reviews.example/shop</link><description>d</description>${items}</channel></rss>`
const review = rssItem(`<title>Cold &amp; late</title><link>/review/1</link>
  <guid isPermaLink="false">review-1</guid><pubDate>${day(1).toUTCString()}</pubDate><dc:creator>Ana Pop</dc:creator>
  <description><![CDATA[<p>The soup was <b>cold</b>.</p><script>alert(1)</script><p>Șters 🐟 &lt;3</p>]]></description>`)

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}/feed.xml?key=s3cret`
  served = { body: rss(review) }
  asked = []
  const connection = await feed.connect({ url: address }, { http, now: () => new Date() })
  session = (await openSession(feed, connection, http)).session
})
beforeEach(() => {
  asked = []
})
afterAll(async () => {
  await http.close()
  server.close()
})

async function read(
  body: string | Uint8Array,
  headers?: Record<string, string>,
): Promise<NetworkMessage[]> {
  served = { body, ...(headers && { headers }) }
  const { events } = await feed.receive(session, null)
  return events.map(({ raw }) => {
    const event = feed.translate(raw, session.account)
    if (event.kind !== 'message') throw new Error(event.kind)
    return event
  })
}

it('reads an RSS entry as a public message by its author, in a thread of its own', async () => {
  const [message] = await read(rss(review))
  expect(message).toMatchObject({
    remoteId: 'review-1',
    rootId: null,
    visibility: 'public',
    url: new URL('/review/1', address).href,
    text: 'Cold & late\n\nThe soup was cold.\n\nȘters 🐟 <3',
    author: { displayName: 'Ana Pop' },
    editedAt: null,
  })
  expect(message?.html).toContain('<p><strong>Cold &amp; late</strong></p><p>The soup')
  expect(Math.abs((message?.createdAt.getTime() ?? 0) - day(1).getTime())).toBeLessThan(2000)
})

it('reads Atom, and an update as a later version of the same message', async () => {
  const atom = (
    updated: Date,
  ) => `<feed xmlns="http://www.w3.org/2005/Atom"><title>Forum</title><id>f</id>
    <entry><id>tag:forum,1</id><title>Opening hours?</title><published>${day(2).toISOString()}</published>
    <updated>${updated.toISOString()}</updated><link rel="self" href="/api/1"/><link rel="alternate" href="https://forum.example/1"/>
    <author><name>Dan</name><uri>https://forum.example/dan</uri></author>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>On <em>Sunday</em>?</p></div></content></entry></feed>`
  const [first] = await read(atom(day(2)))
  expect(first).toMatchObject({
    remoteId: 'tag:forum,1',
    url: 'https://forum.example/1',
    version: 'original',
    text: 'Opening hours?\n\nOn Sunday?',
    author: { displayName: 'Dan', profileUrl: 'https://forum.example/dan' },
  })
  const before = await feed.receive(session, null)
  const later = day(0.5)
  const [edited] = await read(atom(later))
  expect(edited).toMatchObject({ remoteId: 'tag:forum,1', editedAt: later })
  expect((await feed.receive(session, null)).events[0]?.id).not.toBe(before.events[0]?.id)
})

it('reads RDF and JSON feeds', async () => {
  const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="https://x.example"><title>R</title><link>https://x.example</link><description>d</description></channel>
    <item rdf:about="https://x.example/1"><title>Good bread</title><link>https://x.example/1</link><dc:date>${day(1).toISOString()}</dc:date><dc:creator>me</dc:creator></item></rdf:RDF>`
  expect(await read(rdf)).toMatchObject([{ text: 'Good bread', url: 'https://x.example/1' }])
  const json = {
    version: 'https://jsonfeed.org/version/1.1',
    title: 'J',
    items: [{ id: '1', content_text: 'a < b', url: 'https://x.example/2' }],
  }
  expect(await read(JSON.stringify(json))).toMatchObject([{ text: 'a < b', html: null }])
})

it('gives entries oldest first, and those of the last days only where they are dated', async () => {
  const dated = (id: string, at: string) =>
    rssItem(`<title>${id}</title><guid>${id}</guid><pubDate>${at}</pubDate>`)
  const items = [
    dated('new', day(0.1).toUTCString()),
    dated('older', day(1).toUTCString()),
    dated('ancient', day(300).toUTCString()),
    dated('tomorrow', day(-400).toUTCString()),
    dated('nonsense', 'yesterday, I think'),
    rssItem('<title>undated</title><guid>undated</guid>'),
  ]
  const asked = Date.now()
  const messages = await read(rss(items.join('')))
  expect(messages.map((one) => one.remoteId)).toEqual([
    'older',
    'new',
    'undated',
    'nonsense',
    'tomorrow',
  ])
  for (const { createdAt } of messages.slice(2)) {
    expect(createdAt.getTime()).toBeGreaterThanOrEqual(asked)
    expect(createdAt.getTime()).toBeLessThanOrEqual(Date.now())
  }
  const { cursor } = await feed.receive(session, null)
  const again = await feed.receive(session, cursor)
  expect(again.events.map((event) => event.id)).not.toContain('item:ancient:')
})

it('names an entry without an id by its link or its words, the same each time', async () => {
  const linked = rssItem('<title>By link</title><link>https://x.example/9</link>')
  const bare = rssItem('<title>By words</title><description>Only words</description>')
  const one = await read(rss(linked + bare))
  const two = await read(rss(bare + linked))
  expect(one.map(({ remoteId }) => remoteId).sort()).toEqual(
    two.map(({ remoteId }) => remoteId).sort(),
  )
  expect(one.map(({ remoteId }) => remoteId)).toContain('https://x.example/9')
})

it('asks only for what changed since', async () => {
  served = { body: rss(review), headers: { etag: '"v1"', 'last-modified': day(1).toUTCString() } }
  const { cursor } = await feed.receive(session, null)
  const again = await feed.receive(session, cursor)
  expect(asked.at(-1)?.headers).toMatchObject({
    'if-none-match': '"v1"',
    'if-modified-since': served.headers?.['last-modified'],
  })
  expect(again).toEqual({ events: [], cursor, more: false })
  expect(feed.restMs).toBeGreaterThanOrEqual(60_000)
})

it('never expands what a document declares for itself, nor reads what it points to', async () => {
  const levels = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
  ).join('')
  const declaring = (declared: string, title: string) =>
    `<?xml version="1.0"?><!DOCTYPE z [${declared}]>${rss(rssItem(`<title>${title}</title><guid>1</guid>`)).replace(/<\?xml[^>]*>/, '')}`
  const began = performance.now()
  const [message] = await read(declaring(`<!ENTITY l0 "lol">${levels}`, '&l9; bomb'))
  expect(performance.now() - began).toBeLessThan(20_000)
  expect(message?.text).toContain('bomb')
  expect(message?.text.length).toBeLessThan(100)
  served = { body: declaring('<!ENTITY x SYSTEM "file:///etc/passwd">', '&x;') }
  expect(await failureOf(feed.receive(session, null))).toMatchObject({ kind: 'unavailable' })
})

it('reads at most 5 MB, also of what was small before it was unpacked', async () => {
  const body = gzipSync(rss(rssItem(`<title>${'x'.repeat(6 * 1024 * 1024)}</title>`)))
  served = { body, headers: { 'content-encoding': 'gzip' } }
  expect(await failureOf(feed.receive(session, null))).toMatchObject({
    kind: 'unavailable',
    detail: expect.stringContaining('5 MB'),
  })
})

it('reads other encodings by the server’s word or the document’s own', async () => {
  const body = rss(rssItem('<title>CAF\u00c9</title><guid>1</guid>')).replace('UTF-8', 'ISO-8859-1')
  expect(await read(Buffer.from(body, 'latin1'))).toMatchObject([{ text: 'CAFÉ' }])
  const typed = { 'content-type': 'application/rss+xml; charset=iso-8859-1' }
  expect(
    await read(
      Buffer.from(rss(rssItem('<title>\u00e9t\u00e9</title><guid>1</guid>')), 'latin1'),
      typed,
    ),
  ).toMatchObject([{ text: 'été' }])
})

it('says what is wrong with a feed, and waits as the site asks', async () => {
  for (const body of ['', 'hello', '<html><body>404</body></html>', rss(review).slice(0, 300)]) {
    served = { body }
    expect(await failureOf(feed.receive(session, null)), body).toMatchObject({
      kind: 'unavailable',
      detail: expect.stringContaining('not a feed'),
    })
  }
  served = { status: 410 }
  expect(await failureOf(feed.verify(session))).toMatchObject({ kind: 'unavailable' })
  served = { status: 429, headers: { 'retry-after': '600' } }
  const failure = await failureOf(feed.receive(session, null))
  if (failure.kind !== 'rate-limited') throw new Error(failure.kind)
  expect(failure.retryAt.getTime() - Date.now()).toBeGreaterThan(590_000)
})

it('refuses an address that is none at its field, and keeps a key in it to itself', async () => {
  const tools = { http, now: () => new Date() }
  for (const url of ['', 'javascript:alert(1)', 'file:///etc/passwd'])
    expect(await failureOf(feed.connect({ url }, tools)), url).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/^url: /),
    })
  served = { body: rss(review) }
  const account = await feed.verify(session)
  expect(account).toMatchObject({
    displayName: 'Reviews of Corner Shop',
    profileUrl: 'https://reviews.example/shop',
  })
  expect(JSON.stringify(account)).not.toContain('s3cret')
})

it('cannot be answered, and says where to', async () => {
  const { abilities } = await feed.verify(session)
  expect(abilities['reply-public']).toEqual({
    can: false,
    why: 'A feed can only be read. Open the message on its site and answer there.',
    code: 'feed.no-answers',
  })
})

it('answers or throws an Error for any document and any stored entry', async () => {
  const shapes = [
    '<rss',
    '<item>',
    '</item>',
    '<title>',
    '<![CDATA[',
    ']]>',
    '<entry>',
    '&#x0;',
    '&lt;',
    '"',
    '\0',
    'Ș',
  ]
  const document = fc.array(fc.oneof(fc.constantFrom(...shapes), fc.string({ maxLength: 8 })), {
    maxLength: 30,
  })
  await fc.assert(
    fc.asyncProperty(document, async (parts) => {
      served = { body: rss(parts.join('')) }
      const page = await feed.receive(session, null).catch((error: unknown) => error)
      if (page instanceof Error) expect(page.name).toBe('ConnectorError')
    }),
    { numRuns: 150 },
  )
  const { events } = await (async () => {
    served = { body: rss(review) }
    return feed.receive(session, null)
  })()
  const [known] = events
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('title', 'body', 'link', 'author', 'published'),
      (value, key) => {
        const raw = JSON.parse(JSON.stringify(known?.raw))
        raw.item[key] = value
        for (const json of [raw, value] as Json[]) {
          try {
            expect(['message', 'ignored']).toContain(feed.translate(json, session.account).kind)
          } catch (error) {
            expect(error).toBeInstanceOf(Error)
          }
        }
      },
    ),
    { numRuns: 300 },
  )
})
