import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Id, Ids, readStream, startTestNetwork, until } from '../test-network.ts'
import { draw } from './engine.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
beforeAll(async () => {
  net = await startTestNetwork()
})
afterEach(async () => {
  await net.calm()
})
afterAll(() => net.stop())

const home = '/api/v1/timelines/home'
async function posted(text: string): Promise<number> {
  return (await net.truth()).filter((status) => status.text === text && !status.deleted).length
}

describe('faults of single requests', () => {
  it('rate-limited answers 429 with the time of its end, so often as told', async () => {
    await net.fault({ kind: 'rate-limited', times: 1, ms: 5000 })
    const limited = await net.get(home)
    expect([limited.status, limited.json]).toEqual([429, { error: 'Too many requests' }])
    expect(limited.headers.get('x-ratelimit-remaining')).toBe('0')
    const reset = Date.parse(limited.headers.get('x-ratelimit-reset') ?? '')
    expect(reset - Date.now()).toBeGreaterThan(3000)
    expect((await net.get(home)).status).toBe(200)
  })

  it('slow waits', async () => {
    await net.fault({ kind: 'slow', ms: 300, target: 'read' })
    const start = Date.now()
    await net.get(home)
    expect(Date.now() - start).toBeGreaterThanOrEqual(290)
  })

  it('wrong takes every form in turn', async () => {
    const { id } = Id.parse((await net.say({ status: 'whole' })).json)
    await net.fault({ kind: 'wrong', times: 5 })
    const path = `/api/v1/statuses/${id}`
    const answers = []
    for (let n = 0; n < 5; n += 1) answers.push(await net.get(path))
    expect(answers.map((answer) => answer.status)).toEqual([500, 200, 200, 200, 200])
    expect(answers[1]?.headers.get('content-type')).toContain('text/html')
    expect([answers[2]?.json, answers[2]?.text.startsWith('{"id"')]).toEqual([undefined, true])
    expect(answers[3]?.json).toEqual({ id: 42, content: ['?'] })
    expect(answers[4]?.text).toBe('')
    expect((await net.get(path)).json).toMatchObject({ id })
  })

  it('wrong can come after the post was taken, or instead of it', async () => {
    await net.fault({ kind: 'wrong', form: 'error-500', target: 'post', times: 1, applied: true })
    expect((await net.say({ status: 'taken' })).status).toBe(500)
    await net.fault({ kind: 'wrong', form: 'error-500', target: 'post', times: 1 })
    expect((await net.say({ status: 'refused' })).status).toBe(500)
    expect([await posted('taken'), await posted('refused')]).toEqual([1, 0])
  })

  it('cut-after-accept takes the post and says nothing; the key finds it again', async () => {
    await net.fault({ kind: 'cut-after-accept', times: 1 })
    const key = { 'idempotency-key': 'cut-1' }
    await expect(net.say({ status: 'cut after' }, key)).rejects.toThrow()
    expect(await posted('cut after')).toBe(1)
    expect((await net.say({ status: 'cut after' }, key)).status).toBe(200)
    expect(await posted('cut after')).toBe(1)
  })

  it('cut-before-accept takes nothing', async () => {
    await net.fault({ kind: 'cut-before-accept', times: 1 })
    await expect(net.say({ status: 'cut before' })).rejects.toThrow()
    expect(await posted('cut before')).toBe(0)
  })

  it('late-apply says nothing, and posts later', async () => {
    await net.fault({ kind: 'late-apply', times: 1, ms: 3000 })
    await expect(net.say({ status: 'later' })).rejects.toThrow()
    expect(await posted('later')).toBe(0)
    await until(async () => (await posted('later')) === 1)
  })

  it('expired-token refuses the token and lost-scope the right to write, until they end', async () => {
    await net.fault({ kind: 'expired-token' })
    const expired = await net.get(home)
    expect([expired.status, expired.json]).toEqual([401, { error: 'The access token is invalid' }])
    await net.calm()
    await net.fault({ kind: 'lost-scope', scopes: ['write:statuses'] })
    expect((await net.get(home)).status).toBe(200)
    const lost = await net.say({ status: 'no right' })
    expect([lost.status, lost.json]).toEqual([
      403,
      { error: 'This action is outside the authorized scopes' },
    ])
    await net.calm()
    expect((await net.say({ status: 'right again' })).status).toBe(200)
  })

  it('outage answers 503 to the API and leaves the control alone', async () => {
    await net.fault({ kind: 'outage', seconds: 60 })
    expect((await net.get(home)).status).toBe(503)
    expect((await net.get('/practice/state')).status).toBe(200)
  })

  it('outage can refuse the connection, and ends by itself', async () => {
    await net.fault({ kind: 'outage', refuse: true, seconds: 3 })
    await until(async () =>
      net.get(home).then(
        () => false,
        () => true,
      ),
    )
    await until(async () =>
      net.get(home).then(
        (answer) => answer.status === 200,
        () => false,
      ),
    )
    expect((await net.fault({ kind: 'outage', refuse: true })).status).toBe(422)
  })

  it('seconds end a fault', async () => {
    await net.fault({ kind: 'outage', seconds: 2 })
    expect((await net.get(home)).status).toBe(503)
    await until(async () => (await net.get(home)).status === 200)
  })

  it('after lets some pass before it strikes', async () => {
    await net.fault({ kind: 'outage', after: 2, times: 1 })
    const seen = []
    for (let n = 0; n < 4; n += 1) seen.push((await net.get(home)).status)
    expect(seen).toEqual([200, 200, 503, 200])
  })

  it('chance follows the seed', async () => {
    const pattern = async () => {
      await net.fault({ kind: 'rate-limited', probability: 0.5, seed: 7 })
      const seen = []
      for (let n = 0; n < 12; n += 1) seen.push((await net.get(home)).status)
      await net.calm()
      return seen
    }
    const first = await pattern()
    expect(await pattern()).toEqual(first)
    expect(new Set(first)).toEqual(new Set([200, 429]))
    const mean = Array.from({ length: 2000 }, (_, n) => draw(3, n)).reduce((a, b) => a + b) / 2000
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03)
  })

  it('keeps a journal of what it did', async () => {
    await net.fault({ kind: 'cut-after-accept', times: 1 })
    await expect(net.say({ status: 'noted' }, { 'idempotency-key': 'j' })).rejects.toThrow()
    const Items = z.object({ items: z.array(z.record(z.string(), z.unknown())) })
    const { items } = Items.parse((await net.get('/practice/requests')).json)
    expect(items.at(-1)).toMatchObject({
      status: 0,
      fault: 'cut-after-accept',
      idempotency_key: 'j',
    })
  })
})

