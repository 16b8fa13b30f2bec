import { afterAll, describe, expect, it } from 'vitest'
import { failureOf, openHttp, receiveAll } from '../suite.ts'
import { mastodon } from './mastodon.ts'
import { type Asked, sessionOn, startServer } from './server.fixture.ts'

const http = openHttp()
const NOW = Date.parse('2026-10-02T12:00:00Z')
type Note = { id: string; type: string; created_at: string }
/** How a server pages: like Mastodon, `min_id` taken for `since_id`, or the newest whatever is asked. */
type Paging = 'mastodon' | 'newest-first' | 'none'

afterAll(() => http.close())

describe('receiving from servers of every kind', () => {
  it.each<Paging>(['mastodon', 'newest-first'])(
    'fills a gap of many pages in order (%s)',
    async (paging) => {
      const notes = makeNotes(50)
      const server = await startServer(pages(notes, paging))
      const session = sessionOn(server.service, http, () => new Date(NOW))
      const { cursor } = await receiveAll(mastodon, session, null)
      notes.push(...makeNotes(333, 1000))
      const { events } = await receiveAll(mastodon, session, cursor)
      expect(events.map((event) => event.id)).toEqual(
        notes.slice(50).map(({ id }) => `notification:${id}`),
      )
    },
  )

  it('comes to an end on a server that knows no paging', async () => {
    const notes = makeNotes(30)
    const server = await startServer(pages(notes, 'none'))
    const session = sessionOn(server.service, http, () => new Date(NOW))
    const first = await receiveAll(mastodon, session, null)
    expect(first.events.length).toBe(30)
    notes.push(...makeNotes(3, 1000))
    const next = await receiveAll(mastodon, session, first.cursor)
    expect(next.events.map((event) => event.id)).toEqual(
      ['1000', '1001', '1002'].map((id) => `notification:${id}`),
    )
    expect((await receiveAll(mastodon, session, next.cursor)).events).toEqual([])
  })

  it('starts with three days, and not with the years before', async () => {
    const old = makeNotes(100).map((note) => ({ ...note, created_at: '2026-09-20T00:00:00Z' }))
    const notes = [...old, ...makeNotes(90, 1000)]
    const server = await startServer(pages(notes, 'mastodon'))
    const session = sessionOn(server.service, http, () => new Date(NOW))
    const { events, cursor } = await receiveAll(mastodon, session, null)
    expect(events.length).toBe(90)
    expect((await receiveAll(mastodon, session, cursor)).events).toEqual([])
  })

  it('never goes further back than it began, also when everything is fresh', async () => {
    const notes = makeNotes(90)
    const server = await startServer(pages(notes, 'mastodon'))
    const session = sessionOn(server.service, http, () => new Date(NOW))
    const first = await receiveAll(mastodon, session, null)
    notes.push(...makeNotes(1, 1000))
    const second = await receiveAll(mastodon, session, first.cursor)
    expect(second.events.length).toBe(1)
    notes.push(...makeNotes(1, 1001))
    expect((await receiveAll(mastodon, session, second.cursor)).events.length).toBe(1)
  })

  it('goes on reading forward once the minutes have passed', async () => {
    const notes = makeNotes(90)
    const server = await startServer(pages(notes, 'mastodon'))
    const first = await receiveAll(
      mastodon,
      sessionOn(server.service, http, () => new Date(NOW)),
      null,
    )
    const later = sessionOn(server.service, http, () => new Date(NOW + 600_000))
    const second = await receiveAll(mastodon, later, first.cursor)
    expect(second.events).toEqual([])
    server.asked.length = 0
    expect((await receiveAll(mastodon, later, second.cursor)).events).toEqual([])
    expect(server.asked.map(({ query }) => query.get('min_id'))).toEqual(['189'])
  })

  it('begins at nothing on a new account, and receives the first mention', async () => {
    const notes: Note[] = []
    const server = await startServer(pages(notes, 'mastodon'))
    const session = sessionOn(server.service, http, () => new Date(NOW))
    expect(await mastodon.receive(session, null)).toEqual({ events: [], cursor: null, more: false })
    notes.push(...makeNotes(1))
    expect((await mastodon.receive(session, null)).events.length).toBe(1)
  })

  it('receives what becomes visible late under a smaller id', async () => {
    const [late, ...others] = makeNotes(10)
    if (!late) throw new Error('no notes')
    const notes = [...others]
    const server = await startServer(pages(notes, 'mastodon'))
    const session = sessionOn(server.service, http, () => new Date(NOW))
    const { cursor } = await receiveAll(mastodon, session, null)
    expect((await receiveAll(mastodon, session, cursor)).events).toEqual([])
    const between = { ...late, id: '1045' }
    notes.push({ ...late, id: '1050' })
    const next = await receiveAll(mastodon, session, cursor)
    expect(next.events.map((event) => event.id)).toEqual(['notification:1050'])
    notes.push(between)
    const after = await receiveAll(mastodon, session, next.cursor)
    expect(after.events.map((event) => event.id)).toEqual(['notification:1045'])
  })

  it('keeps what it cannot read aside, and receives the same once it is sent whole', async () => {
    const notes = makeNotes(3)
    const [whole] = notes.splice(2, 1)
    if (!whole) throw new Error('no notes')
    const broken: unknown[] = [
      { ...whole, created_at: 'yesterday', status: 7 },
      { type: 'mention' },
    ]
    const server = await startServer((asked) => {
      const list = pages(notes, 'mastodon')(asked).json
      return { json: asked.query.has('max_id') ? list : [...broken, ...list] }
    })
    const session = sessionOn(server.service, http, () => new Date(NOW))
    const first = await receiveAll(mastodon, session, null)
    expect(first.events.map((event) => event.id)).toEqual([
      'notification:100',
      'notification:101',
      expect.stringContaining('notification:unreadable-'),
      expect.stringContaining('notification:unreadable-'),
    ])
    for (const event of first.events.slice(2))
      expect(() => mastodon.translate(event.raw, session.account)).toThrow(Error)
    broken.length = 0
    notes.push(whole)
    const next = await receiveAll(mastodon, session, first.cursor)
    expect(next.events.map((event) => event.id)).toEqual(['notification:102'])
  })

  it('asks without filters where a server refuses them', async () => {
    const notes = makeNotes(2)
    const server = await startServer((asked) =>
      asked.query.has('include_filtered')
        ? { status: 400, json: { error: 'Unexpected field: include_filtered' } }
        : pages(notes, 'mastodon')(asked),
    )
    const session = sessionOn(server.service, http, () => new Date(NOW))
    expect((await mastodon.receive(session, null)).events.length).toBe(2)
  })

  it('fails, and does not lose its place, when a page in the middle fails', async () => {
    const notes = makeNotes(200)
    let broken = true
    const server = await startServer((asked) =>
      broken && asked.query.has('max_id')
        ? { status: 500, text: 'oops' }
        : pages(notes, 'mastodon')(asked),
    )
    const session = sessionOn(server.service, http, () => new Date(NOW))
    expect((await failureOf(mastodon.receive(session, null))).kind).toBe('unavailable')
    broken = false
    expect((await receiveAll(mastodon, session, null)).events.length).toBe(200)
  })
})

/** Notifications of the last minute, with rising ids of one length each. */
function makeNotes(count: number, firstId = 100): Note[] {
  return Array.from({ length: count }, (_, i) => ({
    id: String(firstId + i),
    type: 'mention',
    created_at: new Date(NOW - 60_000 + i).toISOString(),
  }))
}

function pages(notes: readonly Note[], paging: Paging) {
  const above = (a: string, b: string) => (a.length === b.length ? a > b : a.length > b.length)
  return ({ query }: Asked): { json: Note[] } => {
    const newest = notes.toSorted((a, b) => (above(a.id, b.id) ? -1 : 1))
    if (paging === 'none') return { json: newest.slice(0, 64) }
    const limit = Number(query.get('limit') ?? 40)
    const min = query.get('min_id')
    const after = min ?? query.get('since_id')
    const before = query.get('max_id')
    const within = newest.filter(
      ({ id }) => (after === null || above(id, after)) && (before === null || above(before, id)),
    )
    const forward = min !== null && paging === 'mastodon'
    return { json: forward ? within.slice(-limit) : within.slice(0, limit) }
  }
}
