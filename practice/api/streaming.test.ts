import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStream, startTestNetwork } from '../test-network.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
beforeAll(async () => {
  net = await startTestNetwork({ heartbeatMs: 100 })
})
afterAll(() => net.stop())

describe('the live stream', () => {
  it('tells of a mention, an edit and a deletion as they happen, and keeps itself alive', async () => {
    const reading = await readStream(
      net,
      '/api/v1/streaming/user',
      (text) => text.includes('event: delete') && text.includes(':thump\n'),
    )
    const id = await net.customer('helo')
    await net.send('PUT', `/practice/posts/${id}`, { text: '@shop hello' })
    await net.send('DELETE', `/practice/posts/${id}`)
    const text = await reading.text
    expect(text).toContain(':thump\n')
    expect(text).toMatch(/event: notification\ndata: \{"id":"\d+","type":"mention"/)
    expect(text).toMatch(/event: update\ndata: \{/)
    expect(text).toMatch(/event: status.update\ndata: .*hello/)
    expect(text).toContain(`event: delete\ndata: ${id}\n\n`)
  })

  it('does not tell live of edits by people the shop does not follow', async () => {
    await net.send('POST', '/practice/people', {
      name: 'Far',
      domain: 'away.example',
      followed: false,
    })
    const reading = await readStream(net, '/api/v1/streaming/user', (text) =>
      text.includes('the end'),
    )
    const id = await net.customer('helo', { as: 'far@away.example' })
    await net.send('PUT', `/practice/posts/${id}`, { text: '@shop hello' })
    await net.customer('the end')
    const text = await reading.text
    expect(text).toContain('event: notification')
    expect(text).not.toContain('status.update')
  })

  it('tells of private messages on the direct stream', async () => {
    const reading = await readStream(net, '/api/v1/streaming/direct', (text) =>
      text.includes('conversation'),
    )
    await net.customer('psst', { visibility: 'direct' })
    expect(await reading.text).toContain('event: conversation')
  })

  it('is healthy, and closed to strangers', async () => {
    expect((await net.get('/api/v1/streaming/health')).text).toBe('OK')
    expect((await fetch(`${net.url}/api/v1/streaming/user`)).status).toBe(401)
  })

  it('is missing on a server without it', async () => {
    await net.send('PUT', '/practice/mode', { streaming: false })
    const refused = await net.get('/api/v1/streaming/user')
    await net.send('PUT', '/practice/mode', { streaming: true })
    expect(refused.status).toBe(404)
  })
})
