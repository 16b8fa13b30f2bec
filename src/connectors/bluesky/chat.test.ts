import { describe, expect, it } from 'vitest'
import type { NetworkMessage, OutgoingReply } from '../contract.ts'
import { bluesky } from './bluesky.ts'
import {
  type Answers,
  type Asked,
  Refusal,
  recordedServer,
  recordedSession,
} from './recorded-server.ts'

const SENT = '2026-11-20T10:00:00.000Z'
const ana = { did: 'did:plc:ana', handle: 'ana.test', displayName: 'Ana' }
const me = { remoteId: 'did:plc:shop', handle: 'shop.test' }

function message(id: string, text: string, did = ana.did) {
  const $type = 'chat.bsky.convo.defs#messageView'
  return { $type, id, rev: `rev${id}`, text, sender: { did }, sentAt: SENT }
}

function created(rev: string, said: ReturnType<typeof message>, withProfile = true) {
  const $type = 'chat.bsky.convo.defs#logCreateMessage'
  const profiles = withProfile ? { relatedProfiles: [ana] } : {}
  return { $type, rev, convoId: 'c1', message: said, ...profiles }
}

/** Revisions sort as text, and after everything of this decade. */
const LOG = [
  created('4a', message('m1', 'Order 1234?')),
  {
    $type: 'chat.bsky.convo.defs#logReadMessage',
    rev: '4b',
    convoId: 'c1',
    message: message('m1', 'x'),
  },
  created('4c', message('m2', 'Sent from our own phone', me.remoteId), false),
  created('4d', message('m3', 'Never mind'), false),
  {
    $type: 'chat.bsky.convo.defs#logDeleteMessage',
    rev: '4e',
    convoId: 'c1',
    message: deleted('m3'),
  },
  { $type: 'chat.bsky.convo.defs#logOfTheFuture', rev: '4f', other: true },
]

function deleted(id: string) {
  const $type = 'chat.bsky.convo.defs#deletedMessageView'
  return { $type, id, rev: 'r', sender: { did: ana.did }, sentAt: SENT }
}

function chatServer(more: Answers = {}) {
  return recordedServer({
    'app.bsky.notification.listNotifications': () => ({ notifications: [] }),
    'app.bsky.actor.getProfiles': ({ query }: Asked) => ({
      profiles: query
        .getAll('actors')
        .map((did) => (did === ana.did ? ana : { did, handle: 'shop.test' })),
    }),
    'chat.bsky.convo.getLog': ({ query }: Asked) => {
      const logs = LOG.filter(({ rev }) => rev > (query.get('cursor') ?? '')).slice(0, 4)
      return { logs, cursor: logs.at(-1)?.rev ?? query.get('cursor') }
    },
    'chat.bsky.convo.getConvoForMembers': () => ({ convo: convo('c9') }),
    'chat.bsky.convo.sendMessage': ({ body }: Asked) => {
      const { text } = Object(Object(body).message)
      return message('m9', String(text), me.remoteId)
    },
    ...more,
  })
}

function convo(id: string) {
  return { id, rev: 'r', members: [ana], muted: false, unreadCount: 0 }
}

function reply(to: NetworkMessage, parts: Partial<OutgoingReply> = {}): OutgoingReply {
  const { remoteId, ref, author } = to
  return {
    key: bluesky.newKey(new Date(SENT)),
    text: 'It is on its way',
    media: [],
    contentWarning: null,
    language: 'en',
    visibility: 'private',
    createdAt: new Date(SENT),
    replyTo: { remoteId, rootId: remoteId, ref, handle: author.handle },
    ...parts,
  }
}

async function firstMessage(session: ReturnType<typeof recordedSession>) {
  const { events } = await bluesky.receive(session, null)
  const first = bluesky.translate(events[0]?.raw ?? null, me)
  if (first.kind !== 'message') throw new Error('no message came')
  return first
}

