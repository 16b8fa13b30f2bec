import { describe, expect, it } from 'vitest'
import { receive } from './receive.ts'
import { type Answers, type Asked, recordedServer, recordedSession } from './recorded-server.ts'
import { translate } from './translate.ts'

const CID = 'bafyreihffx5a2e7k5uwrmmgofbvzujc5cmw5h4espouwuxt3liqoflx3ee'
const OTHER_CID = 'bafyreifmck7ct67gz7hqxwgb4yqvmvjxf4iyidm4hlbxpeefrh4wsnsafu'
const START = Date.parse('2026-11-20T10:00:00.000Z')

type Row = { rkey: string; time: number; cid?: string; reason?: string }

/** Lists as an AppView does: newest first, by time alone, the token the time of the last. */
function appView(rows: Row[]): Answers {
  return {
    'app.bsky.notification.listNotifications': ({ query }: Asked) => {
      const before = Date.parse(query.get('cursor') ?? '') || Number.POSITIVE_INFINITY
      const limit = Number(query.get('limit'))
      const below = rows.filter(({ time }) => time < before).sort((a, b) => b.time - a.time)
      const page = below.slice(0, limit)
      const last = page.at(-1)
      const cursor = last && below.length > limit ? { cursor: iso(last.time) } : {}
      return { notifications: page.map(notification), ...cursor }
    },
  }
}

function notification({ rkey, time, cid = CID, reason = 'mention' }: Row) {
  return {
    uri: `at://did:plc:ana/app.bsky.feed.post/${rkey}`,
    cid,
    author: { did: 'did:plc:ana', handle: 'ana.test' },
    reason,
    record: { $type: 'app.bsky.feed.post', text: rkey, createdAt: iso(time) },
    isRead: false,
    indexedAt: iso(time),
  }
}

function reader(rows: Row[]) {
  const { http, asked } = recordedServer(appView(rows))
  let now = START + 3_600_000
  const session = {
    ...recordedSession(http, 'com.atproto.appPass'),
    now: () => new Date(now),
  }
  let cursor: string | null = null
  return {
    asked,
    rows,
    pass: (ms: number) => {
      now += ms
    },
    cursor: () => cursor,
    async page() {
      const page = await receive(session, cursor)
      cursor = page.cursor
      const read = page.events.map(({ raw }) => translate(raw, session.account))
      return {
        texts: read.map((each) => (each.kind === 'message' ? each.text : each.kind)),
        messages: read,
        more: page.more,
      }
    },
    async all(between: () => void = () => undefined) {
      const texts: string[] = []
      for (let pages = 0; pages < 100; pages++) {
        const page = await this.page()
        texts.push(...page.texts)
        if (!page.more) return texts
        between()
      }
      throw new Error('it never ended')
    },
  }
}

describe('reading notifications', () => {
  it('hands out a backlog of thousands whole and in order while more comes in', async () => {
    const rows = Array.from({ length: 4_321 }, (_, i) => ({ rkey: `r${i}`, time: START + i * 7 }))
    const shop = reader(rows)
    let extra = 0
    const texts = await shop.all(() => {
      for (let i = 0; i < 150; i++) rows.push({ rkey: `x${extra}`, time: START + 40_000 + extra++ })
    })
    expect(texts).toEqual([
      ...Array.from({ length: 4_321 }, (_, i) => `r${i}`),
      ...Array.from({ length: extra }, (_, i) => `x${i}`),
    ])
    expect(new Set(texts).size).toBe(texts.length)
    const settled = shop.cursor()
    expect(await shop.all()).toEqual([])
    expect(shop.cursor()).toBe(settled)
    expect(settled?.length).toBeLessThan(20_000)
  })

  it('loses none of many that were written at one moment around the end of a page', async () => {
    const rows = Array.from({ length: 250 }, (_, i) => ({
      rkey: `r${i}`,
      time: START + Math.floor(i / 30) * 1_000,
    }))
    const texts = await reader(rows).all()
    expect(texts.length).toBe(250)
    expect(new Set(texts).size).toBe(250)
  })

  it('finds what was indexed late, and what is dated further back within the hour', async () => {
    const rows: Row[] = Array.from({ length: 150 }, (_, i) => ({ rkey: `r${i}`, time: START + i }))
    const shop = reader(rows)
    await shop.all()
    rows.push({ rkey: 'late', time: START + 20 })
    expect(await shop.all()).toEqual(['late'])
    rows.push(
      ...Array.from({ length: 400 }, (_, i) => ({ rkey: `s${i}`, time: START + 1_000 + i })),
    )
    expect((await shop.all()).length).toBe(400)
    rows.push({ rkey: 'far-back', time: START - 3_600_000 })
    expect(await shop.all()).toEqual([])
    shop.pass(3_700_000)
    expect(await shop.all()).toContain('far-back')
    expect(await shop.all()).toEqual([])
  })

  it('notices another version of a post it has handed out', async () => {
    const rows: Row[] = [{ rkey: 'a', time: START }]
    const shop = reader(rows)
    await shop.all()
    rows[0] = { rkey: 'a', time: START, cid: OTHER_CID }
    const { messages } = await shop.page()
    expect(messages).toMatchObject([{ version: OTHER_CID, editedAt: expect.any(Date) }])
  })

  it('leaves likes alone, also of a server that ignores what it was asked for', async () => {
    const shop = reader([
      { rkey: 'a', time: START, reason: 'like' },
      { rkey: 'b', time: START + 1, reason: 'reply' },
    ])
    expect(await shop.all()).toEqual(['b'])
    expect(shop.asked[0]?.query.getAll('reasons')).toEqual(['mention', 'reply', 'quote'])
  })

  it('starts with the last three days', async () => {
    const shop = reader([
      { rkey: 'old', time: START - 4 * 86_400_000 },
      { rkey: 'new', time: START - 2 * 86_400_000 },
    ])
    expect(await shop.all()).toEqual(['new'])
  })
})

function iso(time: number): string {
  return new Date(time).toISOString()
}