describe('faults of what is told', () => {
  it('duplicate tells everything twice, in lists and streams', async () => {
    await net.fault({ kind: 'duplicate' })
    const twice = (text: string) => text.split('event: notification').length > 2
    const reading = await readStream(net, '/api/v1/streaming/user/notification', twice)
    await net.customer('heard twice')
    expect(twice(await reading.text)).toBe(true)
    const ids = Ids.parse((await net.get('/api/v1/notifications?limit=3')).json)
    expect(ids[0]).toBe(ids[1])
  })

  it('out-of-order reverses lists and streams', async () => {
    await net.fault({ kind: 'out-of-order' })
    const path = '/api/v1/streaming/user/notification'
    const reading = await readStream(net, path, (text) => text.split('event:').length > 2)
    const [one, two] = [await net.customer('one'), await net.customer('two')]
    const text = await reading.text
    expect(text.indexOf(`"id":"${two}"`)).toBeLessThan(text.indexOf(`"id":"${one}"`))
    const ids = Ids.parse((await net.get('/api/v1/notifications?limit=5')).json)
    expect(ids).toEqual([...ids].sort())
  })

  it('late brings a notification after newer ones', async () => {
    await net.fault({ kind: 'late', times: 1, ms: 3000 })
    const newest = async () =>
      z
        .array(z.object({ status: Id }))
        .parse((await net.get('/api/v1/notifications?limit=2&types[]=mention')).json)
        .map((note) => note.status.id)
    const slow = await net.customer('slow')
    const quick = await net.customer('quick')
    expect(await newest()).not.toContain(slow)
    await until(async () => (await newest()).includes(slow))
    expect(await newest()).toEqual([quick, slow])
  })

  it('unparseable spoils an event and a list, and the truth is there afterwards', async () => {
    await net.fault({ kind: 'unparseable', target: 'stream', times: 1 })
    const path = '/api/v1/streaming/user/notification'
    const reading = await readStream(net, path, (text) => text.includes('event: notification'))
    const id = await net.customer('garbled')
    const data = /data: (.*)/.exec(await reading.text)?.[1] ?? ''
    expect(() => JSON.parse(data)).toThrow()
    await net.fault({ kind: 'unparseable', target: 'notifications', times: 1 })
    const spoilt = await net.get('/api/v1/notifications?limit=1')
    expect(spoilt.json).toMatchObject([{ created_at: 'yesterday', status: 7 }])
    const whole = await net.get('/api/v1/notifications?limit=1')
    expect(whole.json).toMatchObject([{ status: { id } }])
  })
})
