import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Id, Ids, startTestNetwork } from '../test-network.ts'

let net: Awaited<ReturnType<typeof startTestNetwork>>
const asked: string[] = []
beforeAll(async () => {
  net = await startTestNetwork()
  for (let n = 0; n < 5; n += 1) asked.push(await net.customer(`question ${n}`))
})
afterAll(() => net.stop())

const Notes = z.array(z.object({ id: z.string(), status: Id.optional() }))
async function statusIds(query: string) {
  const notes = Notes.parse((await net.get(`/api/v1/notifications?${query}`)).json)
  return notes.map((note) => note.status?.id)
}

describe('notifications', () => {
  it('come newest first, each mention once', async () => {
    expect(await statusIds('types[]=mention')).toEqual([...asked].reverse())
  })

  it('can be walked from the oldest by min_id without a gap', async () => {
    const seen: (string | undefined)[] = []
    let next: string | undefined = '0'
    while (next !== undefined) {
      const answer = await net.get(`/api/v1/notifications?limit=2&min_id=${next}`)
      const page = Notes.parse(answer.json)
      seen.push(...page.map((note) => note.status?.id).reverse())
      next = page[0]?.id
    }
    expect(seen).toEqual(asked)
  })

  it('since_id gives the newest after it, and Link leads back to the rest', async () => {
    const answer = await net.get('/api/v1/notifications?limit=2&since_id=1')
    expect(Notes.parse(answer.json).map((note) => note.status?.id)).toEqual([asked[4], asked[3]])
    const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? ''
    const older = await fetch(next, { headers: { authorization: `Bearer ${net.token}` } })
    expect(Notes.parse(await older.json()).map((note) => note.status?.id)).toEqual([
      asked[2],
      asked[1],
    ])
    expect(answer.headers.get('x-ratelimit-reset')).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('tell of favourites and followers, and forget a deleted mention', async () => {
    const { id } = Id.parse((await net.say({ status: 'thank you all' })).json)
    await net.send('POST', `/practice/posts/${id}/favourite`, { as: 'mara' })
    await net.send('POST', '/practice/people', { name: 'Fan', follows_shop: true })
    const types = await net.get('/api/v1/notifications?exclude_types[]=mention')
    expect(types.json).toMatchObject([{ type: 'follow' }, { type: 'favourite', status: { id } }])
    await net.send('DELETE', `/practice/posts/${asked[0]}`)
    expect(await statusIds('types[]=mention')).toEqual(asked.slice(1).reverse())
  })
})

describe('conversations', () => {
  it('hold one entry for each private thread with its last message', async () => {
    const first = await net.customer('are you open?', { visibility: 'direct' })
    const reply = { status: '@mara yes', in_reply_to_id: first, visibility: 'direct' }
    const { id } = Id.parse((await net.say(reply)).json)
    const list = await net.get('/api/v1/conversations')
    expect(list.json).toMatchObject([
      { unread: false, accounts: [{ username: 'mara' }], last_status: { id } },
    ])
    const [conversation = ''] = Ids.parse(list.json)
    const more = await net.customer('thanks', { visibility: 'direct', reply_to: id })
    const now = await net.get('/api/v1/conversations')
    expect(now.json).toMatchObject([{ id: conversation, unread: true, last_status: { id: more } }])
    const read = await net.send('POST', `/api/v1/conversations/${conversation}/read`, {})
    expect(read.json).toMatchObject({ unread: false })
  })
})
