import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Channel } from '../contract/channels.ts'
import { Conversation, ConversationSummary } from '../contract/conversations.ts'
import { listOf } from '../contract/http.ts'
import { allowOrigin, type Desk, openDesk } from './desk.ts'

let desk: Desk
let origin: string
let requests = 0
const now = new Date().toUTCString()
const review = `<rss version="2.0"><channel><title>Reviews</title><link>https://reviews.example</link><description>d</description>
  <item><title>Three stars</title><guid>r1</guid><link>/r1</link><pubDate>${now}</pubDate><author>Ana</author>
  <description>&lt;p onclick="x()"&gt;The cake was dry.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description></item></channel></rss>`
const server = createServer((request, response) => {
  requests++
  if (request.url === '/page') response.end('<html>no feed</html>')
  else response.end(review)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  origin = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`
  desk = await openDesk()
  await allowOrigin(desk.database.url, origin)
})
afterAll(async () => {
  await desk.close()
  server.close()
})

const connect = (url: string) =>
  desk.api('POST', '/api/v1/channels', { network: 'feed', fields: { url } })

it('refuses a page that is no feed, at its field', async () => {
  // The address was allowed a moment ago; running processes hear of it within a second or two.
  let answer = await connect(`${origin}/page`)
  for (let tries = 0; tries < 50 && JSON.stringify(answer.body).includes('not allowed'); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    answer = await connect(`${origin}/page`)
  }
  expect(answer).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'fields.url', message: expect.stringContaining('not a feed') }] },
  })
})

it('brings what a review site says into the inbox, once, and says where to answer', async () => {
  const channel = Channel.parse((await connect(`${origin}/feed`)).body)
  expect(channel).toMatchObject({ displayName: 'Reviews', state: 'connected' })
  let found: ConversationSummary | undefined
  for (let tries = 0; tries < 200 && !found; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { body } = await desk.api('GET', '/api/v1/conversations?sort=newest&limit=10')
    found = listOf(ConversationSummary)
      .parse(body)
      .items.find((one) => one.channelId === channel.id)
  }
  const { body } = await desk.api('GET', `/api/v1/conversations/${found?.id}`)
  const conversation = Conversation.parse(body)
  expect(conversation.can.whyNotReply).toContain('Open the message on its site')
  expect(conversation.messages).toMatchObject([
    { text: 'Three stars\n\nThe cake was dry.', url: `${origin}/r1` },
  ])
  expect(JSON.stringify(conversation)).not.toMatch(/onclick|alert/)
  const path = `/api/v1/conversations/${found?.id}/replies`
  const refused = await desk.api('POST', path, { text: 'Sorry' })
  expect(refused).toMatchObject({ status: 422, body: { code: 'refused' } })
})

it('leaves the site alone between rounds', async () => {
  const before = requests
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(requests).toBe(before)
})
