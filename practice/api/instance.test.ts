import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNetwork } from '../test-network.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
beforeAll(async () => {
  net = await startTestNetwork()
})
afterAll(() => net.stop())

describe('the server', () => {
  it('tells its limits in both versions', async () => {
    const limits = { statuses: { max_characters: 500, characters_reserved_per_url: 23 } }
    const second = await net.get('/api/v2/instance')
    expect(second.json).toMatchObject({
      version: '4.3.8',
      configuration: { ...limits, urls: { streaming: net.url } },
    })
    expect((await net.get('/api/v1/instance')).json).toMatchObject({ configuration: limits })
  })

  it('can be a poorer one that lacks v2, keys and streams and words failures its own way', async () => {
    await net.send('PUT', '/practice/mode', { preset: 'snac' })
    expect((await net.get('/api/v1/instance')).json).toMatchObject({
      version: '2.7.2 (compatible; snac/2.75)',
    })
    expect((await net.get('/api/v2/instance')).status).toBe(404)
    const key = { 'idempotency-key': 'again' }
    await net.say({ status: 'twice' }, key)
    await net.say({ status: 'twice' }, key)
    expect((await net.truth()).filter((status) => status.text === 'twice')).toHaveLength(2)
    const missing = await net.get('/api/v1/statuses/1')
    expect([missing.status, missing.json]).toEqual([404, undefined])
    await net.send('PUT', '/practice/mode', { preset: 'gotosocial' })
    const long = await net.say({ status: 'x'.repeat(501) })
    expect(long.status).toBe(400)
    expect(long.text).toContain('Bad Request: ')
    await net.send('PUT', '/practice/mode', { preset: 'mastodon' })
  })

  it('bites at the real limits when told to', async () => {
    await net.send('PUT', '/practice/mode', { rateLimits: true })
    const answers: number[] = []
    for (let n = 0; n < 31; n += 1) {
      answers.push((await net.send('DELETE', '/api/v1/statuses/1')).status)
    }
    await net.send('PUT', '/practice/mode', { rateLimits: false })
    expect(answers.slice(0, 30).every((status) => status === 404)).toBe(true)
    expect(answers[30]).toBe(429)
  })
})
