import { afterAll, describe, expect, it } from 'vitest'
import type { NetworkMessage } from '../contract.ts'
import { failureOf, openHttp, replyTo } from '../suite.ts'
import { newKey } from './key.ts'
import { mastodon } from './mastodon.ts'
import { type Asked, type Reply, sessionOn, startServer } from './server.fixture.ts'

const http = openHttp()
const NOW = new Date('2026-10-02T12:00:00Z')

const message: NetworkMessage = {
  kind: 'message',
  remoteId: '50',
  version: 'original',
  author: {
    remoteId: '2',
    handle: 'ana@a.example',
    displayName: 'Ana',
    avatarUrl: null,
    profileUrl: null,
  },
  mine: false,
  text: 'hello',
  html: null,
  contentWarning: null,
  language: null,
  visibility: 'public',
  createdAt: NOW,
  editedAt: null,
  url: null,
  parentId: null,
  rootId: null,
  quotedId: null,
  media: [],
  ref: { acct: 'ana@a.example', mentions: [], visibility: 'public' },
}
const reply = { ...replyTo(mastodon, message, { text: 'Bună' }), createdAt: NOW, key: newKey(NOW) }

afterAll(() => http.close())

describe('what becomes of a send', () => {
  const json = { error: 'in the words of the server' }
  it.each<[string, Reply, object]>([
    ['400', { status: 400, json }, { kind: 'rejected', reason: json.error }],
    ['401', { status: 401, json }, { kind: 'auth-expired', lost: 'token' }],
    ['403', { status: 403, json }, { kind: 'rejected' }],
    [
      '403 about scopes',
      { status: 403, json: { error: 'This action is outside the authorized scopes' } },
      { kind: 'auth-expired', lost: 'scope' },
    ],
    [
      '403 about the account',
      { status: 403, json: { error: 'Your login is currently disabled' } },
      { kind: 'auth-expired', lost: 'token' },
    ],
    ['404', { status: 404, json }, { kind: 'rejected' }],
    ['422', { status: 422, json }, { kind: 'rejected', reason: json.error }],
    ['422 in HTML', { status: 422, text: '<h1>No</h1>' }, { kind: 'rejected' }],
    ['500', { status: 500, json }, { kind: 'unknown-outcome' }],
    ['502', { status: 502, text: 'Bad gateway' }, { kind: 'unknown-outcome' }],
    ['503', { status: 503, text: 'Later' }, { kind: 'unavailable' }],
    ['504', { status: 504, text: 'Timeout' }, { kind: 'unknown-outcome' }],
    ['200 in HTML', { text: '<h1>Welcome</h1>' }, { kind: 'unknown-outcome' }],
    ['200 of another shape', { json: { id: null } }, { kind: 'unknown-outcome' }],
    ['200 and nothing', { text: '' }, { kind: 'unknown-outcome' }],
    ['a redirect', { status: 302, headers: { location: '/login' } }, { kind: 'rejected' }],
    ['a cut connection', 'cut', { kind: 'unknown-outcome' }],
  ])('after %s', async (_, answer, failure) => {
    const server = await startServer(() => answer)
    const session = sessionOn(server.service, http)
    expect(await failureOf(mastodon.deliver(session, reply))).toMatchObject(failure)
    expect(server.asked.length).toBe(1)
  })

  it('sent nothing when nobody listens', async () => {
    const server = await startServer(() => ({}))
    await server.close()
    const session = sessionOn(server.service, http)
    expect((await failureOf(mastodon.deliver(session, reply))).kind).toBe('unavailable')
  })

  it.each<[string, Record<string, string>, number]>([
    ['an ISO time', { 'x-ratelimit-reset': '2026-10-02T13:01:30Z' }, 90],
    [
      'seconds since 1970',
      { 'x-ratelimit-reset': String(Date.parse('2026-10-02T13:01:30Z') / 1000) },
      90,
    ],
    ['seconds from now', { 'retry-after': '7' }, 7],
    ['an HTTP date', { 'retry-after': 'Fri, 02 Oct 2026 13:00:20 GMT' }, 20],
    ['nothing', {}, 60],
    ['nonsense', { 'retry-after': 'soon', 'x-ratelimit-reset': '' }, 60],
    ['more than an hour', { 'retry-after': '86400' }, 3600],
  ])(
    'says until when it is limited, by the clock of the server, from %s',
    async (_, headers, seconds) => {
      const date = 'Fri, 02 Oct 2026 13:00:00 GMT'
      const server = await startServer(() => ({ status: 429, headers: { date, ...headers } }))
      const failure = await failureOf(
        mastodon.deliver(
          sessionOn(server.service, http, () => NOW),
          reply,
        ),
      )
      expect(failure).toMatchObject({
        kind: 'rate-limited',
        retryAt: new Date(NOW.getTime() + seconds * 1000),
      })
    },
  )

  it('sends nothing while the server works on the media, or when it refuses it', async () => {
    const media = [
      { bytes: new Uint8Array([1]), mime: 'image/png', alt: 'a cup', width: 1, height: 1 },
    ]
    const refuse = (asked: Asked): Reply =>
      asked.path === '/api/v2/media'
        ? { status: 202, json: { id: '9', url: null } }
        : { status: 422, json }
    const server = await startServer(refuse)
    const session = sessionOn(server.service, http)
    expect(await failureOf(mastodon.deliver(session, { ...reply, media }))).toMatchObject({
      kind: 'rejected',
    })
    expect(server.asked.some(({ path }) => path === '/api/v1/statuses')).toBe(false)
    expect(server.asked[0]?.body).toContain('a cup')
  })
})

