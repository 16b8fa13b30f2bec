import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Id, Ids, startTestNetwork } from '../test-network.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
beforeAll(async () => {
  net = await startTestNetwork()
})
afterAll(() => net.stop())

describe('posting', () => {
  it('answers a complete status with the mention as an anchor', async () => {
    const question = await net.customer('where is my parcel?')
    const answer = await net.say({ status: '@mara on its way', in_reply_to_id: question })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      in_reply_to_id: question,
      visibility: 'public',
      spoiler_text: '',
      edited_at: null,
      reblog: null,
      poll: null,
      account: { acct: 'shop' },
      mentions: [{ username: 'mara', acct: 'mara' }],
      application: { name: 'Practice desk' },
    })
    expect(answer.text).toContain('u-url mention')
  })

  it('makes one status of two posts with one key, and two of two keys', async () => {
    const key = { 'idempotency-key': 'k-1' }
    const first = Id.parse((await net.say({ status: 'once' }, key)).json).id
    const again = Id.parse((await net.say({ status: 'once' }, key)).json).id
    const other = Id.parse((await net.say({ status: 'once' }, { 'idempotency-key': 'k-2' })).json)
    expect(again).toBe(first)
    expect(other.id).not.toBe(first)
    const kept = (await net.truth()).filter((status) => status.text === 'once')
    expect(kept.map((status) => status.idempotency_key)).toEqual(['k-1', 'k-2'])
  })

  it('takes form bodies as well as JSON', async () => {
    const response = await fetch(`${net.url}/api/v1/statuses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${net.token}` },
      body: new URLSearchParams({ status: 'by form', visibility: 'unlisted', sensitive: 'true' }),
    })
    expect(await response.json()).toMatchObject({ visibility: 'unlisted', sensitive: true })
  })

  it('refuses too long, empty and orphaned posts in Mastodon words', async () => {
    const long = await net.say({ status: 'x'.repeat(490), spoiler_text: 'y'.repeat(11) })
    expect(long.status).toBe(422)
    expect(long.json).toEqual({ error: 'Validation failed: Text character limit of 500 exceeded' })
    expect((await net.say({ status: '  ' })).json).toEqual({
      error: "Validation failed: Text can't be blank",
    })
    const orphan = await net.say({ status: 'hello', in_reply_to_id: '1' })
    expect(orphan.status).toBe(404)
  })

  it('refuses strangers with 401 and weak tokens with 403', async () => {
    const stranger = { authorization: 'Bearer nonsense' }
    const answer = await net.say({ status: 'x' }, stranger)
    expect([answer.status, answer.json]).toEqual([401, { error: 'The access token is invalid' }])
    const weak = await net.send('POST', '/practice/tokens', { scopes: 'read' })
    const { token } = z.object({ token: z.string() }).parse(weak.json)
    const refused = await net.say({ status: 'x' }, { authorization: `Bearer ${token}` })
    expect(refused.json).toEqual({ error: 'This action is outside the authorized scopes' })
    expect(refused.status).toBe(403)
  })
})

describe('reading', () => {
  it('shows what stands above and below a status', async () => {
    const top = await net.customer('top')
    const middle = Id.parse(
      (await net.say({ status: '@mara middle', in_reply_to_id: top })).json,
    ).id
    const bottom = await net.customer('bottom', { reply_to: middle })
    const context = await net.get(`/api/v1/statuses/${middle}/context`)
    expect(context.json).toMatchObject({ ancestors: [{ id: top }], descendants: [{ id: bottom }] })
  })

  it('hides private messages from strangers and other people', async () => {
    const secret = await net.customer('my address is ...', { visibility: 'direct' })
    expect((await net.get(`/api/v1/statuses/${secret}`)).status).toBe(200)
    const stranger = await fetch(`${net.url}/api/v1/statuses/${secret}`)
    expect([stranger.status, await stranger.json()]).toEqual([404, { error: 'Record not found' }])
    const elsewhere = await net.customer('for nobody', { visibility: 'direct', mention: false })
    expect((await net.get(`/api/v1/statuses/${elsewhere}`)).status).toBe(404)
  })

  it('answers many statuses at once, without those that are gone', async () => {
    const [one, two] = [await net.customer('one'), await net.customer('two')]
    await net.send('DELETE', `/practice/posts/${two}`)
    const found = await net.get(`/api/v1/statuses?id[]=${one}&id[]=${two}`)
    expect(Ids.parse(found.json)).toEqual([one])
  })

  it('keeps own statuses in order and leaves replies out when asked', async () => {
    const { id: shop } = Id.parse((await net.get('/api/v1/accounts/lookup?acct=shop')).json)
    const own = Id.parse((await net.say({ status: 'a post of ours' })).json).id
    const all = Ids.parse((await net.get(`/api/v1/accounts/${shop}/statuses?limit=40`)).json)
    expect(all).toEqual([...all].sort().reverse())
    expect(all[0]).toBe(own)
    const newer = await net.get(`/api/v1/accounts/${shop}/statuses?since_id=${own}`)
    expect(newer.json).toEqual([])
    const without = await net.get(`/api/v1/accounts/${shop}/statuses?exclude_replies=true&limit=40`)
    expect(without.text).not.toContain('middle')
  })
})

describe('changing', () => {
  it('edits with a history and a source', async () => {
    const { id } = Id.parse((await net.say({ status: 'frist' })).json)
    const edited = await net.send('PUT', `/api/v1/statuses/${id}`, { status: 'first' })
    expect(edited.json).toMatchObject({ content: '<p>first</p>' })
    expect((await net.get(`/api/v1/statuses/${id}/source`)).json).toMatchObject({ text: 'first' })
    const history = await net.get(`/api/v1/statuses/${id}/history`)
    expect(history.json).toMatchObject([{ content: '<p>frist</p>' }, { content: '<p>first</p>' }])
  })

  it('deletes, answers the words, and keeps the truth', async () => {
    const { id } = Id.parse((await net.say({ status: 'a mistake' })).json)
    expect((await net.send('DELETE', `/api/v1/statuses/${id}`)).json).toMatchObject({
      text: 'a mistake',
    })
    expect((await net.get(`/api/v1/statuses/${id}`)).status).toBe(404)
    const truth = (await net.truth()).find((status) => status.id === id)
    expect(truth?.deleted).toBe(true)
  })

  it("does not let the shop touch a customer's words", async () => {
    const id = await net.customer('mine')
    expect((await net.send('DELETE', `/api/v1/statuses/${id}`)).status).toBe(404)
  })
})