describe('private messages', () => {
  it('reads the log in order with who sent what, deletions too, and goes on from there', async () => {
    const { http, asked } = chatServer()
    const session = recordedSession(http)
    const page = await bluesky.receive(session, null)
    const read = page.events.map(({ raw }) => bluesky.translate(raw, me))
    expect(read).toMatchObject([
      {
        kind: 'message',
        remoteId: 'convo:c1:m1',
        rootId: 'convo:c1',
        text: 'Order 1234?',
        mine: false,
        visibility: 'private',
        url: null,
        author: { handle: 'ana.test', displayName: 'Ana' },
      },
      { kind: 'message', mine: true, author: { handle: 'shop.test' } },
      { kind: 'message', text: 'Never mind', author: { handle: 'ana.test' } },
      { kind: 'deleted', remoteId: 'convo:c1:m3' },
    ])
    const logs = asked.filter(({ name }) => name.endsWith('getLog'))
    expect(logs[0]?.headers.get('atproto-proxy')).toBe('did:web:api.bsky.chat#bsky_chat')
    const again = await bluesky.receive(session, page.cursor)
    expect(again.events).toEqual([])
    expect(again.cursor).toBe(page.cursor)
  })

  it('asks nothing of the service with an app password that has no access, and says why', async () => {
    const { http, asked } = chatServer({
      'com.atproto.server.getSession': () => ({ did: me.remoteId, handle: me.handle }),
      'app.bsky.actor.getProfile': () => ({ did: me.remoteId, handle: me.handle }),
    })
    const session = recordedSession(http, 'com.atproto.appPass')
    await bluesky.receive(session, null)
    const { abilities, limits } = await bluesky.verify(session)
    expect(abilities['receive-private']).toMatchObject({
      can: false,
      why: expect.stringContaining('app password'),
    })
    expect(abilities['reply-private'].can).toBe(false)
    expect(limits.private).toBeNull()
    expect(asked.filter(({ name }) => name.startsWith('chat.'))).toEqual([])
  })

  it.each([
    ['refuses the method', new Refusal(400, 'InvalidToken', 'Bad token method')],
    [
      'does not know the service',
      new Refusal(400, 'InvalidRequest', 'could not resolve proxy did'),
    ],
    ['cannot reach it', new Refusal(502, 'UpstreamFailure', 'Upstream service unreachable')],
  ])('carries on without them when the server %s, and loses nothing', async (_, refusal) => {
    let away = true
    const server = chatServer()
    const { http, asked } = chatServer({
      'chat.bsky.convo.getLog': async ({ query }: Asked) => {
        if (away) throw refusal
        const url = `https://pds.test/xrpc/chat.bsky.convo.getLog?${query}`
        return (await server.http.fetch(url)).json()
      },
    })
    let now = Date.now()
    const session = { ...recordedSession(http), now: () => new Date(now) }
    const page = await bluesky.receive(session, null)
    expect(page.events).toEqual([])
    const count = () => asked.filter(({ name }) => name.endsWith('getLog')).length
    const before = count()
    const quiet = await bluesky.receive(session, page.cursor)
    expect([count(), quiet.cursor]).toEqual([before, page.cursor])
    away = false
    now += 16 * 60_000
    expect((await bluesky.receive(session, quiet.cursor)).events.length).toBe(4)
  })

  it('answers in the conversation, and finds its answer again by its words', async () => {
    const own = { ...message('m8', 'It is on its way ', me.remoteId) }
    const { http, asked } = chatServer({
      'chat.bsky.convo.getMessages': ({ query }: Asked) =>
        query.get('cursor')
          ? { messages: [own] }
          : { messages: [message('m7', 'It is on its way'), deleted('m6')], cursor: 'older' },
    })
    const session = recordedSession(http)
    const to = await firstMessage(session)
    const sent = await bluesky.deliver(session, reply(to))
    expect(sent).toMatchObject({ remoteId: 'convo:c1:m9', url: null })
    const { body } = asked.find(({ name }) => name.endsWith('sendMessage')) ?? {}
    expect(body).toEqual({ convoId: 'c1', message: { text: 'It is on its way' } })
    const found = await bluesky.find(session, reply(to))
    expect(found).toMatchObject({ repeatSafe: false, matches: [{ remoteId: 'convo:c1:m8' }] })
  })

  it('answers a public post privately in a conversation with its author', async () => {
    const { http, asked } = chatServer()
    const session = recordedSession(http)
    const uri = 'at://did:plc:ana/app.bsky.feed.post/3k'
    const ref = { uri, cid: 'c', root: { uri, cid: 'c' } }
    const to = { ...(await firstMessage(session)), remoteId: uri, ref }
    expect((await bluesky.deliver(session, reply(to))).remoteId).toBe('convo:c9:m9')
    const { query } = asked.find(({ name }) => name.endsWith('getConvoForMembers')) ?? {}
    expect(query?.getAll('members')).toEqual([ana.did])
  })

  it('does not know the outcome when the service fails in the middle, and refuses pictures', async () => {
    const { http } = chatServer({
      'chat.bsky.convo.sendMessage': () => {
        throw new Refusal(502, 'UpstreamFailure', 'Upstream service unreachable')
      },
    })
    const session = recordedSession(http)
    const to = await firstMessage(session)
    await expect(bluesky.deliver(session, reply(to))).rejects.toMatchObject({
      failure: { kind: 'unknown-outcome' },
    })
    const media = [{ bytes: new Uint8Array(1), mime: 'image/png', alt: '', width: 1, height: 1 }]
    await expect(bluesky.deliver(session, reply(to, { media }))).rejects.toMatchObject({
      failure: { kind: 'rejected', reason: expect.stringContaining('pictures') },
    })
  })
})