describe('looking for a lost reply', () => {
  const status = (id: string, changes: object = {}) => ({
    id,
    account: { id: '1', acct: 'shop' },
    content: '<p>@ana Bună</p>',
    visibility: 'public',
    created_at: NOW.toISOString(),
    in_reply_to_id: '50',
    ...changes,
  })
  const serverWith = (statuses: object[], version: string) =>
    startServer(({ path, query }) => {
      if (path.endsWith('/instance')) return { json: { version, domain: 'shop.example' } }
      if (path === '/api/v1/statuses/16/source')
        return { json: { id: '16', text: '@ana@a.example Bună' } }
      if (path === '/api/v1/accounts/1/statuses')
        return { json: query.has('max_id') ? [] : statuses }
      return { status: 404, json: { error: 'Record not found' } }
    })

  it('takes only the post that stands at the same place, for the same people, with the same words', async () => {
    const unlike = [
      status('11', { in_reply_to_id: '51' }),
      status('12', { visibility: 'direct' }),
      status('13', { content: '<p>@ana Bună!</p>' }),
      status('14', { account: { id: '3', acct: 'other' } }),
      status('15', { media_attachments: [{ id: '1', type: 'image' }] }),
      status('17', { created_at: '2026-10-02T11:00:00Z' }),
      { broken: true },
    ]
    const rendered = status('16', { content: '<h1>ana: Buna</h1>' })
    const server = await serverWith([status('10'), ...unlike, rendered], '4.3.0')
    const found = await mastodon.find(
      sessionOn(server.service, http, () => NOW),
      reply,
    )
    expect(found.matches.map((match) => match.remoteId)).toEqual(['10', '16'])
  })

  it.each([
    ['4.3.0', 1, true],
    ['4.4.0-alpha.1+glitch', 49, true],
    ['4.3.0', 51, false],
    ['2.7.2 (compatible; Pleroma 2.6.0)', 1, false],
    ['0.19.1+git-4c4cd4b', 1, false],
  ])('lets a send be repeated on %s after %i minutes: %s', async (version, minutes, safe) => {
    const server = await serverWith([], version)
    const later = new Date(NOW.getTime() + minutes * 60_000)
    const found = await mastodon.find(
      sessionOn(server.service, http, () => later),
      reply,
    )
    expect(found).toMatchObject({ matches: [], repeatSafe: safe })
  })
})

describe('the words that are sent', () => {
  const to = (text: string, ref: object, visibility: NetworkMessage['visibility'] = 'public') =>
    mastodon.wording({
      text,
      visibility,
      replyTo: {
        remoteId: '1',
        rootId: '1',
        handle: 'ana@shop.example',
        ref: { acct: 'ana', mentions: ['dan@d.example'], visibility: 'public', ...ref },
      },
    })

  it('names the person unless the text does', () => {
    expect(to('hi', {})).toBe('@ana hi')
    expect(to('hi @Ana', {})).toBe('hi @Ana')
    expect(to('hi @ana@shop.example!', {})).toBe('hi @ana@shop.example!')
    expect(to('hi @ana@other.example', {})).toBe('@ana hi @ana@other.example')
    expect(to('hi @anamaria', {})).toBe('@ana hi @anamaria')
    expect(to('mail me at x@ana', {})).toBe('@ana mail me at x@ana')
  })

  it('names everyone of a private conversation, and nobody else when a public one turns private', () => {
    expect(to('hi', { visibility: 'direct' }, 'private')).toBe('@ana @dan@d.example hi')
    expect(to('hi', {}, 'private')).toBe('@ana hi')
  })
})
